"""What became of something we sent: the four endings every way out of the house has.

A caller may repeat after `TryLater` and after nothing else. `Unknown` is the honest word for a line that broke when
everything had been said: the other side may have it (SMTP has no way to ask, RFC 5321 §4.5.4).
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Accepted:
    """The other side has taken it over. `note` is theirs to us, such as a queue number; for the log only."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not delivered, and trying again would end the same. `code` is short: "550 5.1.1", "http 404"."""

    code: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """Certainly not delivered this time. `after` is how long the other side asked us to wait, when it did."""

    code: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """May or may not have been delivered."""

    code: str


Sent = Accepted | Refused | TryLater | Unknown
"""The ending of one attempt."""


class CannotBeSent(ValueError):
    """What should leave has a fault that no other side could mend, such as an address that is none."""
