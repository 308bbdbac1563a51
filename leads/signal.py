"""Signals: the ledger of everything a lead did or said that may count. Append-only; the score is folded from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from leads.evidence import Evidence

Property = str | int | float | bool | None


class ActorKind(StrEnum):
    """Who caused an activity. Only what a human did counts for the score (domain.md §1.4 rule 10)."""

    HUMAN = "human"
    MACHINE = "machine"
    AGENT = "agent"
    REP = "rep"
    SYSTEM = "system"


SAID = "said."  # activities the model reported from the conversation: said.asked_demo, said.comparing_vendors …


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
