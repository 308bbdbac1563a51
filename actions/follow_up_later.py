"""Not now, but on a date: the lead rests in nurture and comes back by itself."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

from actions.join_known_person import only_claimed
from actions.move_lead import move_lead
from actions.note_signal import note_activity
from leads.actor import BY_AGENT
from leads.evidence import prove
from leads.identity import ConversationId
from leads.later import morning_of, named_quarter, quarter_begins
from leads.lead import Lead
from leads.refusal import DateUnclear, StageClosed, ValueMissing
from leads.signal import Activity
from leads.stage import Outcome, ReasonCode, WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork


async def follow_up_later(
    uow: UnitOfWork, book: Playbook, conversation_id: ConversationId, *, on: date, quote: str
) -> Lead:
    """Put the lead to rest until a date that follows from the visitor's words.

    The lead stays open in nurture, because the talk may go on; when the date comes its cycle is recycled and another
    begins, as with one that a rep recycled (`actions/wake_leads.py`). The wish of somebody who merely typed a known
    person's address is only kept for the team: the lead does not rest.

    Raises QuoteNotFound, QuoteNotAboutThem, ValueMissing (the date is past or absurdly far), DateUnclear (they named
    a quarter, and when their year begins is not known), StageClosed.
    """
    conversation = await uow.conversations.get(conversation_id)
    evidence = prove(quote, await uow.conversations.said_by_visitor(conversation_id), telling=True)
    on = _settled(on, evidence.quote, book, today=uow.now.date())
    at = morning_of(on, now=uow.now)
    if at <= uow.now:
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


def _settled(on: date, quote: str, book: Playbook, *, today: date) -> date:
    """The day meant: a quarter is counted from the month that customers' years begin in, or has to be asked about."""
    quarter = named_quarter(quote)
    if quarter is None:
        return on
    starts = book.company.fiscal_year_start
    if starts is None:
        raise DateUnclear(f"Which months Q{quarter} means depends on when their year begins.")
    return quarter_begins(quarter, year_starts=starts, after=today)
