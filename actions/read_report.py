"""Put a report together: cohorts, costs and durations as one table whose columns say what they are."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce

from leads.funnel import Cohort, Durations, Period, Rate, Tenth, per, ranking_quality, tenths
from leads.hours import MIDNIGHT, WeeklyHours, resolve, zone_of
from leads.refusal import ValueMissing
from leads.sla import ClockKind
from leads.tally import PARTS, Tally
from store.report_sums import Counted, Detail, Stretch, stretch_of
from store.reports import CampaignCost
from store.unit import UnitOfWork

Cell = str | int | float | Decimal | None
Row = Mapping[str, Cell]
DEFAULT_HORIZON = timedelta(days=90)
LONGEST = timedelta(days=366 * 20)
ONE_DAY = timedelta(days=1)
MOST_PERIODS = 400
"""Lines of a report that is divided by time."""
TIMED = (
    ("created", "mql", "to_mql"),
    ("mql", "sal", "mql_to_sal"),
    ("sal", "sql", "sal_to_sql"),
    ("sql", "opportunity", "sql_to_opportunity"),
    ("opportunity", "customer", "opportunity_to_customer"),
)
QUICK = (("5_min", 300), ("1_hour", 3600), ("1_day", 86400))


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see: whole local days from `first` to `last`, divided by `group`."""

    first: date
    last: date
    zone: str
    group: str | None = None
    horizon: timedelta = DEFAULT_HORIZON

    def stretch(self, first: date | None = None, following: date | None = None) -> Stretch:
        """The time from the beginning of `first` to that of `following`, in the reader's zone; all of it when left out.

        Raises ValueMissing when the days are the wrong way round, or too many.
        """
        if self.last < self.first:
            raise ValueMissing(f"The report would end ({self.last}) before it begins ({self.first}).")
        if self.last - self.first > LONGEST:
            raise ValueMissing("A report covers at most 20 years.")
        zone = zone_of(self.zone)
        start, end = first or self.first, following or self.last + ONE_DAY
        return stretch_of(resolve(start, MIDNIGHT, zone), resolve(end, MIDNIGHT, zone))


@dataclass(frozen=True, slots=True)
class Report:
    """One table, and the line of all leads together."""

    rows: tuple[Row, ...]
    totals: Row


def divisions(*, time_too: bool = True) -> tuple[str, ...]:
    """What a report can be divided by."""
    return (*PARTS, *Period) if time_too else tuple(PARTS)


async def read_funnel(uow: UnitOfWork, asked: Asked) -> Report:
    """How far the leads of the period have come, and at what rates."""
    [whole] = await _counted(uow, asked, [asked.stretch()], detail=Detail.WHOLE)
    everybody = whole.get(None, Counted())
    medians = {
        f"median_days_{name}": _days(everybody.sums.durations(before, after).quantile(0.5))
        for before, after, name in TIMED
    }
    cohort = _cohort(everybody, asked)
    people = cohort.leads - await uow.reports.repeats(asked.stretch())
    totals = _funnel_row(cohort) | {"people": people, "junk": cohort.junk} | medians
    found = await _divided(uow, asked)
    rows = [{asked.group or "all": key, **_funnel_row(_cohort(found[key], asked))} for key in sorted(found, key=_order)]
    return Report(tuple(rows), totals)


async def read_sources(uow: UnitOfWork, asked: Asked) -> Report:
    """What each source brought and what it cost. Costs count by day: an entry is spread evenly over its days."""
    asked = replace(asked, group=asked.group or "source")
    group = asked.group or ""
    found = {key: _cohort(counted, asked) for key, counted in (await _divided(uow, asked)).items()}
    spent = _spent(await uow.reports.costs(first_day=asked.first, last_day=asked.last), asked, group)
    whole = reduce(Cohort.plus, found.values(), Cohort())
    keys = sorted({*found, *spent}, key=_order)
    rows = [{group: key, **_source_row(found.get(key, Cohort()), whole.leads, spent.get(key))} for key in keys]
    all_spent = sum(spent.values(), Decimal()) if spent else None
    return Report(tuple(rows), _source_row(whole, whole.leads, all_spent))


