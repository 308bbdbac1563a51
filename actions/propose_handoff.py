"""The agent asks for a person: a row in the inbox with a deadline, an event on the screen, a notice to the team."""

from dataclasses import replace
from datetime import datetime

from actions.promise_handoff import promise_handoff
from actions.route_lead import route_lead
from leads.deadline import due_after
from leads.handoff import Handoff, HandoffReason, HandoffState, more_urgent
from leads.identity import ConversationId, HandoffId
from leads.lead import Lead
from leads.meeting import Meeting
from leads.stage import Outcome
from playbook.book import Playbook
from store.unit import UnitOfWork


async def propose_handoff(
    uow: UnitOfWork,
    book: Playbook,
    conversation_id: ConversationId,
    *,
    reason: HandoffReason,
    note: str,
    meeting: Meeting | None = None,
    promised_next_step: str | None = None,
) -> Handoff:
    """Ask for a person. A conversation has one open handoff: asking again adds to it and keeps the more urgent reason.

    The deadline counts business time of the company's hours, so a wish at night is due in the morning.
    """
    conversation = await uow.conversations.get(conversation_id, lock=True)
    due = due_after(uow.now, book.handoffs.due.get(reason, book.handoffs.fallback_due), book.company.hours)
    standing = await uow.handoffs.open_of(conversation_id)
    if standing is not None:
        return await _add_to(uow, standing, reason=reason, note=note, due=due, meeting=meeting)
    lead = await uow.leads.get(conversation.lead_id)
    handoff = Handoff(
        id=HandoffId(uow.new_id("hand")),
        lead_id=lead.id,
        conversation_id=conversation_id,
        reason=reason,
        note=note.strip()[:2000],
        state=HandoffState.OPEN,
        created_at=uow.now,
        due_at=due,
        queue=book.handoffs.queue,
        owner=meeting.host_id if meeting else lead.owner,
        meeting_id=meeting.id if meeting else None,
        promised_next_step=promised_next_step,
    )
    await uow.handoffs.add(handoff)
    await promise_handoff(uow, book, handoff)
    handoff = await _owned(uow, book, lead, handoff)
    await _tell(uow, handoff)
    return handoff


async def _owned(uow: UnitOfWork, book: Playbook, lead: Lead, handoff: Handoff) -> Handoff:
    """The request with somebody to answer it, where nobody has the lead yet: it is routed for that.

    The request has a time and a notice of its own, so routing adds neither.
    """
    if handoff.owner is not None or lead.standing.outcome is not Outcome.OPEN:
        return handoff
    if await uow.assignments.current(lead.id) is None:
        await route_lead(uow, book, lead.id, why=handoff.reason.value, clocks_go_on=True, quietly=True)
    return await uow.handoffs.get(handoff.id)


async def _add_to(
    uow: UnitOfWork, standing: Handoff, *, reason: HandoffReason, note: str, due: datetime, meeting: Meeting | None
) -> Handoff:
    urgent = more_urgent(standing.reason, reason)
    notes = standing.note if note.strip() in standing.note else f"{standing.note}\n{note.strip()}"[:2000]
    grown = replace(
        standing,
        reason=urgent,
        note=notes,
        due_at=min(standing.due_at, due),
        owner=standing.owner or (meeting.host_id if meeting else None),
        meeting_id=standing.meeting_id or (meeting.id if meeting else None),
    )
    if grown != standing:
        await uow.handoffs.save(grown)
    if urgent is not standing.reason:
        await _tell(uow, grown)
    return grown


async def _tell(uow: UnitOfWork, handoff: Handoff) -> None:
    """The screen says that a person was asked (a booked meeting speaks for itself); the team gets a notice."""
    if handoff.reason is not HandoffReason.MEETING_BOOKED:
        data = {"reason": handoff.reason.value}
        await uow.conversations.append_event(handoff.conversation_id, "handoff.requested", data, uow.now)
    key = f"notice:handoff:{handoff.id}:{handoff.reason.value}"
    await uow.tell_outside(
        "notice", key, {"handoff_id": handoff.id, "reason": handoff.reason.value}, lead_id=handoff.lead_id
    )
