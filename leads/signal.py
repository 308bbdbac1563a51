"""Signals: the ledger of everything a lead did or said that may count. Append-only; the score is folded from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, Protocol

from leads.evidence import Evidence

Property = str | int | float | bool | None


class ActorKind(StrEnum):
    """Who caused an activity. Only what a human did counts for the score (domain.md §1.4 rule 10)."""

    HUMAN = "human"
    MACHINE = "machine"
    AGENT = "agent"
    REP = "rep"
    SYSTEM = "system"


FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "*email_engagement": ("email.opened", "email.clicked", "email.replied"),
        "*web_engagement": ("page.viewed", "asset.*", "form.*"),
        "*engagement": (
            *("email.opened", "email.clicked", "email.replied", "page.viewed", "asset.*", "form.*", "chat.*"),
            *(
                "said.*",
                "meeting.booked",
                "meeting.held",
                "webinar.*",
                "newsletter.*",
                "product.*",
                "call.*",
                "social.*",
            ),
        ),
    }
)
"""Families of activities that rules may name: what somebody does who is interested, whatever it is."""


@lru_cache(maxsize=10_000)
def is_of(type: str, event: str) -> bool:
    """Whether an activity of this type is meant by the event of a rule: a type, a wildcard or a family."""
    return any(fnmatchcase(type, pattern) for pattern in FAMILIES.get(event, (event,)))


ADJUSTED = "score.manual_adjust"
"""Points that somebody of the team gave or took, with a reason (domain.md §2.2)."""
SAID = "said."  # activities the model reported from the conversation: said.asked_demo, said.comparing_vendors …


class Deed(Protocol):
    """What rules see of an activity."""

    @property
    def type(self) -> str:
        """What was done."""

    @property
    def occurred_at(self) -> datetime:
        """When it was done; age counts from here."""

    @property
    def id(self) -> str:
        """Which of two comes first that were done at the same instant."""

    @property
    def actor(self) -> ActorKind:
        """Who did it."""

    @property
    def properties(self) -> Mapping[str, Property]:
        """What it was about."""

    @property
    def evidence(self) -> Evidence | None:
        """The words it rests on."""

    @property
    def reported(self) -> bool:
        """Whether a model reported it (and so it is capped)."""


class BareDeed(NamedTuple):
    """What figures need of an activity, and nothing more: what is read by the hundred thousand costs little to make."""

    type: str
    occurred_at: datetime
    id: str
    actor: ActorKind
    properties: Mapping[str, Property]

    @property
    def evidence(self) -> None:
        """None was read."""

    @property
    def reported(self) -> bool:
        """Whether a model reported it (and so it is capped)."""
        return self.type.startswith(SAID)


@dataclass(frozen=True, slots=True)
class Activity:
    """One line of the ledger. `occurred_at` counts for decay and is never later than `received_at`."""

    type: str
    occurred_at: datetime
    received_at: datetime
    actor: ActorKind = ActorKind.HUMAN
    source: str = ""
    dedup_key: str | None = None
    properties: Mapping[str, Property] = field(default_factory=lambda: MappingProxyType({}))
    evidence: Evidence | None = None
    id: str = ""

    @property
    def reported(self) -> bool:
        """Whether a model reported it (and so it is capped)."""
        return self.type.startswith(SAID)


@dataclass(frozen=True, slots=True)
class SignalDefinition:
    """A signal the agent may report, as the playbook defines it; `hint` tells the model when."""

    name: str
    label: str
    hint: str
    hand_raise: bool = False


LATE_AFTER = timedelta(days=7)
"""What reaches us later than this after it happened counts, decayed, and is no news to wake anybody for (§8 case 9)."""


def is_late(activity: Activity) -> bool:
    """Whether it reached us so late that nobody should be told as of something fresh."""
    return activity.received_at - activity.occurred_at > LATE_AFTER
