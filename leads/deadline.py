"""Deadlines in working time: when something is due, how much working time has gone by, and whether it is late.

Everything is arithmetic on intervals of open time (`leads.hours`), never on a time of day: one working hour from
Saturday 15:00 with hours Monday to Friday 09:00 to 17:00 is Monday 10:00.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leads.hours import Span, WeeklyHours, as_utc, openings


class NeverOpen(ValueError):
    """These hours do not open again, so nothing can ever fall due in them: give them working days."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A running promise to answer within so much working time.

    `paused_since` is set while the clock stands still (waiting for the lead); `pauses` are the pauses that are over;
    `stopped_at` is when the promise was kept. Instants are turned into UTC; a negative `business` raises ValueError.
    """

    started_at: datetime
    business: timedelta
    pauses: tuple[Span, ...] = ()
    paused_since: datetime | None = None
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.business < timedelta(0):
            raise ValueError(f"A deadline cannot allow less than no time ({self.business}).")
        object.__setattr__(self, "started_at", as_utc(self.started_at))
        for name in ("paused_since", "stopped_at"):
            if (at := getattr(self, name)) is not None:
                object.__setattr__(self, name, as_utc(at))


def due_after(start_utc: datetime, business: timedelta, hours: WeeklyHours, *, pauses: Iterable[Span] = ()) -> datetime:
    """The first instant, in UTC, by which `business` of open, unpaused time has passed since the start.

    Filling the day to the minute is due at closing time, not at the next opening; no time at all is due at once.
    Raises NeverOpen when the hours stop opening first, ValueError for a negative length.
    """
    if business < timedelta(0):
        raise ValueError(f"A deadline cannot allow less than no time ({business}).")
    if not business:
        return as_utc(start_utc)
    left = business
    for piece in _counted(hours, start_utc, None, pauses):
        length = piece.end_utc - piece.start_utc
        if left <= length:
            return piece.start_utc + left
        left -= length
    raise NeverOpen(f"{left} of working time is left after {start_utc}, but these hours never open again.")


def business_elapsed(start: datetime, end: datetime, hours: WeeklyHours, *, pauses: Iterable[Span] = ()) -> timedelta:
    """Open, unpaused time between two instants; zero when the end is not after the start."""
    pieces = _counted(hours, start, end, pauses)
    return sum((piece.end_utc - piece.start_utc for piece in pieces), timedelta(0))


def pause(deadline: Deadline, *, at: datetime) -> Deadline:
    """The clock stands still from `at` on; a clock that already stands still or has stopped stays as it is."""
    if deadline.paused_since or deadline.stopped_at:
        return deadline
    return replace(deadline, paused_since=as_utc(at))


def resume(deadline: Deadline, *, at: datetime) -> Deadline:
    """The clock runs again from `at` on; resuming twice, or a running clock, changes nothing.

    A resumption said to be earlier than the pause (two machines, two clocks) makes a pause without length.
    """
    if not deadline.paused_since:
        return deadline
    over = Span(deadline.paused_since, max(as_utc(at), deadline.paused_since))
    return replace(deadline, pauses=(*deadline.pauses, over), paused_since=None)


def stop(deadline: Deadline, *, at: datetime) -> Deadline:
    """The promise was kept at `at`; the first stop counts, a later one changes nothing."""
    if deadline.stopped_at:
        return deadline
    return replace(resume(deadline, at=at), stopped_at=as_utc(at))


def due_at(deadline: Deadline, hours: WeeklyHours, *, share: float = 1.0) -> datetime | None:
    """When this share of the time is used up (0.5 for the reminder at half-time), in UTC.

    None while a pause that is still running holds it off. Raises NeverOpen as `due_after` does.
    """
    due = due_after(deadline.started_at, deadline.business * share, hours, pauses=deadline.pauses)
    if deadline.paused_since and due > deadline.paused_since:
        return None
    return due


def is_overdue(deadline: Deadline, hours: WeeklyHours, *, now: datetime) -> bool:
    """Whether the time is used up without an answer, or the answer came late; an answer on the dot is in time."""
    due = due_at(deadline, hours)
    if due is None:
        return False
    if deadline.stopped_at:
        return deadline.stopped_at > due
    return as_utc(now) >= due


def _counted(hours: WeeklyHours, start: datetime, end: datetime | None, pauses: Iterable[Span]) -> Iterator[Span]:
    """Open time without the pauses, in order; pauses may overlap and come in any order."""
    breaks = sorted(pauses)
    for piece in openings(hours, start=start, end=end):
        at = piece.start_utc
        for rest in breaks:
            if rest.end_utc <= at:
                continue
            if rest.start_utc >= piece.end_utc:
                break
            if rest.start_utc > at:
                yield Span(at, rest.start_utc)
            at = rest.end_utc
        if at < piece.end_utc:
            yield Span(at, piece.end_utc)
