"""Clocks of promised times: working time, pauses, rungs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from leads.identity import LeadId
from leads.sla import Clock, ClockKind, Rung, SlaPolicy, begin, paused, resumed, stopped, timed
from tests.builders import MONDAY, working_week

HOURS = working_week()
POLICY = SlaPolicy()


def a_clock(*, hours: float = 4, at: datetime = MONDAY, **known: Any) -> Clock:
    business = timedelta(hours=hours)
    week = known.pop("week", HOURS)
    return begin("c", LeadId("l"), ClockKind.ACCEPTANCE, business=business, at=at, hours=week, policy=POLICY, **known)


def test_a_clock_that_begins_on_saturday_counts_from_monday() -> None:
    """domain.md §8 case 27: Saturday 15:00 and one working hour is Monday 10:00, not 16:00."""
    saturday = datetime(2026, 3, 7, 14, tzinfo=UTC)  # 15:00 in Berlin
    assert a_clock(hours=1, at=saturday).due_at == datetime(2026, 3, 9, 9, tzinfo=UTC)


def test_a_holiday_of_the_rep_s_country_alone_moves_only_their_clock() -> None:
    off = replace(HOURS, holidays=frozenset({date(2026, 3, 2)}))
    assert a_clock(week=off).due_at == datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert a_clock().due_at == datetime(2026, 3, 2, 13, tzinfo=UTC)


def test_the_week_the_clocks_change_is_counted_in_wall_time() -> None:
    friday = datetime(2026, 3, 27, 15, tzinfo=UTC)  # 16:00 in Berlin; on Sunday the clocks go forward
    assert a_clock(hours=2, at=friday).due_at == datetime(2026, 3, 30, 8, tzinfo=UTC)


def test_a_clock_that_is_resumed_twice_is_resumed_once() -> None:
    stood = paused(a_clock(), at=MONDAY + timedelta(hours=1))
    assert stood.due_at is None
    assert paused(stood, at=MONDAY + timedelta(hours=2)) == stood
    ran = resumed(stood, HOURS, POLICY, at=MONDAY + timedelta(hours=2))
    assert ran.due_at == MONDAY + timedelta(hours=5)
    assert resumed(ran, HOURS, POLICY, at=MONDAY + timedelta(hours=3)) == ran


def test_the_rungs_come_at_half_time_at_the_end_and_an_hour_later() -> None:
    clock = a_clock()
    assert (clock.next_rung, clock.rung_at) == (Rung.REMINDER, MONDAY + timedelta(hours=2))
    clock = timed(clock, HOURS, POLICY, climbed=[Rung.REMINDER])
    assert (clock.next_rung, clock.rung_at) == (Rung.BREACH, MONDAY + timedelta(hours=4))
    clock = timed(clock, HOURS, POLICY, climbed=[Rung.REMINDER, Rung.BREACH])
    assert (clock.next_rung, clock.rung_at) == (Rung.FALLBACK, MONDAY + timedelta(hours=5))
    assert timed(clock, HOURS, POLICY, climbed=list(Rung)).rung_at is None


def test_a_stopped_clock_climbs_no_more_and_the_first_stop_counts() -> None:
    kept = stopped(a_clock(), at=MONDAY + timedelta(hours=1))
    assert (kept.running, kept.rung_at, kept.overdue(MONDAY + timedelta(days=9))) == (False, None, False)
    assert stopped(kept, at=MONDAY + timedelta(days=1)).deadline.stopped_at == MONDAY + timedelta(hours=1)
