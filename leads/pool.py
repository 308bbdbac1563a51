"""Choosing inside a pool: who can take a lead now, and whose turn it is (domain.md §3.2).

The turn is smooth weighted round robin: everybody who can take it gets their weight in credit, the highest credit wins
and pays what all weights together are. The credits of those who are absent stand still, so nobody who comes back from
leave or is new gets a flood, and shares over those available are exact.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leads.hours import WeeklyHours, as_utc, is_open, next_opening
from leads.identity import RepId
from leads.route import Pool, Step, Verdict

CREDIT_BACK_WITHIN = timedelta(hours=24)
"""A turn that brought junk, a duplicate or a lead that was moved on so soon is given back."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A rep's place in one pool: how much credit they have, and when they last got a lead from it."""

    rep: RepId
    credit: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What has to be known of a member to say whether they can take a lead now. None is no limit, or no hours known."""

    rep: RepId
    email: str
    weight: int = 1
    active: bool = True
    away: bool = False
    hours: WeeklyHours | None = None
    skills: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()
    open_leads: int = 0
    open_most: int | None = None
    today: int = 0
    day_most: int | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What a lead needs of the rep: skills, a language, and not to be one of those who had it."""

    skills: frozenset[str] = frozenset()
    language: str | None = None
    excluded: frozenset[RepId] = frozenset()


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it was, and by how much each credit moved (kept, so that it can be given back exactly)."""

    rep: RepId
    moved: Mapping[RepId, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a pool said: somebody's turn; or nobody now and the next shift begins at `opens`; or nobody at all."""

    turn: Turn | None
    opens: datetime | None
    steps: tuple[Step, ...]


def next_turn(seats: Sequence[Seat], weights: Mapping[RepId, int]) -> Turn:
    """Whose turn it is among those who are available, which are those with a weight. Raises ValueError for nobody.

    Highest credit wins; then whoever waited longest since their last lead; then the id.
    """
    if not weights or min(weights.values()) <= 0:
        raise ValueError("A turn needs at least one member, each with a weight above 0.")
    by_rep = {seat.rep: seat for seat in seats}
    here = [by_rep.get(rep, Seat(rep)) for rep in weights]
    winner = min(here, key=lambda s: (-(s.credit + weights[s.rep]), s.last_at is not None, s.last_at or _NEVER, s.rep))
    whole = sum(weights.values())
    moved = {rep: weight - (whole if rep == winner.rep else 0) for rep, weight in weights.items()}
    return Turn(winner.rep, moved)


_NEVER = as_utc(datetime.fromisoformat("1970-01-01T00:00:00+00:00"))


def after(seats: Iterable[Seat], turn: Turn, *, at: datetime) -> tuple[Seat, ...]:
    """The seats after a turn; everybody who was not available keeps their credit."""
    return tuple(
        replace(
            seat,
            credit=seat.credit + turn.moved.get(seat.rep, 0),
            last_at=at if seat.rep == turn.rep else seat.last_at,
        )
        for seat in seats
    )


def given_back(seats: Iterable[Seat], moved: Mapping[RepId, int]) -> tuple[Seat, ...]:
    """The seats as if that turn had not been."""
    return tuple(replace(seat, credit=seat.credit - moved.get(seat.rep, 0)) for seat in seats)


def hindrance(candidate: Candidate, need: Need, pool: Pool, *, now: datetime) -> str | None:
    """Why this member cannot take the lead now, in a few words; None when they can."""
    lacking = need.skills - candidate.skills
    checks = (
        (not candidate.active, "has left"),
        (candidate.away, "is away"),
        (candidate.rep in need.excluded, "had it before"),
        (bool(lacking), f"lacks {', '.join(sorted(lacking))}"),
        (not _speaks(candidate, need.language), f"does not speak {need.language}"),
        (_full(candidate.open_leads, candidate.open_most), f"has {candidate.open_leads} open leads, no room"),
        (_full(candidate.today, candidate.day_most), f"got {candidate.today} today, the most for a day"),
        (not pool.around_the_clock and not _at_work(candidate, now), OFF_SHIFT),
    )
    return next((why for holds, why in checks if holds), None)


OFF_SHIFT = "is off shift"


def choose(pool: Pool, candidates: Sequence[Candidate], seats: Sequence[Seat], need: Need, *, now: datetime) -> Choice:
    """Whose turn it is in this pool, or when it is worth asking again, with a line of trace for each member."""
    hindered = {c.rep: hindrance(c, need, pool, now=now) for c in candidates}
    steps = tuple(
        Step(f"pool.{pool.key}", Verdict.FAILED if why else Verdict.HELD, why or "is available", c.email)
        for c in candidates
        for why in (hindered[c.rep],)
    )
    free = {c.rep: c.weight for c in candidates if hindered[c.rep] is None and c.weight > 0}
    if free:
        return Choice(next_turn(seats, free), None, steps)
    waiting = [c for c in candidates if hindered[c.rep] == OFF_SHIFT and c.hours is not None and c.weight > 0]
    openings = [at for c in waiting if c.hours and (at := next_opening(c.hours, now)) is not None]
    soonest = min(openings, default=None)
    return Choice(None, soonest if soonest is not None and soonest - now <= pool.wait else None, steps)


def _full(have: int, most: int | None) -> bool:
    return most is not None and have >= most


def _at_work(candidate: Candidate, now: datetime) -> bool:
    return candidate.hours is None or is_open(candidate.hours, now)


def _speaks(candidate: Candidate, language: str | None) -> bool:
    """Whether they speak it, regions left aside: who speaks `pt` can answer `pt-BR`."""
    if not language:
        return True
    wanted = language.partition("-")[0].lower()
    return any(spoken.partition("-")[0].lower() == wanted for spoken in candidate.languages)
