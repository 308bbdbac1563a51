"""Counting leads so that counts can be kept by the day and added up: everything a report needs of a set of leads.

A report over a million leads adds up the tallies of its days; only days that have just changed, and the edges of the
period in the reader's time zone, are counted lead by lead.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from leads.funnel import Cohort, Durations, ScoreLevel
from leads.working_time import WorkingTime

HORIZONS = (30, 90, 180)
"""Days a lead may take from one stage to the next (domain.md §7: fixed, so that months can be compared)."""
STEPS = (
    ("created", "mql"),
    ("mql", "sal"),
    ("sal", "sql"),
    ("sql", "opportunity"),
    ("opportunity", "customer"),
    ("created", "opportunity"),
    ("created", "customer"),
)
TIMED = frozenset(f"{before}_{after}" for before, after in STEPS[:5])
"""The steps whose lengths are told."""
WAITS = (("created", "answered"), ("created", "agent"))
"""From the lead to the first words of a person, and of the agent."""
_HOUR, _MINUTE, _DAY = 3600, 60, 86400
STEPS_OF_LENGTH = ((10 * _MINUTE, 5), (_HOUR, _MINUTE), (_DAY, 10 * _MINUTE), (30 * _DAY, 6 * _HOUR), (None, _DAY))
"""Up to a length (seconds) durations are told in steps of so many, rounded up: fine where people hurry, and few enough
to keep for every day. Five minutes, an hour and a day are steps of their own, so that shares within them are exact."""
WORKING_STEPS = ((10 * _MINUTE, 5), (None, _MINUTE))
"""The same for waits in working time, of which there are fewer lengths."""
_OPEN = -1
"""The length of what has not ended yet."""


class Milestones(NamedTuple):
    """What one lead reached when, in whole seconds since 1970; None for what it has not reached."""

    source: str
    campaign: str | None
    context: str | None
    owner: str | None
    outcome: str
    reason: str | None
    score: int
    created: int
    iql: int | None
    mql: int | None
    sal: int | None
    sql: int | None
    opportunity: int | None
    customer: int | None
    pql: int | None
    disqualified: int | None
    recycled: int | None
    lost: int | None
    answered: int | None
    agent: int | None


PARTS: Mapping[str, str] = {
    "source": "source",
    "campaign": "campaign",
    "context": "context",
    "owner": "owner",
    "reason": "reason",
}
"""What a report can be divided into beside time, and the field it goes by."""
_COUNTED = ("iql", "mql", "pql", "sal", "sql", "opportunity", "customer", "disqualified", "recycled", "lost")


@dataclass(slots=True)
class Tally:
    """Sums over a set of leads. `steps` counts each step within each horizon; `waits` and `lengths` are histograms."""

    leads: int = 0
    junk: int = 0
    score: int = 0
    worked: int = 0
    sql_worked: int = 0
    rejected: int = 0
    won_unseen: int = 0
    reached: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    lengths: dict[str, Counter[int]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    levels: dict[int, list[int]] = field(default_factory=dict)

    def add(self, lead: Milestones) -> None:
        """Count one lead; what turned out to be no lead is counted as such and as nothing else."""
        if lead.outcome == "junk":
            self.junk += 1
            return
        self.leads += 1
        self.score += lead.score
        for name in _COUNTED:
            if getattr(lead, name) is not None:
                self.reached[name] += 1
        self._steps(lead)
        self._replies(lead)
        self._end(lead)

    def plus(self, other: "Tally") -> None:
        """Take another set's sums in."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.reached.update(other.reached)
        self.steps.update(other.steps)
        self.reasons.update(other.reasons)
        for name, counted in other.lengths.items():
            self.lengths.setdefault(name, Counter()).update(counted)
        for level, counts in other.levels.items():
            here = self.levels.setdefault(level, [0] * len(counts))
            self.levels[level] = [a + b for a, b in zip(here, counts, strict=True)]

    def cohort(self, horizon: timedelta, *, mature: int) -> Cohort:
        """The cohort with one of the horizons; `mature` leads are older than it."""
        days = horizon.days
        step = {f"{a}_{b}": self.steps[f"{a}_{b}:{days}"] for a, b in STEPS}
        return Cohort(
            leads=self.leads,
            **{name: self.reached[name] for name in _COUNTED},
            lead_mql=step["created_mql"],
            mql_sal=step["mql_sal"],
            sal_sql=step["sal_sql"],
            sql_opportunity=step["sql_opportunity"],
            opportunity_customer=step["opportunity_customer"],
            lead_opportunity=step["created_opportunity"],
            lead_customer=step["created_customer"],
            worked=self.worked,
            sql_worked=self.sql_worked,
            rejected=self.rejected,
            junk=self.junk,
            mature=mature,
            score_sum=self.score / 10,
        )

    def durations(self, before: str, after: str) -> Durations:
        """How long the step took, in steps of `STEPS_OF_LENGTH`."""
        counted = self.lengths.get(f"{before}_{after}", Counter())
        ended = tuple((length, count) for length, count in counted.items() if length != _OPEN)
        return Durations(ended, counted.get(_OPEN, 0))

    def score_levels(self, horizon: timedelta) -> list[ScoreLevel]:
        """How many leads have each score, in whole points, and how many of them were won within the horizon."""
        at = 1 + HORIZONS.index(horizon.days)
        return [ScoreLevel(float(level), counts[0], counts[at]) for level, counts in self.levels.items()]

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            **{name: getattr(self, name) for name in _SUMS},
            "reached": dict(self.reached),
            "steps": dict(self.steps),
            "lengths": {name: sorted(counted.items()) for name, counted in self.lengths.items()},
            "reasons": dict(self.reasons),
            "levels": sorted((level, *counts) for level, counts in self.levels.items()),
        }

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Tally":
        """Back from JSON; histograms and score levels may have been left out."""
        tally = cls(**{name: plain[name] for name in _SUMS})
        tally.reached.update(plain["reached"])
        tally.steps.update(plain["steps"])
        tally.reasons.update(plain["reasons"])
        tally.lengths = {name: Counter(dict(map(tuple, counted))) for name, counted in plain.get("lengths", {}).items()}
        tally.levels = {level: list(counts) for level, *counts in plain.get("levels", ())}
        return tally

    def _steps(self, lead: Milestones) -> None:
        for before, after in STEPS:
            start, end = getattr(lead, before), getattr(lead, after)
            if start is None:
                continue
            name = f"{before}_{after}"
            if name in TIMED:
                length = _OPEN if end is None else _rounded(end - start)
                self.lengths.setdefault(name, Counter())[length] += 1
            if end is not None:
                for days in HORIZONS:
                    self.steps[f"{name}:{days}"] += end - start <= days * _DAY

    def _replies(self, lead: Milestones) -> None:
        for before, after in WAITS:
            end = getattr(lead, after)
            length = _OPEN if end is None else _rounded(end - lead.created)
            self.lengths.setdefault(f"{before}_{after}", Counter())[length] += 1
        if lead.answered is not None or lead.agent is not None:
            self.worked += 1
            self.sql_worked += lead.sql is not None

    def _end(self, lead: Milestones) -> None:
        if lead.outcome in {"disqualified", "recycled", "lost"}:
            self.reasons[f"{lead.outcome}:{lead.reason or ''}"] += 1
        ended = lead.disqualified is not None or lead.recycled is not None
        self.rejected += lead.mql is not None and lead.sal is None and ended
        won = lead.customer
        if won is not None and lead.mql is not None:
            self.won_unseen += lead.mql >= (lead.sal if lead.sal is not None else won)
        counts = self.levels.setdefault(round(lead.score / 10), [0] * (1 + len(HORIZONS)))
        counts[0] += 1
        for at, days in enumerate(HORIZONS, 1):
            counts[at] += won is not None and won - lead.created <= days * _DAY


