"""Jobs whose worker died with them in hand: found by name, put back into the queue.

A worker calls itself after its slot and a token of its own, `slot-3:9f2c61aa`. A name is dead when nobody
holds its slot, or when the one who holds it goes by another token.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from worker.slot import Slot

log = structlog.get_logger()


class Claims(Protocol):
    """What is asked of the queue (`worker.engine.DbosQueue`)."""

    async def claimed(self) -> dict[str, list[str]]:
        """The ids of claimed jobs by worker."""

    async def resume(self, ids: list[str], *, worker_died: bool) -> int:
        """Put claimed jobs back into the queue; returns how many."""


class Orphans:
    """Finds dead workers' jobs on behalf of a living one."""

    def __init__(self, claims: Claims, slot: Slot, me: str) -> None:
        """`me`: the name of the worker that looks, whose slot this is."""
        self._claims = claims
        self._slot = slot
        self._me = me
        self._suspects: set[str] = set()
        self._alone = False

    async def resume(self, *, at_once: bool = False) -> int:
        """Put dead workers' jobs back into the queue; returns how many.

        A name has to look dead in two rounds running, so that workers whose connections were all cut
        together can take their slots back first; with `at_once`, the dead of our own slot need not.
        """
        if self._alone:
            return 0
        claimed = {name: ids for name, ids in (await self._claims.claimed()).items() if name != self._me}
        self._alone = not claimed and not self._slot.has_neighbours
        ours = _slot_of(self._me)
        held = await self._hold({_slot_of(name) for name in claimed} - {ours})
        try:
            dead = {name for name in claimed if _slot_of(name) in {*held, ours}}
            due = {name for name in dead if name in self._suspects or (at_once and _slot_of(name) == ours)}
            # Those who are due now had their turn: what is left of them waits for two more rounds.
            self._suspects = dead - due
            return await self._resume({name: claimed[name] for name in due})
        finally:
            for slot in held:
                await asyncio.to_thread(self._slot.unlock_dead, slot)

    async def _hold(self, slots: set[str]) -> list[str]:
        """Take those of these slots that nobody holds, so that nobody begins to work there meanwhile."""
        return [slot for slot in slots if await asyncio.to_thread(self._slot.lock_dead, slot)]

    async def _resume(self, claimed: dict[str, list[str]]) -> int:
        ids = [one for name in claimed for one in claimed[name]]
        if not ids:
            return 0
        resumed = await self._claims.resume(ids, worker_died=True)
        log.warning("jobs.resumed", workers=sorted(claimed), jobs=resumed, of=len(ids))
        return resumed


def _slot_of(name: str) -> str:
    return name.partition(":")[0]
