"""Rounds go on whatever happens in them, start at once when woken, and stop cleanly."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from itertools import pairwise

from structlog.testing import capture_logs

from worker.clock import every

OFTEN = timedelta(milliseconds=5)
SELDOM = timedelta(hours=1)


async def test_a_round_comes_back_every_interval_and_not_after_the_stop() -> None:
    rounds: list[float] = []

    async def act() -> None:
        rounds.append(time.monotonic())

    beat = every(OFTEN, act)
    while len(rounds) < 4:
        await asyncio.sleep(0.001)
    await beat.stop()
    seen = len(rounds)
    await asyncio.sleep(0.03)
    assert len(rounds) == seen
    assert min(later - earlier for earlier, later in pairwise(rounds)) >= 0.004


async def test_a_round_that_raises_does_not_end_the_beat_but_slows_it_until_one_works() -> None:
    rounds: list[float] = []

    async def act() -> None:
        rounds.append(time.monotonic())
        if len(rounds) < 4:
            raise ConnectionError("somebody's address")

    beat = every(OFTEN, act)
    while len(rounds) < 12:
        await asyncio.sleep(0.001)
    await beat.stop()
    pauses = [later - earlier for earlier, later in pairwise(rounds)]
    assert pauses[0] >= 0.01
    assert pauses[1] >= 0.02
    assert pauses[2] >= 0.04
    assert min(pauses[4:]) < 0.04  # one of them may meet a busy machine


async def test_a_failing_round_is_logged_without_its_words() -> None:
    async def act() -> None:
        raise ConnectionError("somebody's address")

    with capture_logs() as logs:
        beat = every(SELDOM, act, name="deliver")
        while not logs:
            await asyncio.sleep(0.001)
        await beat.stop()
    assert logs == [
        {"event": "round.failed", "log_level": "error", "round": "deliver", "error": "ConnectionError", "in_a_row": 1}
    ]


async def test_a_round_that_found_more_to_do_comes_back_at_once() -> None:
    rounds = 0

    async def act() -> bool:
        nonlocal rounds
        rounds += 1
        return rounds < 50

    beat = every(SELDOM, act)
    while rounds < 50:
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.02)
    await beat.stop()
    assert rounds == 50


async def test_a_wake_starts_the_next_round_now_even_if_it_comes_during_a_round() -> None:
    rounds = 0
    going = asyncio.Event()

    async def act() -> None:
        nonlocal rounds
        rounds += 1
        going.set()
        await asyncio.sleep(0.01)

    beat = every(SELDOM, act)
    await going.wait()
    for wanted in (2, 3):
        beat.wake()
        while rounds < wanted:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.03)
        assert rounds == wanted
    await beat.stop()


async def test_a_stop_lets_the_running_round_finish_within_its_grace_and_cuts_it_after() -> None:
    ended: list[str] = []

    async def short() -> None:
        await asyncio.sleep(0.03)
        ended.append("short")

    async def endless() -> None:
        await asyncio.Event().wait()
        ended.append("endless")

    patient, hasty = every(SELDOM, short), every(SELDOM, endless)
    await asyncio.sleep(0.005)
    await patient.stop()
    await hasty.stop(grace=0.01)
    assert ended == ["short"]
    await patient.stop()
