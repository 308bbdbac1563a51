"""Rounds around handoffs: drafts that are to be written, and conversations a rep has let lie."""

from actions.claim_handoff import release_when_due
from actions.take_over import give_back_when_due
from actions.workspace import Workspace

WRITE_DRAFT = "write_draft"
BATCH = 20


async def dispatch_drafts(workspace: Workspace) -> bool:
    """Leave a job for every draft that is due; True when there may be more. An idle look takes no lock."""
    async with workspace.reading() as uow:
        due = await uow.drafts.due(uow.now, limit=BATCH)
    if not due:
        return False
    async with workspace.unit() as uow:
        for draft in due:
            # A draft that is wanted again (another wording, another try) has another due time, and so another job.
            key = f"draft:{draft.id}:{draft.rev}:{draft.attempts}:{draft.due_at:%Y%m%dT%H%M%S.%f}"
            await uow.jobs.put(WRITE_DRAFT, key, draft.id)
    return len(due) == BATCH


async def give_back_lines(workspace: Workspace) -> bool:
    """Give back what reps have let lie for a whole lease, conversations and handoffs; each is an act of its own."""
    async with workspace.reading() as uow:
        lying = await uow.conversations.lines_run_out(uow.now, limit=BATCH)
        claimed = await uow.handoffs.leases_run_out(uow.now, limit=BATCH)
    for handoff_id in claimed:
        async with workspace.unit() as uow:
            await release_when_due(uow, handoff_id)
    for conversation_id in lying:
        async with workspace.unit() as uow:
            await give_back_when_due(uow, conversation_id)
    return BATCH in (len(lying), len(claimed))
