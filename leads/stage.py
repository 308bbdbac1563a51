"""Stages: where a lead stands. Three separate things, never one status field (domain.md §1.1).

`Stage` is the position in the funnel and only moves forward inside one cycle; `WorkStatus` is what the team is doing;
`Outcome` is how the cycle ended, with a reason.
"""

from dataclasses import dataclass
from enum import StrEnum

from leads.actor import Actor
from leads.refusal import NotYoursToMove, StageBackwards, StageClosed
from leads.signal import ActorKind


class Stage(StrEnum):
    """The funnel, in order."""

    LEAD = "lead"
    IQL = "iql"
    MQL = "mql"
    PQL = "pql"
    SAL = "sal"
    SQL = "sql"
    OPPORTUNITY = "opportunity"
    CUSTOMER = "customer"

    @property
    def rank(self) -> int:
        """Position in the funnel; product qualified and marketing qualified stand side by side."""
        return _RANK[self]


_RANK = {
    Stage.LEAD: 0,
    Stage.IQL: 1,
    Stage.MQL: 2,
    Stage.PQL: 2,
    Stage.SAL: 3,
    Stage.SQL: 4,
    Stage.OPPORTUNITY: 5,
    Stage.CUSTOMER: 6,
}


class WorkStatus(StrEnum):
    """What is being done about the lead."""

    NEW = "new"
    ASSIGNED = "assigned"
    ATTEMPTING = "attempting"
    ENGAGED = "engaged"
    MEETING_SCHEDULED = "meeting_scheduled"
    ON_HOLD = "on_hold"
    NURTURE = "nurture"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How the cycle ended; open while it has not."""

    OPEN = "open"
    CONVERTED = "converted"
    WON = "won"
    LOST = "lost"
    DISQUALIFIED = "disqualified"
    RECYCLED = "recycled"
    MERGED = "merged"
    JUNK = "junk"


class ReasonCode(StrEnum):
    """Why a lead was disqualified, returned or put into nurture. Each one tells somebody what to do differently."""

    NO_FIT = "no_fit"
    TOO_SMALL = "too_small"
    NO_NEED = "no_need"
    NO_BUDGET = "no_budget"
    NO_AUTHORITY = "no_authority"
    NOT_NOW = "not_now"
    NOT_INTERESTED = "not_interested"
    COMPETITOR = "competitor"
    STUDENT = "student"
    JOB_SEEKER = "job_seeker"
    VENDOR = "vendor"
    SUPPORT_REQUEST = "support_request"
    EXISTING_CUSTOMER = "existing_customer"
    SPAM = "spam"
    TEST = "test"
    BAD_DATA = "bad_data"
    DUPLICATE = "duplicate"
    UNREACHABLE = "unreachable"
    DO_NOT_CONTACT = "do_not_contact"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one lead stands in all three dimensions."""

    stage: Stage = Stage.LEAD
    status: WorkStatus = WorkStatus.NEW
    outcome: Outcome = Outcome.OPEN
    reason: ReasonCode | None = None


class Dimension(StrEnum):
    """Which of the three things a change is about."""

    STAGE = "stage"
    STATUS = "status"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Change:
    """One recorded move in one dimension: from where to where, who moved it, and the rule or reason behind it."""

    before: str
    after: str
    actor: Actor
    why: str
    dimension: Dimension = Dimension.STAGE
    reason: ReasonCode | None = None


def changes(before: Standing, after: Standing, *, actor: Actor, why: str) -> tuple[Change, ...]:
    """What has to be recorded between two standings of one cycle: a change for each dimension that moved."""
    moved = (
        (Dimension.STAGE, before.stage.value, after.stage.value),
        (Dimension.STATUS, before.status.value, after.status.value),
        (Dimension.OUTCOME, before.outcome.value, after.outcome.value),
    )
    return tuple(Change(old, new, actor, why, kind, after.reason) for kind, old, new in moved if old != new)


_HIGHEST_BY_CODE = Stage.PQL  # rules promote up to here; accepting a lead is a person's word (SAL and beyond)


def advance(standing: Standing, to: Stage, *, actor: ActorKind) -> Stage:
    """The new stage, if this actor may move the lead there.

    Raises StageClosed, StageBackwards, NotYoursToMove. Rules and the agent may promote to MQL or PQL; beyond that a
    rep accepts. What a rep has accepted the rules may take one step further, to SQL, when its guard is met
    (domain.md §1.3).
    """
    if standing.outcome is not Outcome.OPEN:
        raise StageClosed(f"This lead is closed ({standing.outcome.value}); start a new cycle instead.")
    if to.rank < standing.stage.rank:
        raise StageBackwards(f"A lead does not move back from {standing.stage.value} to {to.value} inside one cycle.")
    if actor is ActorKind.SYSTEM and standing.stage is Stage.SAL and to is Stage.SQL:
        return to
    if actor is not ActorKind.REP and to.rank > _HIGHEST_BY_CODE.rank:
        raise NotYoursToMove(f"Only a person can move a lead to {to.value}.")
    return to


def earned(
    standing: Standing,
    *,
    identified: bool,
    ready: bool,
    hand_raised: bool,
    product: bool = False,
    sales_ready: bool = False,
) -> Stage:
    """The stage the lead has earned by rule.

    Known and asking for information (IQL), score over the line or a raised hand (MQL), the playbook's rule on product
    use (PQL); and once a person has accepted it, what the lead confirmed or a meeting that was held (SQL). Never lower
    than it is: a falling score does not take a stage away (domain.md §1.4 rule 4).
    """
    if standing.outcome is not Outcome.OPEN:
        return standing.stage
    if standing.stage is Stage.SAL:
        return Stage.SQL if sales_ready else Stage.SAL
    if product and standing.stage.rank <= Stage.PQL.rank:
        return Stage.PQL
    reached = Stage.MQL if ready or hand_raised else Stage.IQL if identified else Stage.LEAD
    return reached if reached.rank > standing.stage.rank else standing.stage