_SUMS = ("leads", "junk", "score", "worked", "sql_worked", "rejected", "won_unseen")


def tally(leads: Iterable[Milestones]) -> Tally:
    """The sums over these leads."""
    sums = Tally()
    for lead in leads:
        sums.add(lead)
    return sums


def groups_of(leads: Iterable[Milestones], part: str) -> dict[str | None, list[Milestones]]:
    """The leads by source, campaign and so on; None for those without one."""
    found: dict[str | None, list[Milestones]] = {}
    for lead in leads:
        found.setdefault(getattr(lead, PARTS[part]), []).append(lead)
    return found


def working_waits(leads: Iterable[Milestones], working: WorkingTime) -> Counter[int]:
    """How many of these leads waited how many working seconds for a person, in steps of `WORKING_STEPS`."""
    return Counter(
        _rounded(working.between(lead.created, lead.answered), WORKING_STEPS)
        for lead in leads
        if lead.answered is not None and lead.outcome != "junk"
    )


def _rounded(seconds: int, steps: Sequence[tuple[int | None, int]] = STEPS_OF_LENGTH) -> int:
    """Up to the next of these steps; never below zero (a clock was wrong)."""
    step = next(step for below, step in steps if below is None or seconds <= below)
    return -(-max(seconds, 0) // step) * step
