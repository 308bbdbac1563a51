"""When a repeating job is due: pure arithmetic on UTC instants.

A schedule has no state. The latest instant at which it fell due names one run, and the engine turns
that name into a job key; as one key is one job, any number of workers may ask at any time and the run
still happens once. A run missed while every worker was down is made up for by the first one to start,
but only the latest of them: rounds look at what is due now, not at what was due last Tuesday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from croniter import croniter  # type: ignore[import-untyped]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job and its rhythm: a fixed interval, or a five-field cron line read in UTC.

    Raises `ValueError` when the interval is shorter than a second or the cron line cannot be read.
    """

    job: str
    every: timedelta | str

    def __post_init__(self) -> None:
        """Refuse a rhythm that could never be kept."""
        if isinstance(self.every, str):
            if not croniter.is_valid(self.every):
                raise ValueError(f"{self.every!r} is not a cron line such as '30 2 * * *' (02:30 UTC every day)")
        elif self.every < timedelta(seconds=1):
            raise ValueError(f"{self.job}: a scheduled job runs at most once a second; use worker.clock for more")

    def last_due(self, now: datetime) -> datetime:
        """The latest instant, not after `now`, at which the job fell due (intervals count from 1970)."""
        if isinstance(self.every, str):
            before: datetime = croniter(self.every, now + timedelta(microseconds=1)).get_prev(datetime)
            return before.astimezone(UTC)
        return EPOCH + (now - EPOCH) // self.every * self.every

    def run_key(self, now: datetime) -> str:
        """The job key of the run that is current at `now`: the same in every process."""
        return f"due:{self.last_due(now):%Y-%m-%dT%H:%M:%SZ}"