async def read_response_times(uow: UnitOfWork, hours: WeeklyHours, asked: Asked) -> Report:
    """How soon leads were answered: by a person and by the agent, each on its own; the unanswered count as such.

    A person's answers are told in the working time of `hours` too: a lead of Friday evening that is answered on Monday
    morning waited a few minutes of it. The totals say which promises of time that fell due on these days were kept.
    """
    found = await _divided(uow, asked, detail=Detail.ANSWERS)
    whole = Tally()
    for counted in found.values():
        whole.plus(counted.sums)
    days = asked.stretch()
    worked = await uow.reports.waits(days, asked.group, hours=hours, until=uow.now)
    rows = [
        {asked.group or "all": key, **_response_row(found[key].sums, worked.get(key, Counter()))}
        for key in sorted(found, key=_order)
    ]
    promises = await uow.promise_figures.kept(days.start, days.end)
    every: Counter[int] = Counter()
    for waits in worked.values():
        every.update(waits)
    totals = _response_row(whole, every)
    for kind in ClockKind:
        totals |= rate_cells(f"sla_{kind.value}", promises.get(kind.value, Rate(0, 0)))
    return Report(tuple(rows), totals)


async def read_disqualifications(uow: UnitOfWork, asked: Asked) -> Report:
    """Why cycles ended without a deal: by outcome and reason, as a share of all leads of the group."""
    found = await _divided(uow, asked)
    rows: list[Row] = []
    for key in sorted(found, key=_order):
        sums = found[key].sums
        for name, count in sorted(sums.reasons.items(), key=lambda item: (-item[1], item[0])):
            outcome, _, reason = name.partition(":")
            ended: Row = {"outcome": outcome, "reason_code": reason or None, "leads": count}
            part: Row = {asked.group: key} if asked.group else {}
            rows.append({**part, **ended, **rate_cells("share", Rate(count, sums.leads))})
    whole = reduce(Cohort.plus, (_cohort(counted, asked) for counted in found.values()), Cohort())
    rate = whole.rates["disqualification"]
    return Report(
        tuple(rows),
        {"leads": whole.leads, "disqualified": whole.disqualified, **rate_cells("rate", rate), "junk": whole.junk},
    )


async def read_scoring(uow: UnitOfWork, asked: Asked) -> Report:
    """Whether the score puts those first who become customers: by tenths of the leads, best first."""
    [whole] = await _counted(uow, asked, [asked.stretch()], detail=Detail.WHOLE)
    sums = whole.get(None, Counted()).sums
    levels = sums.score_levels(asked.horizon)
    base = Rate(sum(level.won for level in levels), sum(level.leads for level in levels))
    quality = ranking_quality(levels)
    totals: Row = {
        "leads": base.of,
        "won": base.hits,
        **rate_cells("win_rate", base),
        "auc": round(quality, 4) if quality is not None else None,
        **rate_cells("won_without_mql", Rate(sums.won_unseen, sums.reached["customer"])),
    }
    return Report(tuple(_tenth(part, base) for part in tenths(levels)), totals)


async def _counted(
    uow: UnitOfWork, asked: Asked, stretches: Sequence[Stretch], part: str | None = None, *, detail: Detail
) -> list[dict[str | None, Counted]]:
    mature_before = uow.now - asked.horizon
    return await uow.reports.counted(stretches, part, mature_before=mature_before, detail=detail)


async def _divided(uow: UnitOfWork, asked: Asked, *, detail: Detail = Detail.COUNTS) -> dict[str | None, Counted]:
    """The groups of a report: values of a part, or periods of time that have leads."""
    if asked.group not in set(Period):
        [found] = await _counted(uow, asked, [asked.stretch()], asked.group, detail=detail)
        return found
    begun = _periods(asked, Period(asked.group))
    ends = [*(day for _, day in begun[1:]), asked.last + ONE_DAY]
    stretches = [asked.stretch(day, end) for (_, day), end in zip(begun, ends, strict=True)]
    sums = await _counted(uow, asked, stretches, detail=detail)
    return {name: found[None] for (name, _), found in zip(begun, sums, strict=True) if None in found}


def _periods(asked: Asked, period: Period) -> list[tuple[str, date]]:
    """The periods a report touches, each with its first day in it. Raises ValueMissing for more than MOST_PERIODS."""
    asked.stretch()
    begun: list[tuple[str, date]] = []
    for number in range((asked.last - asked.first).days + 1):
        day = asked.first + timedelta(days=number)
        name = _period(day, period)
        if not begun or begun[-1][0] != name:
            begun.append((name, day))
    if len(begun) > MOST_PERIODS:
        raise ValueMissing(f"That would be {len(begun)} lines. Ask for fewer days, or divide by week or month.")
    return begun


def _cohort(counted: Counted, asked: Asked) -> Cohort:
    return counted.sums.cohort(asked.horizon, mature=counted.mature)


