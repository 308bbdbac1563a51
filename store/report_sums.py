"""Adding up tallies: whole days and hours from what is kept, the rest lead by lead."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any, TypedDict

import msgspec
from sqlalchemy import ColumnElement, Text, cast, delete, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.hours import WeeklyHours
from leads.tally import PARTS, Milestones, Tally, groups_of, tally, working_waits
from leads.working_time import WorkingTime, calendar_mark
from store.report_tables import milestones, report_stale, report_sums

HOUR, DAY = 3600, 86400
WHOLE_DAY, WHOLE_MONTH = -1, -2
ALL = ""
"""The part that is not divided."""
_REFRESH_LOCK = 0x6F70_7265_7073  # any number nobody else locks
_CREATED = attrgetter("created")
_M = milestones.c
_OF_ALL = tuple(map(text, ("part = ''", "hour = -1")))  # as its index says it, or SQLite does not use that
_COLUMNS = (
    _M.source,
    _M.campaign,
    _M.context,
    _M.owner_id,
    _M.outcome,
    _M.reason_code,
    _M.score,
    *(_M[f"{name}_s"] for name in Milestones._fields[7:]),
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Leads created from `start_s` up to, not including, `end_s`, in seconds since 1970."""

    start_s: int
    end_s: int

    def pieces(self, seconds: int) -> Iterator["Stretch"]:
        """The same in pieces of so many seconds, the last one shorter."""
        for start_s in range(self.start_s, self.end_s, seconds):
            yield Stretch(start_s, min(start_s + seconds, self.end_s))

    @property
    def start(self) -> datetime:
        """The first instant."""
        return datetime.fromtimestamp(self.start_s, UTC)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return datetime.fromtimestamp(self.end_s, UTC)


@dataclass(slots=True)
class Counted:
    """The sums of one group, and how many of its leads are older than the horizon."""

    sums: Tally = field(default_factory=Tally)
    mature: int = 0


@dataclass(slots=True)
class _Plan:
    """What a stretch is put together from."""

    months: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    hours: list[int] = field(default_factory=list)
    rows: list[Stretch] = field(default_factory=list)

    @property
    def kept(self) -> Iterator[tuple[int, int, int]]:
        """First day, last day and kind of the kept sums of whole months and days."""
        yield from ((month, month, WHOLE_MONTH) for month in sorted({*self.months}))
        yield from ((first, last, WHOLE_DAY) for first, last in _runs(sorted({*self.days})))


class Detail(StrEnum):
    """How much of a kept tally is read: the text of the rest is skipped, and nothing is built of it."""

    COUNTS = "counts"
    """Neither durations nor score levels."""
    ANSWERS = "answers"
    """Of durations those until somebody answered, and no score levels."""
    WHOLE = "whole"


class _Counts(TypedDict):
    leads: int
    junk: int
    score: int
    worked: int
    sql_worked: int
    rejected: int
    won_unseen: int
    reached: dict[str, int]
    steps: dict[str, int]
    reasons: dict[str, int]


class _Lengths(TypedDict, total=False):
    created_answered: list[tuple[int, int]]
    created_agent: list[tuple[int, int]]


class _Answers(_Counts):
    lengths: _Lengths


_READ: Mapping[Detail, Callable[[str], Mapping[str, Any]]] = {
    Detail.COUNTS: msgspec.json.Decoder(_Counts).decode,
    Detail.ANSWERS: msgspec.json.Decoder(_Answers).decode,
    Detail.WHOLE: msgspec.json.decode,
}


