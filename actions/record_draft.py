"""A draft that is wanted is taken to be written, and what was written is kept as its next revision."""

from dataclasses import replace
from datetime import timedelta

from actions.order_draft import PAUSE
from actions.reply_to_lead import tell_draft
from leads.actor import BY_AGENT
from leads.draft import Draft, DraftState, Revision
from leads.identity import DraftId
from playbook.book import Playbook
from store.unit import UnitOfWork

LEASE = timedelta(seconds=90)
"""How long one try may take before another process begins anew; longer than a turn's time budget."""
MOST_TRIES = 3


async def take_draft(uow: UnitOfWork, draft_id: DraftId) -> Draft | None:
    """The draft under a lease, to be written now; None when it is not wanted, not yet due, or in other hands.

    It waits while the agent is answering: the reply that comes is part of what the draft must know. After some tries
    that came to nothing it is given up, and a rep writes without a suggestion.
    """
    draft = await uow.drafts.get(draft_id, lock=True)
    if draft.state is not DraftState.WRITING or draft.due_at > uow.now:
        return None
    if await uow.turns.open_of(draft.conversation_id) is not None:
        await uow.drafts.save(replace(draft, due_at=uow.now + PAUSE))
        return None
    if draft.attempts >= MOST_TRIES:
        tell_draft(uow, await uow.drafts.save(replace(draft, state=DraftState.FAILED)))
        return None
    return await uow.drafts.save(replace(draft, attempts=draft.attempts + 1, due_at=uow.now + LEASE))


async def record_draft(uow: UnitOfWork, book: Playbook, draft: Draft, *, text: str, model: str, up_to_seq: int) -> bool:
    """Keep a wording; False when this try no longer holds the draft (sent, rejected, taken over)."""
    now = await uow.drafts.get(draft.id, lock=True)
    if now.state is not DraftState.WRITING or now.attempts != draft.attempts:
        return False
    state = DraftState.READY if text else DraftState.FAILED
    written = replace(now, state=state, rev=now.rev + 1 if text else now.rev, up_to_seq=up_to_seq)
    if text:
        author = replace(BY_AGENT, name=book.company.agent_name)
        await uow.drafts.add_revision(written, Revision(written.rev, text, author, uow.now, model))
    tell_draft(uow, await uow.drafts.save(written))
    return True
