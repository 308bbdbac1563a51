"""A line that a score has crossed, as the team is told: who, how much, and where to go on; no address of the lead."""

from dataclasses import dataclass
from datetime import datetime

from channels.lines import one_line
from channels.mail_out import Mailbox


@dataclass(frozen=True, slots=True)
class LineNotice:
    """One line crossed. `key` is unique among notices and stays through every attempt; `to` is whom a mail goes to."""

    key: str
    line: str
    lead_name: str | None
    company: str | None
    score: float
    grade: str
    owner: str | None
    to: Mailbox
    link: str
    at: datetime
    reason: str = "threshold"
    due: str = ""
    note: str = ""

    @property
    def headline(self) -> str:
        """Who and why in one line: "Mara Lindt (Harbour Bakery) crossed the line hot with 84 points"."""
        name = one_line(self.lead_name or "", most=80) or "A lead"
        company = one_line(self.company or "", most=80)
        where = f" ({company})" if company else ""
        return f"{name}{where} crossed the line {one_line(self.line, most=60)} with {self.score:g} points"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Label and value, in the order a rep reads them."""
        owner = one_line(self.owner or "", most=80) or "nobody yet"
        return (("Score", f"{self.score:g} ({self.grade})"), ("Owner", owner))
