"""News about a lead for one of the team: it is yours, a time is near, a time was missed, something is to be done.

Chat tools keep what they are told, so a notice holds the name, the company and figures; no address, no words of theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from channels.invitation_words import spoken_start
from channels.lines import one_line, some_lines
from channels.mail_out import Mailbox
from leads.hours import zone_of

LONGEST_NOTE = 600

HEADLINES: Mapping[str, str] = MappingProxyType(
    {
        "lead.routed": "is yours",
        "score.crossed": "has crossed a line of the score",
        "lead.queued": "waits for somebody to take it",
        "lead.fallback": "could not be given to anybody",
        "lead.withdrawn": "went to somebody else, because the time was up",
        "deadline.near": "waits: half of the time is gone",
        "deadline.missed": "was kept waiting: the time is up",
        "meeting.orphaned": "has a meeting without a host",
        "digest": "Leads that wait too long",
    }
)
"""What is said after the lead's name; a kind about no single lead is a headline by itself. Others may add a line."""


@dataclass(frozen=True, slots=True)
class TeamNotice:
    """One piece of news. `lead` is the name and company that are shown, empty when it is about no single lead.

    `why` is a reason in the team's words, `lines` more facts as label and value; `zone` is the reader's.
    """

    key: str
    kind: str
    to: Mailbox
    zone: str
    link: str
    at: datetime
    lead: str = ""
    why: str = ""
    due_at: datetime | None = None
    lines: tuple[tuple[str, str], ...] = ()
    note_lines: str = ""

    @property
    def headline(self) -> str:
        """Who and what: "Mara Lindt (Harbour Bakery) is yours"."""
        said = HEADLINES.get(self.kind, "has news")
        if not self.lead and self.kind == "digest":
            return said
        return f"{one_line(self.lead, most=120) or 'A lead'} {said}"

    @property
    def due(self) -> str:
        """The time on the reader's clock, or nothing."""
        return spoken_start(self.due_at, zone_of(self.zone), "en") if self.due_at else ""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Why, by when, and what else is known."""
        found = (("Why", one_line(self.why, most=200)), ("Due", self.due), *self.lines)
        return tuple((label, value) for label, value in found if value)

    @property
    def note(self) -> str:
        """The lines of a digest, or the brief."""
        return some_lines(self.note_lines, most=LONGEST_NOTE * 4 if self.kind == "digest" else LONGEST_NOTE)
