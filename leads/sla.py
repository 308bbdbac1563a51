"""Promises of time: what is promised, clocks that hold us to it, and the ladder that is climbed when nobody acts.

Time is working time of somebody's calendar (`leads.deadline`). Each rung of the ladder is climbed once a clock: half
the time gone reminds the owner, all of it tells the manager and offers the lead to somebody else, an hour later it goes
to the fallback queue, and from then on the daily digest names it (domain.md §3.3).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from leads.deadline import Deadline, due_after, due_at, pause, resume, stop
from leads.hours import Span, WeeklyHours
from leads.identity import HandoffId, LeadId, RepId


class ClockKind(StrEnum):
    """What has to happen before the time is up."""

    ACCEPTANCE = "acceptance"
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    HANDOFF_CHAT = "handoff_chat"


class Rung(StrEnum):
    """The rungs of the ladder, in order."""

    REMINDER = "reminder"
    BREACH = "breach"
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """The promises, in working time. `hand_raise` is the first response to somebody who asked for sales.

    `reminder` is the share of the time after which the owner is reminded, `fallback_after` how long after a breach a
    lead that nobody has accepted goes to the fallback queue.
    """

    hand_raise: timedelta = timedelta(minutes=5)
    acceptance: timedelta = timedelta(hours=4)
    first_response: timedelta = timedelta(hours=8)
    next_response: timedelta = timedelta(hours=8)
    reminder: float = 0.5
    fallback_after: timedelta = timedelta(hours=1)


COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Clock:
    """A running, kept or broken promise about one lead.

    `calendar` names the hours that count: a rep's address, or `company`. `due_at` is None while a pause holds
    it off; `next_rung` and `rung_at` say what is to be done next and when, None when the ladder has been climbed.
    """

    id: str
    lead_id: LeadId
    kind: ClockKind
    deadline: Deadline
    calendar: str
    due_at: datetime | None
    next_rung: Rung | None = None
    rung_at: datetime | None = None
    breached_at: datetime | None = None
    rep: RepId | None = None
    handoff_id: HandoffId | None = None

    @property
    def running(self) -> bool:
        """Whether it has not been stopped; a paused one is running too."""
        return self.deadline.stopped_at is None

    def overdue(self, now: datetime) -> bool:
        """Whether the time was up before it was stopped."""
        return self.due_at is not None and (self.deadline.stopped_at or now) > self.due_at


def begin(
    id: str,
    lead_id: LeadId,
    kind: ClockKind,
    *,
    business: timedelta,
    at: datetime,
    hours: WeeklyHours,
    policy: SlaPolicy,
    calendar: str = COMPANY,
    rep: RepId | None = None,
    handoff_id: HandoffId | None = None,
    waits_until: datetime | None = None,
) -> Clock:
    """Start a clock; until `waits_until`, the next shift of those who are to act, it stands still.

    Raises NeverOpen when its hours never open again.
    """
    pauses = (Span(at, waits_until),) if waits_until is not None and waits_until > at else ()
    deadline = Deadline(at, business, pauses)
    clock = Clock(id, lead_id, kind, deadline, calendar, None, rep=rep, handoff_id=handoff_id)
    return timed(clock, hours, policy, climbed=())


def timed(clock: Clock, hours: WeeklyHours, policy: SlaPolicy, *, climbed: Iterable[Rung]) -> Clock:
    """The clock with its instants worked out: when it is due, and which rung comes next and when."""
    due = due_at(clock.deadline, hours)
    done = frozenset(climbed)
    rung = next((r for r in Rung if r not in done), None)
    if not clock.running or rung is None:
        return replace(clock, due_at=due, next_rung=None, rung_at=None)
    return replace(clock, due_at=due, next_rung=rung, rung_at=_rung_at(clock, rung, due, hours, policy))


def _rung_at(clock: Clock, rung: Rung, due: datetime | None, hours: WeeklyHours, policy: SlaPolicy) -> datetime | None:
    if rung is Rung.REMINDER:
        return due_at(clock.deadline, hours, share=policy.reminder)
    if rung is Rung.BREACH or due is None:
        return due
    return due_after(due, policy.fallback_after, hours, pauses=clock.deadline.pauses)


def paused(clock: Clock, *, at: datetime) -> Clock:
    """The clock stands still; nothing is due while it does. Pausing twice changes nothing."""
    if not clock.running or clock.deadline.paused_since is not None:
        return clock
    return replace(clock, deadline=pause(clock.deadline, at=at), due_at=None, rung_at=None)


def resumed(
    clock: Clock, hours: WeeklyHours, policy: SlaPolicy, *, at: datetime, climbed: Iterable[Rung] = ()
) -> Clock:
    """The clock runs again; resuming twice changes nothing."""
    if clock.deadline.paused_since is None:
        return clock
    return timed(replace(clock, deadline=resume(clock.deadline, at=at)), hours, policy, climbed=climbed)


def stopped(clock: Clock, *, at: datetime) -> Clock:
    """The promise was kept, or is no longer ours to keep; the first stop counts."""
    return replace(clock, deadline=stop(clock.deadline, at=at), next_rung=None, rung_at=None)