def _period(day: date, period: Period) -> str:
    """The name of the period a day falls in: 2026-03-02, 2026-W10, 2026-03, 2026-Q1."""
    match period:
        case Period.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case Period.MONTH:
            return f"{day:%Y-%m}"
        case Period.QUARTER:
            return f"{day.year}-Q{(day.month + 2) // 3}"
    return day.isoformat()


def _order(key: str | None) -> tuple[bool, str]:
    return key is None, key or ""


def _funnel_row(cohort: Cohort) -> dict[str, Cell]:
    counts = ("leads", "iql", "mql", "pql", "sal", "sql", "opportunity", "customer")
    row: dict[str, Cell] = {name: getattr(cohort, name) for name in counts}
    row |= {name: getattr(cohort, name) for name in ("worked", "rejected", "disqualified", "recycled", "lost")}
    for name, rate in cohort.rates.items():
        row |= rate_cells(name, rate)
    return row | {"maturity": _rounded(cohort.maturity.value), "average_score": cohort.average_score}


def _source_row(cohort: Cohort, all_leads: int, spent: Decimal | None) -> dict[str, Cell]:
    return {
        "leads": cohort.leads,
        **rate_cells("share", Rate(cohort.leads, all_leads)),
        "average_score": cohort.average_score,
        "mql": cohort.mql,
        "sql": cohort.sql,
        "opportunity": cohort.opportunity,
        "customer": cohort.customer,
        **rate_cells("lead_to_mql", cohort.rates["lead_to_mql"]),
        **rate_cells("lead_to_opportunity", cohort.rates["lead_to_opportunity"]),
        **rate_cells("lead_to_customer", cohort.rates["lead_to_customer"]),
        **rate_cells("disqualification", cohort.rates["disqualification"]),
        "cost": spent.quantize(Decimal("0.01")) if spent is not None else None,
        "cost_per_lead": per(spent, cohort.leads),
        "cost_per_mql": per(spent, cohort.mql),
        "cost_per_sql": per(spent, cohort.sql),
        "cost_per_customer": per(spent, cohort.customer),
        "maturity": _rounded(cohort.maturity.value),
    }


def _response_row(sums: Tally, worked: Counter[int]) -> dict[str, Cell]:
    never = sums.durations("created", "answered").open
    waits = Durations(tuple(worked.items()), never)
    row: dict[str, Cell] = {
        "leads": sums.leads,
        "human_median_working_s": waits.quantile(0.5),
        "human_p90_working_s": waits.quantile(0.9),
    }
    for who, clock in (("human", "answered"), ("agent", "agent")):
        times = sums.durations("created", clock)
        row |= {
            f"{who}_answered": times.ended,
            f"{who}_never": times.open,
            f"{who}_median_s": times.quantile(0.5),
            f"{who}_p90_s": times.quantile(0.9),
        }
        for name, seconds in QUICK:
            row |= rate_cells(f"{who}_within_{name}", times.within(seconds))
    return row


def _spent(costs: Sequence[CampaignCost], asked: Asked, group: str) -> dict[str | None, Decimal]:
    """The part of each entry's amount that falls on the days asked for; only sources and campaigns have costs."""
    found: defaultdict[str | None, Decimal] = defaultdict(Decimal)
    for cost in costs:
        days = (cost.last_day - cost.first_day).days + 1
        shared = (min(cost.last_day, asked.last) - max(cost.first_day, asked.first)).days + 1
        key = {"source": cost.source, "campaign": cost.campaign}.get(group)
        if group in {"source", "campaign"}:
            found[key] += cost.amount * shared / days
    return dict(found)


def _tenth(part: Tenth, base: Rate) -> Row:
    """Lift is the part's win rate over that of all."""
    rate = part.won / part.leads
    return {
        "tenth": part.number,
        "leads": round(part.leads, 1),
        "score_from": part.score_from,
        "score_to": part.score_to,
        "won": round(part.won, 1),
        "win_rate": _rounded(rate),
        "lift": _rounded(rate / base.value) if base.value else None,
    }


def rate_cells(name: str, rate: Rate) -> dict[str, Cell]:
    """A rate and the two ends of its interval, as three cells."""
    low, high = rate.interval or (None, None)
    return {name: _rounded(rate.value), f"{name}_low": _rounded(low), f"{name}_high": _rounded(high)}


def _rounded(value: float | None) -> float | None:
    return round(value, 4) if value is not None else None


def _days(seconds: int | None) -> float | None:
    return round(seconds / 86400, 2) if seconds is not None else None
