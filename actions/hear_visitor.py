"""A visitor writes: the message is stored, and belongs to a cycle that is open."""

from dataclasses import replace
from types import MappingProxyType

from actions.await_response import await_response
from actions.begin_cycle import begin_cycle
from actions.receive_message import Received, receive_message
from actions.rescore_lead import rescore_lead
from leads.actor import BY_RULE
from leads.conversation import Conversation, Speaker, speaker
from leads.identity import ConversationId
from leads.lead import Lead
from leads.reasons import NEVER_AGAIN
from leads.signal import Activity
from leads.stage import Outcome, ReasonCode
from playbook.book import Playbook
from store.unit import UnitOfWork

NO_BUYER = NEVER_AGAIN - {ReasonCode.DO_NOT_CONTACT}
"""Junk stays junk. Who did not want to be contacted and now writes has begun again by themselves."""
_WHY = "wrote again"


async def hear_visitor(
    uow: UnitOfWork, book: Playbook, conversation_id: ConversationId, *, text: str, client_id: str | None = None
) -> Received:
    """Store one visitor message, as `receive_message` does and with its refusals.

    While one of the team holds the line their next answer is awaited, and the cycle stays the one they work on. In a
    conversation whose cycle has ended the message goes to the person's open cycle, else to a fresh one.
    """
    received = await receive_message(uow, conversation_id, text=text, client_id=client_id)
    if received.repeated:
        return received
    conversation = await uow.conversations.get(conversation_id)
    if speaker(conversation, uow.now) is Speaker.REP:
        await await_response(uow, book, conversation.lead_id)
    else:
        await in_an_open_cycle(uow, book, conversation, why=_WHY)
    return received


async def in_an_open_cycle(uow: UnitOfWork, book: Playbook, conversation: Conversation, *, why: str) -> Conversation:
    """The conversation as it goes on: what a buyer does in one whose cycle has ended belongs to an open one."""
    ended = await uow.leads.get(conversation.lead_id)
    if ended.standing.outcome in {Outcome.OPEN, Outcome.JUNK} or ended.standing.reason in NO_BUYER:
        return conversation
    lead = await uow.leads.open_of(conversation.person_id)
    lead = lead or await begin_cycle(uow, ended, actor=BY_RULE, why=why)
    await uow.reports.keep_first_chat(ended.id, conversation.opened_at)
    moved = replace(conversation, lead_id=lead.id)
    await uow.conversations.save(moved)
    await uow.ledger.add_activity(lead.id, _began_to_write(uow, conversation, lead), id=uow.new_id("act"))
    await rescore_lead(uow, book, lead.id, why=why)
    return moved


def _began_to_write(uow: UnitOfWork, conversation: Conversation, lead: Lead) -> Activity:
    return Activity(
        type="chat.started",
        occurred_at=uow.now,
        received_at=uow.now,
        source=conversation.channel.value,
        dedup_key=f"chat.started:{conversation.id}:{lead.id}",
        properties=MappingProxyType({"conversation": conversation.id}),
    )
