"""Not now, but on a date: the lead rests in nurture and comes back by itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

from actions.join_known_person import only_claimed
from actions.move_lead import move_lead
from actions.note_signal import note_activity
from leads.actor import BY_AGENT
from leads.evidence import prove
from leads.identity import ConversationId
from leads.lead import Lead
from leads.refusal import StageClosed, ValueMissing
from leads.signal import Activity
from leads.stage import Outcome, ReasonCode, WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork

FARTHEST = timedelta(days=3 * 366)


async def follow_up_later(
    uow: UnitOfWork, book: Playbook, conversation_id: ConversationId, *, on: date, quote: str
) -> Lead:
    """Put the lead to rest until a date that follows from the visitor's words.

    The wish of somebody who merely typed a known person's address is only kept for the team: the lead does not rest.

    Raises QuoteNotFound, QuoteNotAboutThem, ValueMissing (the date is past or absurdly far), StageClosed.
    """
    conversation = await uow.conversations.get(conversation_id)
    evidence = prove(quote, await uow.conversations.said_by_visitor(conversation_id), telling=True)
    at = datetime.combine(on, time(9), tzinfo=UTC)
    if not uow.now < at <= uow.now + FARTHEST:
        raise ValueMissing("Give a date that lies ahead, at most three years.")
    lead = await uow.leads.get(conversation.lead_id, lock=True)
    if lead.standing.outcome is not Outcome.OPEN:
        raise StageClosed("This lead is closed.")
    if not only_claimed(conversation, await uow.people.get(conversation.person_id)):
        standing = replace(lead.standing, status=WorkStatus.NURTURE, reason=ReasonCode.NOT_NOW)
        resting = replace(lead, follow_up_on=at)
        await move_lead(uow, resting, standing, actor=BY_AGENT, why=f"asked for {on.isoformat()}")
    activity = Activity(
        type="lead.asked_for_later",
        occurred_at=evidence.at,
        received_at=uow.now,
        source=conversation.channel.value,
        dedup_key=f"later:{conversation_id}:{on.isoformat()}",
        properties=MappingProxyType({"on": on.isoformat()}),
        evidence=evidence,
    )
    return await note_activity(uow, book, lead.id, activity)
