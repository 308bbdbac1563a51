"""The daily look for records that may be one person: read, compared beside the event loop, and kept in small acts."""

import asyncio
from collections.abc import Mapping
from itertools import islice

import structlog

from actions.find_duplicates import Pair, keep_suggestions, pairs_among, read_profiles
from actions.workspace import Workspace
from leads.duplicate import Profile, match_keys
from leads.identity import PersonId

log = structlog.get_logger()
_AT_ONCE = 500


async def look_at_everybody(workspace: Workspace) -> int:
    """Suggest every pair, score known ones anew, take back what does not hold any more; how many are new.

    No transaction is open while people are compared, and none is long.
    """
    async with workspace.reading() as uow:
        profiles = await read_profiles(uow)
        before = await uow.duplicates.open_pairs()
        keyed = await uow.duplicates.have_keys()
    await _give_keys(workspace, {person: p for person, p in profiles.items() if person not in keyed})
    pairs = await asyncio.to_thread(pairs_among, profiles)
    new = await _keep(workspace, pairs)
    still = {(min(pair.one, pair.other), max(pair.one, pair.other)) for pair in pairs}
    async with workspace.unit() as uow:
        await uow.duplicates.take_back([id for pair, id in before.items() if pair not in still])
    log.info("duplicates.found", people=len(profiles), pairs=len(pairs), new=new)
    return new


async def _keep(workspace: Workspace, pairs: list[Pair]) -> int:
    new = 0
    for start in range(0, len(pairs), _AT_ONCE):
        async with workspace.unit() as uow:
            new += await keep_suggestions(uow, pairs[start : start + _AT_ONCE], renew=True)
    return new


async def _give_keys(workspace: Workspace, profiles: Mapping[PersonId, Profile]) -> None:
    """Whoever came in a list has no coarse keys yet; with them, the next one who is captured finds them at once."""
    waiting = iter(profiles.items())
    while chunk := list(islice(waiting, _AT_ONCE)):
        async with workspace.unit() as uow:
            await uow.duplicates.add_keys([(person, key) for person, p in chunk for key in sorted(match_keys(p))])
