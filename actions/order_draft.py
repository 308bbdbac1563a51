"""A suggested reply is wanted for a handoff: a row that the worker sees and has the agent write."""

from dataclasses import replace
from datetime import timedelta

from leads.conversation import Conversation
from leads.draft import Draft, DraftState
from leads.handoff import Handoff, HandoffReason
from leads.identity import DraftId
from store.unit import UnitOfWork

PAUSE = timedelta(seconds=2)
"""The agent's own answer, in the middle of which it asked for a person, is let finish first."""
NOT_FOR_A_MACHINE = frozenset({HandoffReason.PRIVACY_REQUEST, HandoffReason.REVIEW_DISQUALIFICATION})
"""Reasons for which nothing is suggested: what somebody's rights call for, and what no reply is owed for."""


async def order_draft(uow: UnitOfWork, handoff: Handoff, conversation: Conversation) -> Draft | None:
    """Leave a draft to be written, unless the reason is none for a machine or the visitor has not said a word."""
    if handoff.reason in NOT_FOR_A_MACHINE or conversation.visitor_seq == 0:
        return None
    draft = Draft(
        id=DraftId(uow.new_id("drf")),
        handoff_id=handoff.id,
        conversation_id=conversation.id,
        state=DraftState.WRITING,
        created_at=uow.now,
        due_at=uow.now + PAUSE,
        up_to_seq=conversation.visitor_seq,
    )
    return await uow.drafts.add(draft)


async def order_again(uow: UnitOfWork, draft: Draft) -> Draft:
    """Have another wording written, at once."""
    return await uow.drafts.save(replace(draft, state=DraftState.WRITING, due_at=uow.now, attempts=0))