class ReportSums:
    """Tallies over stretches of time."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def over(
        self, stretches: Sequence[Stretch], part: str | None, *, mature_before: datetime, detail: Detail
    ) -> list[dict[str | None, Counted]]:
        """For each stretch the sums by the values of `part` (one of PARTS), or undivided under None."""
        limit = int(mature_before.timestamp())
        stale = await self._stale(stretches) | {limit // DAY}  # a day that is mature in part is counted by leads
        plans = [_plan(stretch, stale, by_hour=part is None) for stretch in stretches]
        kept = await self._kept(plans, part, detail=detail)
        leads = await self._leads([piece for plan in plans for piece in plan.rows])
        return [_assembled(plan, kept, leads, part, limit) for plan in plans]

    async def waits(
        self, stretch: Stretch, part: str | None, *, hours: WeeklyHours, until: datetime
    ) -> dict[str | None, Counter[int]]:
        """By the values of `part` how many leads waited how long for a person, in seconds of these hours.

        What was counted by other hours is counted again, lead by lead.
        """
        mark = calendar_mark(hours)
        c = report_sums.c
        plan = _plan(stretch, await self._stale([stretch]) | await self._unlike(stretch, mark), by_hour=False)
        found: dict[str | None, Counter[int]] = {}
        for first, last, kind in plan.kept:
            within = (c.part == (part or ALL), c.hour == kind, c.day.between(first, last), c.calendar == mark)
            for value, kept in (await self._db.execute(select(c.value, c.waits).where(*within))).all():
                found.setdefault(value or None, Counter()).update(dict(kept))
        leads = await self._leads(plan.rows)
        working = WorkingTime(hours, start=stretch.start, end=max(stretch.end, until))
        groups = groups_of(leads, part) if part else {None: leads}
        for group, counted in groups.items():
            found.setdefault(group, Counter()).update(working_waits(counted, working))
        return found

    async def refresh(self, hours: WeeklyHours, *, most_days: int) -> bool:
        """Bring the sums of some days up to date, oldest news first; whether others are still waiting.

        Then come days whose waits were counted by other hours. One process at a time: another one finds nothing to do.
        On SQLite nobody else writes meanwhile: a day of 1,400 leads takes a quarter of a second.
        """
        if self._db.dialect.name == "postgresql":
            free = await self._db.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _REFRESH_LOCK})
            if not free.scalar():
                return False
        mark = calendar_mark(hours)
        changed, counted = set[int](), set[int]()
        for _ in range(most_days):
            day = await self._oldest_news()
            if day is not None:
                changed.add(_month_of(day))
            else:
                day = await self._any_unlike(mark)
            if day is None:
                break
            # The notes go before the day is counted: what is committed in between leaves a note that stays.
            await self._db.execute(delete(report_stale).where(report_stale.c.day == day))
            await self._build(day, hours)
            counted.add(_month_of(day))
        for month in counted:
            # As long as days of it wait nobody reads its sums (or waits), and the last of them brings us back here.
            days = Stretch(month * DAY, _next_month(month) * DAY - 1)
            if not await self._stale([days]) and (month in changed or not await self._unlike(days, mark)):
                await self._build_month(month, mark)
        return await self.is_behind(hours)

    async def is_behind(self, hours: WeeklyHours) -> bool:
        """Whether any day waits for `refresh`."""
        if await self._oldest_news() is not None:
            return True
        return await self._any_unlike(calendar_mark(hours)) is not None

    async def _oldest_news(self) -> int | None:
        found: int | None = (
            await self._db.execute(select(report_stale.c.day).order_by(report_stale.c.id).limit(1))
        ).scalar()
        return found

    async def _any_unlike(self, mark: str) -> int | None:
        """A day whose waits were counted by other hours."""
        unlike = select(report_sums.c.day).where(*_OF_ALL, _is_unlike(mark)).limit(1)
        found: int | None = (await self._db.execute(unlike)).scalar()
        return found

    async def _unlike(self, stretch: Stretch, mark: str) -> set[int]:
        c = report_sums.c
        days = c.day.between(stretch.start_s // DAY, stretch.end_s // DAY)
        return set((await self._db.execute(select(c.day).where(days, *_OF_ALL, _is_unlike(mark)))).scalars())

    async def _build(self, day: int, hours: WeeklyHours) -> None:
        leads = await self._leads([Stretch(day * DAY, (day + 1) * DAY)])
        last = max((lead.answered or 0 for lead in leads), default=0)
        day_on = Stretch(day * DAY, max(last, day * DAY) + 1)
        working, mark = WorkingTime(hours, start=day_on.start, end=day_on.end), calendar_mark(hours)

        def whole(part: str, value: str | None, leads: Sequence[Milestones]) -> dict[str, object]:
            row = _kept_row(day, WHOLE_DAY, part, value, tally(leads))
            return row | {"calendar": mark, "waits": sorted(working_waits(leads, working).items())}

        rows = [whole(ALL, None, leads)]
        hourly: dict[int, list[Milestones]] = {}
        for lead in leads:
            hourly.setdefault(lead.created % DAY // HOUR, []).append(lead)
        rows += [_kept_row(day, hour, ALL, None, tally(group)) for hour, group in hourly.items()]
        for part in PARTS:
            rows += [whole(part, value, group) for value, group in groups_of(leads, part).items()]
        this = (report_sums.c.day == day, report_sums.c.hour != WHOLE_MONTH)
        await self._db.execute(delete(report_sums).where(*this))
        await self._db.execute(insert(report_sums), rows)

    async def _build_month(self, first_day: int, mark: str) -> None:
        """The sums of a month (UTC), from those of its days; nobody reads its waits while days have another mark."""
        c = report_sums.c
        query = select(c.part, c.value, c.sums, c.calendar, c.waits).where(
            c.hour == WHOLE_DAY, c.day.between(first_day, _next_month(first_day) - 1)
        )
        found: dict[tuple[str, str], Tally] = {}
        waits: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        for part, value, sums, calendar, kept in (await self._db.execute(query)).all():
            found.setdefault((part, value), Tally()).plus(Tally.read(sums))
            if calendar == mark:
                waits[part, value].update(dict(kept))
        await self._db.execute(delete(report_sums).where(c.day == first_day, c.hour == WHOLE_MONTH))
        rows = [
            _kept_row(first_day, WHOLE_MONTH, part, value, sums)
            | {"calendar": mark, "waits": sorted(waits[part, value].items())}
            for (part, value), sums in found.items()
        ]
        if rows:
            await self._db.execute(insert(report_sums), rows)

    async def _stale(self, stretches: Sequence[Stretch]) -> set[int]:
        first, last = min(s.start_s for s in stretches) // DAY, max(s.end_s for s in stretches) // DAY
        query = select(report_stale.c.day).where(report_stale.c.day.between(first, last)).distinct()
        return set((await self._db.execute(query)).scalars())

    async def _kept(
        self, plans: Sequence[_Plan], part: str | None, *, detail: Detail
    ) -> dict[tuple[int, int], dict[str | None, Tally]]:
        """The kept sums that the plans need, by day and hour."""
        every = _Plan()
        for plan in plans:
            every.months += plan.months
            every.days += plan.days
            every.hours += plan.hours
        c = report_sums.c
        wanted = [
            (c.part == (part or ALL), c.hour == kind, c.day.between(first, last)) for first, last, kind in every.kept
        ]
        for first, last in _runs(sorted({hour // 24 for hour in every.hours})):
            wanted.append((c.part == ALL, c.hour >= 0, c.day.between(first, last)))
        read = _READ[detail]
        found: dict[tuple[int, int], dict[str | None, Tally]] = {}
        for conditions in wanted:
            query = select(c.day, c.hour, c.value, cast(c.sums, Text)).where(*conditions)
            for day, hour, value, plain in (await self._db.execute(query)).all():
                found.setdefault((day, hour), {})[value or None] = Tally.read(read(plain))
        return found

    async def _leads(self, pieces: Sequence[Stretch]) -> list[Milestones]:
        """The milestones of leads created in these pieces, in that order; tests and merged leads are none."""
        found: list[Milestones] = []
        for at in range(0, len(pieces), 100):
            within = or_(*(_M.created_s.between(p.start_s, p.end_s - 1) for p in pieces[at : at + 100]))
            query = select(*_COLUMNS).where(within, _M.is_test.is_(False), _M.outcome != "merged")
            found += [Milestones._make(row) for row in (await self._db.execute(query)).all()]
        return sorted(found, key=_CREATED)


def _plan(stretch: Stretch, stale: set[int], *, by_hour: bool) -> _Plan:
    """Whole months and days that are up to date from the kept sums, at the edges whole hours, the rest by leads."""
    plan, at = _Plan(), stretch.start_s
    while at < stretch.end_s:
        day, hour = at // DAY, at // HOUR
        following = _next_month(day) if at % DAY == 0 and _month_of(day) == day else None
        if following and following * DAY <= stretch.end_s and stale.isdisjoint(range(day, following)):
            plan.months.append(day)
            at = following * DAY
        elif day not in stale and at % DAY == 0 and at + DAY <= stretch.end_s:
            plan.days.append(day)
            at += DAY
        elif by_hour and day not in stale and at % HOUR == 0 and at + HOUR <= stretch.end_s:
            plan.hours.append(hour)
            at += HOUR
        else:
            whole = HOUR if by_hour and day not in stale else DAY
            until = min((at // whole + 1) * whole, stretch.end_s)
            if plan.rows and plan.rows[-1].end_s == at:
                plan.rows[-1] = Stretch(plan.rows[-1].start_s, until)
            else:
                plan.rows.append(Stretch(at, until))
            at = until
    return plan


def _assembled(
    plan: _Plan,
    kept: dict[tuple[int, int], dict[str | None, Tally]],
    leads: Sequence[Milestones],
    part: str | None,
    mature_before_s: int,
) -> dict[str | None, Counted]:
    found: dict[str | None, Counted] = {}
    pieces = [(month, WHOLE_MONTH, _next_month(month) * DAY) for month in plan.months]
    pieces += [(day, WHOLE_DAY, (day + 1) * DAY) for day in plan.days]
    pieces += [(hour // 24, hour % 24, (hour + 1) * HOUR) for hour in plan.hours]
    for day, hour, end_s in pieces:
        for value, sums in kept.get((day, hour), {}).items():
            group = found.setdefault(value, Counted())
            group.sums.plus(sums)
            group.mature += sums.leads if end_s <= mature_before_s else 0
    for piece in plan.rows:
        for lead in leads[
            bisect_left(leads, piece.start_s, key=_CREATED) : bisect_left(leads, piece.end_s, key=_CREATED)
        ]:
            group = found.setdefault(getattr(lead, PARTS[part]) if part else None, Counted())
            group.sums.add(lead)
            group.mature += lead.outcome != "junk" and lead.created <= mature_before_s
    return found


def _is_unlike(mark: str) -> ColumnElement[bool]:
    """Counted by other hours. Said so that an index finds them."""
    calendar = report_sums.c.calendar
    return or_(calendar.is_(None), calendar < mark, calendar > mark)


def _month_of(day: int) -> int:
    """The first day of the month (UTC) a day is in; days are counted since 1970."""
    return (date.fromordinal(_EPOCH + day).replace(day=1)).toordinal() - _EPOCH


def _next_month(day: int) -> int:
    """The first day of the month after."""
    return _month_of(_month_of(day) + 31)


_EPOCH = date(1970, 1, 1).toordinal()


def _runs(days: Sequence[int]) -> Iterable[tuple[int, int]]:
    """[1, 2, 3, 7] as (1, 3), (7, 7)."""
    first = None
    for at, day in enumerate(days):
        first = day if first is None else first
        if at + 1 == len(days) or days[at + 1] != day + 1:
            yield first, day
            first = None


def _kept_row(day: int, hour: int, part: str, value: str | None, sums: Tally) -> dict[str, object]:
    key = {"day": day, "hour": hour, "part": part, "value": value or ""}
    return {**key, "sums": sums.plain(), "calendar": None, "waits": None}


def stretch_of(start: datetime, end: datetime) -> Stretch:
    """The stretch between two instants."""
    return Stretch(int(start.timestamp()), int(end.timestamp()))


async def forget_sums(db: AsyncConnection, words: Sequence[str]) -> None:
    """Drop the kept sums of every day that is divided by one of these words; such days are counted by leads again."""
    for word in words:
        named = func.lower(report_sums.c.value).contains(word.lower(), autoescape=True)
        days = (await db.execute(select(report_sums.c.day).where(named).distinct())).scalars().all()
        if days:
            await db.execute(insert(report_stale), [{"day": day} for day in days])
            await db.execute(delete(report_sums).where(report_sums.c.day.in_(days)))
