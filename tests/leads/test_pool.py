"""Turns in a pool: exact shares, no debt for the absent, and the figures of the table in the design."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.hours import WeeklyHours
from leads.identity import RepId
from leads.pool import Candidate, Need, Seat, after, choose, given_back, hindrance, next_turn
from leads.route import Member, Pool, Verdict
from tests.builders import MONDAY, working_week

A, B, C, D = (RepId(name) for name in "abcd")
POOL = Pool("team", "Team", (Member("a@example.com"),))
SATURDAY = datetime(2026, 3, 7, 15, tzinfo=UTC)


def turns(seats: tuple[Seat, ...], weights: dict[RepId, int], count: int) -> tuple[list[RepId], tuple[Seat, ...]]:
    """Who gets the next so many leads."""
    got = []
    for n in range(count):
        turn = next_turn(seats, weights)
        got.append(turn.rep)
        seats = after(seats, turn, at=MONDAY + timedelta(minutes=n))
    return got, seats


def seats_of(*reps: RepId) -> tuple[Seat, ...]:
    return tuple(Seat(rep) for rep in reps)


weights_of_some = st.dictionaries(st.sampled_from([A, B, C, D]), st.integers(1, 12), min_size=1)


@given(weights_of_some, st.integers(1, 4))
def test_each_gets_exactly_their_weight_in_every_full_round(weights: dict[RepId, int], rounds: int) -> None:
    got, seats = turns(seats_of(*weights), weights, rounds * sum(weights.values()))
    assert Counter(got) == {rep: rounds * weight for rep, weight in weights.items()}
    assert all(seat.credit == 0 for seat in seats)


@given(weights_of_some, st.integers(0, 200))
def test_nobody_is_ever_far_from_their_share(weights: dict[RepId, int], count: int) -> None:
    got, _ = turns(seats_of(*weights), weights, count)
    whole = sum(weights.values())
    for rep, weight in weights.items():
        assert got.count(rep) - count * weight / whole < 1
        assert count * weight / whole - got.count(rep) < max(len(weights) - 1, 1)


@given(st.lists(st.sets(st.sampled_from([A, B, C, D]), min_size=1), max_size=60))
def test_credits_always_sum_to_nothing_and_those_of_the_absent_stand_still(days: list[set[RepId]]) -> None:
    weights = {A: 3, B: 1, C: 2, D: 5}
    seats = seats_of(A, B, C, D)
    for here in days:
        before = {seat.rep: seat.credit for seat in seats}
        seats = after(seats, next_turn(seats, {rep: weights[rep] for rep in here}), at=MONDAY)
        assert sum(seat.credit for seat in seats) == 0
        assert all(seat.credit == before[seat.rep] for seat in seats if seat.rep not in here)


@given(weights_of_some, st.integers(0, 40))
def test_a_turn_that_is_given_back_leaves_no_trace_in_the_credits(weights: dict[RepId, int], count: int) -> None:
    _, seats = turns(seats_of(*weights), weights, count)
    turn = next_turn(seats, weights)
    undone = given_back(after(seats, turn, at=MONDAY), turn.moved)
    assert [seat.credit for seat in undone] == [seat.credit for seat in seats]


def test_whoever_waited_longest_wins_a_tie_then_the_id_decides() -> None:
    assert next_turn(seats_of(B, A), {A: 1, B: 1}).rep == A
    waited = (Seat(A, 0, MONDAY), Seat(B, 0, MONDAY - timedelta(hours=1)))
    assert next_turn(waited, {A: 1, B: 1}).rep == B
    never = (Seat(A, 0, MONDAY), Seat(B))
    assert next_turn(never, {A: 1, B: 1}).rep == B


def test_a_turn_among_nobody_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one member"):
        next_turn((), {})


def sixty_days(seed: int) -> tuple[dict[RepId, float], int]:
    """Received by entitled over 60 days of 40 leads: b is away for days 20-30, d comes on day 30, 15 % are missing.

    And the longest run to one rep from day 30 on, when b is back and d is new.
    """
    chance = random.Random(seed)
    weights = {A: 100, B: 100, C: 50, D: 100}
    seats, got, entitled = seats_of(A, B, C, D), Counter[RepId](), Counter[RepId]()
    longest, run, last = 0, 0, None
    for day in range(60):
        for lead in range(40):
            there = [r for r in weights if not (r == B and 20 <= day < 30) and not (r == D and day < 30)]
            here = {r: weights[r] for r in there if chance.random() > 0.15} or {A: 100}
            turn = next_turn(seats, here)
            seats = after(seats, turn, at=MONDAY + timedelta(days=day, minutes=lead))
            got[turn.rep] += 1
            for rep, weight in here.items():
                entitled[rep] += weight / sum(here.values())  # type: ignore[assignment]
            run = run + 1 if turn.rep == last else 1
            last, longest = turn.rep, max(longest, run if day >= 30 else 0)
    return {rep: got[rep] / entitled[rep] for rep in weights}, longest


@pytest.mark.parametrize("seed", range(5))
def test_a_new_hire_and_one_back_from_leave_get_their_share_and_no_flood(seed: int) -> None:
    """domain.md §3.2: received / entitled 1.00 1.00 .99 1.01, and never 16 in a row for the new one."""
    shares, longest = sixty_days(seed)
    assert all(0.98 <= share <= 1.02 for share in shares.values()), shares
    assert longest <= 5


# --- who can take a lead ---------------------------------------------------------------------------------------------


def a_member(rep: RepId = A, **known: object) -> Candidate:
    return Candidate(rep, f"{rep}@example.com", **{"hours": working_week(), "languages": ("en",), **known})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "need", "why"),
    [
        ({"active": False}, Need(), "has left"),
        ({"away": True}, Need(), "is away"),
        ({}, Need(excluded=frozenset({A})), "had it before"),
        ({}, Need(skills=frozenset({"technical"})), "lacks technical"),
        ({}, Need(language="de"), "does not speak de"),
        ({"open_leads": 3, "open_most": 3}, Need(), "has 3 open leads, no room"),
        ({"today": 2, "day_most": 2}, Need(), "got 2 today, the most for a day"),
        ({"skills": frozenset({"technical"})}, Need(skills=frozenset({"technical"})), None),
        ({"languages": ("pt",)}, Need(language="pt-BR"), None),
    ],
)
def test_every_reason_not_to_take_a_lead_is_said(known: dict[str, object], need: Need, why: str | None) -> None:
    assert hindrance(a_member(**known), need, POOL, now=MONDAY) == why


def test_a_pool_around_the_clock_takes_no_heed_of_shifts() -> None:
    night = Pool("night", "Night", POOL.members, around_the_clock=True)
    assert hindrance(a_member(), Need(), POOL, now=SATURDAY) == "is off shift"
    assert hindrance(a_member(), Need(), night, now=SATURDAY) is None


def test_on_a_saturday_the_next_shift_is_worth_waiting_for_or_not() -> None:
    patient = Pool("p", "P", POOL.members, wait=timedelta(hours=72))
    hasty = Pool("h", "H", POOL.members, wait=timedelta(hours=4))
    assert choose(patient, [a_member()], [], Need(), now=SATURDAY).opens == datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert choose(hasty, [a_member()], [], Need(), now=SATURDAY).opens is None


def test_nobody_waits_for_somebody_who_could_not_take_it_then_either() -> None:
    full = a_member(open_leads=5, open_most=5)
    assert choose(POOL, [full], [], Need(), now=SATURDAY).opens is None


def test_hours_that_never_open_are_not_waited_for() -> None:
    never = a_member(hours=WeeklyHours("Europe/Berlin", ()))
    assert choose(POOL, [never], [], Need(), now=SATURDAY).opens is None


def test_each_member_has_a_line_in_the_trace() -> None:
    choice = choose(POOL, [a_member(), a_member(B, away=True)], [], Need(), now=MONDAY)
    assert [(s.verdict, s.asked, s.seen) for s in choice.steps] == [
        (Verdict.HELD, "is available", "a@example.com"),
        (Verdict.FAILED, "is away", "b@example.com"),
    ]
