"""Assignments: a lead is offered, then accepted; being given a lead is not the same as having taken it.

Every assignment is kept. Only an offered one is ever pulled back by the clock; one that was accepted is moved by a
person (domain.md §3.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from leads.actor import Actor
from leads.identity import LeadId, RepId
from leads.route import Step


class AssignmentState(StrEnum):
    """The life of an assignment. `queued` waits in a queue, `sent` went to a destination outside sales."""

    QUEUED = "queued"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    SENT = "sent"
    DECLINED = "declined"
    EXPIRED = "expired"
    ESCALATED = "escalated"
    REASSIGNED = "reassigned"
    ENDED = "ended"


CURRENT = frozenset({AssignmentState.QUEUED, AssignmentState.OFFERED, AssignmentState.ACCEPTED, AssignmentState.SENT})
"""The states of the assignment that holds now; a lead has at most one in these."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment with its trace. Of `rep`, `queue` and `destination` one is set.

    `moved` is how the turn moved the credits of the pool, `credit_back_at` when that was undone.
    """

    id: str
    lead_id: LeadId
    at: datetime
    state: AssignmentState
    actor: Actor
    rule: str
    why: str
    rep: RepId | None = None
    queue: str | None = None
    destination: str | None = None
    pool: str | None = None
    steps: tuple[Step, ...] = ()
    moved: Mapping[RepId, int] = field(default_factory=dict)
    credit_back_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str | None = None

    @property
    def current(self) -> bool:
        """Whether it holds now."""
        return self.state in CURRENT
