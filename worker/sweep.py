"""Scores that change without anything happening: points fade, windows end, and new rules were published.

One batch a round, in an act of its own, so that whoever talks with the house meanwhile hardly waits.
"""

from actions.rescore_many import RESCORING, continue_rescoring, rescore_due
from actions.workspace import Workspace


async def sweep(workspace: Workspace) -> bool:
    """One batch of what is due; True when there is more. A look that finds nothing takes no lock."""
    async with workspace.reading() as uow:
        published = await uow.runs.unfinished(RESCORING) is not None
        due = published or bool(await uow.scores.due(uow.now, limit=1))
    if not due:
        return False
    async with workspace.unit() as uow:
        if published:
            return await continue_rescoring(uow, workspace.book)
        return await rescore_due(uow, workspace.book)
