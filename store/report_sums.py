"""Adding up tallies: whole days and hours from what is kept, the rest lead by lead."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import attrgetter

from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.tally import PARTS, Milestones, Tally, tallies, tally
from store.report_tables import milestones, report_stale, report_sums

HOUR, DAY = 3600, 86400
WHOLE_DAY, WHOLE_MONTH = -1, -2
ALL = ""
"""The part that is not divided."""
_REFRESH_LOCK = 0x6F70_7265_7073  # any number nobody else locks
_CREATED = attrgetter("created")
_M = milestones.c
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


class ReportSums:
    """Tallies over stretches of time."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def over(
        self, stretches: Sequence[Stretch], part: str | None, *, mature_before: datetime
    ) -> list[dict[str | None, Counted]]:
        """For each stretch the sums by the values of `part` (one of PARTS), or undivided under None."""
        limit = int(mature_before.timestamp())
        stale = await self._stale(stretches) | {limit // DAY}  # a day that is mature in part is counted by leads
        plans = [_plan(stretch, stale, by_hour=part is None) for stretch in stretches]
        kept = await self._kept(plans, part)
        leads = await self._leads([piece for plan in plans for piece in plan.rows])
        return [_assembled(plan, kept, leads, part, limit) for plan in plans]

    async def refresh(self, *, most_days: int = 30) -> bool:
        """Bring the sums of some days up to date, oldest news first; whether others are still waiting.

        One process at a time: another one finds nothing to do.
        """
        if self._db.dialect.name == "postgresql":
            free = await self._db.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _REFRESH_LOCK})
            if not free.scalar():
                return False
        oldest = select(report_stale.c.day).group_by(report_stale.c.day).order_by(func.min(report_stale.c.id))
        waiting = (await self._db.execute(oldest.limit(most_days + 1))).scalars().all()
        for day in waiting[:most_days]:
            # The notes go before the day is counted: what is committed in between leaves a note that stays.
            await self._db.execute(delete(report_stale).where(report_stale.c.day == day))
            await self._build(day)
        for month in {_month_of(day) for day in waiting[:most_days]}:
            await self._build_month(month)
        return len(waiting) > most_days

    async def is_behind(self) -> bool:
        """Whether any day waits for `refresh`."""
        return (await self._db.execute(select(report_stale.c.id).limit(1))).first() is not None

    async def _build(self, day: int) -> None:
        leads = await self._leads([Stretch(day * DAY, (day + 1) * DAY)])
        rows = [_kept_row(day, WHOLE_DAY, ALL, None, tally(leads))]
        hours: dict[int, list[Milestones]] = {}
        for lead in leads:
            hours.setdefault(lead.created % DAY // HOUR, []).append(lead)
        rows += [_kept_row(day, hour, ALL, None, tally(group)) for hour, group in hours.items()]
        for part in PARTS:
            rows += [_kept_row(day, WHOLE_DAY, part, value, sums) for value, sums in tallies(leads, part).items()]
        this = (report_sums.c.day == day, report_sums.c.hour != WHOLE_MONTH)
        await self._db.execute(delete(report_sums).where(*this))
        await self._db.execute(insert(report_sums), rows)

    async def _build_month(self, first_day: int) -> None:
        """The sums of a month (UTC), from those of its days."""
        c = report_sums.c
        query = select(c.part, c.value, c.sums).where(
            c.hour == WHOLE_DAY, c.day.between(first_day, _next_month(first_day) - 1)
        )
        found: dict[tuple[str, str], Tally] = {}
        for part, value, sums in (await self._db.execute(query)).all():
            found.setdefault((part, value), Tally()).plus(Tally.read(sums))
        await self._db.execute(delete(report_sums).where(c.day == first_day, c.hour == WHOLE_MONTH))
        rows = [_kept_row(first_day, WHOLE_MONTH, part, value, sums) for (part, value), sums in found.items()]
        if rows:
            await self._db.execute(insert(report_sums), rows)

    async def _stale(self, stretches: Sequence[Stretch]) -> set[int]:
        first, last = min(s.start_s for s in stretches) // DAY, max(s.end_s for s in stretches) // DAY
        query = select(report_stale.c.day).where(report_stale.c.day.between(first, last)).distinct()
        return set((await self._db.execute(query)).scalars())

    async def _kept(self, plans: Sequence[_Plan], part: str | None) -> dict[tuple[int, int], dict[str | None, Tally]]:
        """The kept sums that the plans need, by day and hour."""
        days = {day for plan in plans for day in plan.days}
        hours = {hour for plan in plans for hour in plan.hours}
        found: dict[tuple[int, int], dict[str | None, Tally]] = {}
        c = report_sums.c
        months = {month for plan in plans for month in plan.months}
        for some, kind in ((months, WHOLE_MONTH), (days, WHOLE_DAY)):
            for first, last in _runs(sorted(some)) if kind == WHOLE_DAY else ((m, m) for m in sorted(some)):
                await self._read(found, c.part == (part or ALL), c.hour == kind, c.day.between(first, last))
        for first, last in _runs(sorted({hour // 24 for hour in hours})):
            await self._read(found, c.part == ALL, c.hour >= 0, c.day.between(first, last))
        return found

    async def _read(self, found: dict[tuple[int, int], dict[str | None, Tally]], *wanted: object) -> None:
        c = report_sums.c
        query = select(c.day, c.hour, c.value, c.sums).where(*wanted)  # type: ignore[arg-type]
        for day, hour, value, sums in (await self._db.execute(query)).all():
            found.setdefault((day, hour), {})[value or None] = Tally.read(sums)

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
    return {"day": day, "hour": hour, "part": part, "value": value or "", "sums": sums.plain()}


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
