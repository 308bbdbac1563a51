"""A reminder of a task that is due, as a mail to whom it belongs."""

from dataclasses import dataclass
from datetime import datetime

from channels.invitation_words import spoken_start
from channels.lines import one_line
from channels.mail_out import Mailbox, OutgoingMail
from leads.hours import zone_of
from leads.task import Task


@dataclass(frozen=True, slots=True)
class TaskReminder:
    """A task as its owner is reminded of it. `zone` is the team's; `link` leads to the lead in the console."""

    key: str
    task: Task
    lead_name: str | None
    company: str | None
    to: Mailbox
    zone: str
    link: str
    at: datetime

    @property
    def who(self) -> str:
        """Whom it is about: "Mara Lindt (Harbour Bakery)"."""
        company = one_line(self.company or "", most=80)
        return (one_line(self.lead_name or "", most=80) or "A lead") + (f" ({company})" if company else "")

    @property
    def due(self) -> str:
        """When it was to be done, on the team's clock."""
        return spoken_start(self.task.due_at, zone_of(self.zone), "en")


def reminder_mail(reminder: TaskReminder, *, sender: Mailbox) -> OutgoingMail:
    """The reminder as a mail."""
    title = one_line(reminder.task.title, most=120)
    lines = [f"{title}.", "", f"Lead: {reminder.who}", f"Due: {reminder.due}", "", reminder.link, ""]
    return OutgoingMail(
        key=reminder.key,
        sender=sender,
        to=reminder.to,
        subject=f"Task: {title} · {reminder.who}",
        text="\n".join(lines),
        date=reminder.at,
    )
