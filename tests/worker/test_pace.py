"""The pace rises when every place is filled at once, falls back when that ends, and is not touched in between."""

from __future__ import annotations

from datetime import timedelta

from worker.pace import BUSY, Pace

IDLE = timedelta(seconds=1)


def test_now_and_then_a_job_does_not_change_the_pace() -> None:
    pace = Pace(idle=IDLE, places=3)
    assert not any(pace.job_started(float(at)) for at in range(20))
    assert pace.to_tell(20.0) is None


def test_filling_every_place_at_once_quickens_the_pace_once() -> None:
    pace = Pace(idle=IDLE, places=3)
    assert [pace.job_started(at) for at in (0.0, 0.01, 0.02)] == [False, False, True]
    assert pace.to_tell(0.03) == BUSY
    assert not pace.job_started(0.04)


def test_a_busy_worker_repeats_its_pace_and_a_calm_one_falls_back_once() -> None:
    pace = Pace(idle=IDLE, places=1)
    pace.job_started(0.0)
    assert [pace.to_tell(at) for at in (0.1, 1.9, 2.1, 4.1)] == [BUSY, BUSY, IDLE, None]


def test_the_busy_pace_is_never_slower_than_the_idle_one() -> None:
    pace = Pace(idle=timedelta(milliseconds=10), places=1)
    pace.job_started(0.0)
    assert pace.to_tell(0.0) == timedelta(milliseconds=10)
