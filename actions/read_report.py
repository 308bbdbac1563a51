"""Put a report together: cohorts, costs and durations as one table whose columns say what they are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from leads.funnel import Cohort, Durations, Period, Rate, Tenth, per, ranking_quality, tenths
from leads.local_days import first_instant, offsets
from leads.refusal import ValueMissing
from store.reports import GROUPS, CampaignCost, Slice
from store.unit import UnitOfWork

Cell = str | int | float | Decimal | None
Row = Mapping[str, Cell]
DEFAULT_HORIZON = timedelta(days=90)
LONGEST = timedelta(days=366 * 20)
STEPS = (
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

    def leads_created(self, now: datetime) -> Slice:
        """The leads of these days. Raises ValueMissing when the days are the wrong way round, or too many."""
        if self.last < self.first:
            raise ValueMissing(f"The report would end ({self.last}) before it begins ({self.first}).")
        if self.last - self.first > LONGEST:
            raise ValueMissing("A report covers at most 20 years.")
        start = first_instant(self.first, self.zone)
        end = first_instant(self.last + timedelta(days=1), self.zone)
        return Slice(start, end, self.horizon, now, offsets(self.zone, start=start, end=end))


@dataclass(frozen=True, slots=True)
class Report:
    """One table, and the line of all leads together."""

    rows: tuple[Row, ...]
    totals: Row


def divisions(*, time_too: bool = True) -> tuple[str, ...]:
    """What a report can be divided by."""
    return (*GROUPS, *Period) if time_too else tuple(GROUPS)


async def read_funnel(uow: UnitOfWork, asked: Asked) -> Report:
    """How far the leads of the period have come, and at what rates."""
    wanted = asked.leads_created(uow.now)
    found = await _divided(uow, wanted, asked.group)
    whole = Cohort()
    for cohort in found.values():
        whole = whole.plus(cohort)
    times = {name: (await uow.reports.durations(wanted, a, b)).get(None, Durations(())) for a, b, name in STEPS}
    medians = {f"median_days_{name}": _days(taken.quantile(0.5)) for name, taken in times.items()}
    people, junk = await uow.reports.people(wanted), await uow.reports.junk(wanted)
    totals = _funnel_row(whole) | {"people": people, "junk": junk} | medians
    rows = [{asked.group or "all": key, **_funnel_row(found[key])} for key in sorted(found, key=_order)]
    return Report(tuple(rows), totals)


async def read_sources(uow: UnitOfWork, asked: Asked) -> Report:
    """What each source brought and what it cost. Costs count by day: an entry is spread evenly over its days."""
    wanted = asked.leads_created(uow.now)
    group = asked.group or "source"
    found = await _divided(uow, wanted, group)
    spent = _spent(await uow.reports.costs(first_day=asked.first, last_day=asked.last), asked, group)
    whole = Cohort()
    for cohort in found.values():
        whole = whole.plus(cohort)
    keys = sorted({*found, *spent}, key=_order)
    rows = [{group: key, **_source_row(found.get(key, Cohort()), whole.leads, spent.get(key))} for key in keys]
    all_spent = sum(spent.values(), Decimal()) if spent else None
    return Report(tuple(rows), _source_row(whole, whole.leads, all_spent))


async def read_response_times(uow: UnitOfWork, asked: Asked) -> Report:
    """How soon leads were answered: by a person and by the agent, each on its own; the unanswered count as such."""
    wanted = asked.leads_created(uow.now)
    people = await uow.reports.durations(wanted, "created", "answered", group=asked.group)
    agent = await uow.reports.durations(wanted, "created", "agent", group=asked.group)
    rows = [
        {asked.group or "all": key, **_response_row(people.get(key), agent.get(key))}
        for key in sorted({*people, *agent}, key=_order)
    ]
    whole = [(await uow.reports.durations(wanted, "created", name)).get(None) for name in ("answered", "agent")]
    return Report(tuple(rows), _response_row(*whole))


async def read_disqualifications(uow: UnitOfWork, asked: Asked) -> Report:
    """Why cycles ended without a deal: by outcome and reason, as a share of all leads of the group."""
    wanted = asked.leads_created(uow.now)
    sizes = await _divided(uow, wanted, asked.group)
    ended = await uow.reports.reasons(wanted, asked.group)
    rows = [
        {
            **({asked.group: part} if asked.group else {}),
            "outcome": outcome,
            "reason_code": reason,
            "leads": count,
            **_rate("share", Rate(count, sizes[part].leads if part in sizes else 0)),
        }
        for part, outcome, reason, count in sorted(ended, key=lambda row: (_order(row[0]), row[1], -row[3]))
    ]
    whole = sum(cohort.leads for cohort in sizes.values())
    gone = sum(row[3] for row in ended if row[1] == "disqualified")
    junk = await uow.reports.junk(wanted)
    return Report(tuple(rows), {"leads": whole, "disqualified": gone, **_rate("rate", Rate(gone, whole)), "junk": junk})


async def read_scoring(uow: UnitOfWork, asked: Asked) -> Report:
    """Whether the score puts those first who become customers: by tenths of the leads, best first."""
    wanted = asked.leads_created(uow.now)
    levels = await uow.reports.score_levels(wanted)
    missed, won = await uow.reports.won_without_mql(wanted)
    base = Rate(sum(level.won for level in levels), sum(level.leads for level in levels))
    quality = ranking_quality(levels)
    totals: Row = {
        "leads": base.of,
        "won": base.hits,
        **_rate("win_rate", base),
        "auc": round(quality, 4) if quality is not None else None,
        **_rate("won_without_mql", Rate(missed, won)),
    }
    return Report(tuple(_tenth(part, base) for part in tenths(levels)), totals)


async def _divided(uow: UnitOfWork, wanted: Slice, group: str | None) -> dict[str | None, Cohort]:
    if group in set(Period):
        days = await uow.reports.cohorts(wanted, "day")
        folded: defaultdict[str | None, Cohort] = defaultdict(Cohort)
        for day, cohort in days.items():
            folded[_period(date.fromisoformat(day or ""), Period(group))] = folded[
                _period(date.fromisoformat(day or ""), Period(group))
            ].plus(cohort)
        return dict(folded)
    return await uow.reports.cohorts(wanted, group)


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
        row |= _rate(name, rate)
    return row | {"maturity": _rounded(cohort.maturity.value), "average_score": cohort.average_score}


def _source_row(cohort: Cohort, all_leads: int, spent: Decimal | None) -> dict[str, Cell]:
    return {
        "leads": cohort.leads,
        **_rate("share", Rate(cohort.leads, all_leads)),
        "average_score": cohort.average_score,
        "mql": cohort.mql,
        "sql": cohort.sql,
        "opportunity": cohort.opportunity,
        "customer": cohort.customer,
        **_rate("lead_to_mql", cohort.rates["lead_to_mql"]),
        **_rate("lead_to_opportunity", cohort.rates["lead_to_opportunity"]),
        **_rate("lead_to_customer", cohort.rates["lead_to_customer"]),
        **_rate("disqualification", cohort.rates["disqualification"]),
        "cost": spent.quantize(Decimal("0.01")) if spent is not None else None,
        "cost_per_lead": per(spent, cohort.leads),
        "cost_per_mql": per(spent, cohort.mql),
        "cost_per_sql": per(spent, cohort.sql),
        "cost_per_customer": per(spent, cohort.customer),
        "maturity": _rounded(cohort.maturity.value),
    }


def _response_row(people: Durations | None, agent: Durations | None) -> dict[str, Cell]:
    row: dict[str, Cell] = {"leads": (people or agent or Durations(())).all}
    for who, times in (("human", people or Durations(())), ("agent", agent or Durations(()))):
        row |= {
            f"{who}_answered": times.ended,
            f"{who}_never": times.open,
            f"{who}_median_s": times.quantile(0.5),
            f"{who}_p90_s": times.quantile(0.9),
        }
        for name, seconds in QUICK:
            row |= _rate(f"{who}_within_{name}", times.within(seconds))
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


def _rate(name: str, rate: Rate) -> dict[str, Cell]:
    low, high = rate.interval or (None, None)
    return {name: _rounded(rate.value), f"{name}_low": _rounded(low), f"{name}_high": _rounded(high)}


def _rounded(value: float | None) -> float | None:
    return round(value, 4) if value is not None else None


def _days(seconds: int | None) -> float | None:
    return round(seconds / 86400, 2) if seconds is not None else None
