"""Tasks end when they are told to, also those that lose a cancellation."""

from __future__ import annotations

import asyncio

import pytest

from store import ending
from store.ending import end


async def test_a_task_that_turns_a_cancellation_into_an_error_of_its_own_ends_at_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ending, "_AGAIN_AFTER_S", 0.02)
    lost = []

    async def outlives_outages() -> None:
        while len(lost) < 3:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost.append("once")

    task = asyncio.create_task(outlives_outages())
    await asyncio.sleep(0)
    await end([task])
    assert task.done()
    assert len(lost) == 3


async def test_what_a_task_ends_with_is_no_concern_of_who_ends_it() -> None:
    async def breaks() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise RuntimeError("while ending")

    broken, over = asyncio.create_task(breaks()), asyncio.create_task(asyncio.sleep(0))
    await asyncio.sleep(0.01)
    await end([broken, over])
    assert isinstance(broken.exception(), RuntimeError)
    assert not over.cancelled()
    await end([])


async def test_who_waits_for_an_end_can_be_ended_too() -> None:
    enough = asyncio.Event()

    async def stays() -> None:
        while not enough.is_set():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                continue

    stubborn = asyncio.create_task(stays())
    await asyncio.sleep(0)
    waiting = asyncio.create_task(end([stubborn]))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    enough.set()
    await stubborn
