"""The daily round of forgetting: idle people in small acts, old traces, and what erasing left in files."""

from datetime import timedelta
from pathlib import Path

import structlog

from actions.keep_to_retention import drop_traces, erase_if_idle, next_idle, traces_before
from actions.workspace import Workspace
from channels.kept_files import forget_old_files
from store.residue import wipe_residue

log = structlog.get_logger()

RETENTION = "retention"
RETENTION_AT = "41 2 * * *"
LIMIT = timedelta(hours=1)
MOST = 10_000
"""People one round erases; more come the next night."""
BATCH = 100
LATELY = timedelta(days=2)
"""Files are written anew when somebody was erased so short a time ago: also by a person, in the day."""


async def keep_to_retention(workspace: Workspace, *, most: int = MOST, kept_in: Path | None = None) -> int:
    """One round; how many people were erased, each in an act of their own. Broken off, the next round goes on."""
    count = 0
    while count < most:
        async with workspace.reading() as uow:
            batch = await next_idle(uow, workspace.book, limit=min(BATCH, most - count))
        if not batch:
            break
        erased = 0
        for person_id in batch:
            async with workspace.unit() as uow:
                erased += await erase_if_idle(uow, workspace.book, person_id) is not None
        count += erased
        if not erased:
            break
    async with workspace.unit() as uow:
        rows = await drop_traces(uow, workspace.book)
        lately = await uow.privacy.erased_since(uow.now - LATELY)
        too_old = traces_before(workspace.book, uow.now)
    if kept_in is not None:
        await forget_old_files(kept_in, too_old)
    if rows or lately:
        await wipe_residue(workspace.database, whatever_size=True)
    log.info("privacy.retention", count=count)
    return count
