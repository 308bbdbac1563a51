"""The agent asks for a person: a row in the inbox with a deadline, an event on the screen, a notice to the team."""

from dataclasses import replace
from datetime import datetime

from actions.order_draft import order_draft
from actions.promise_handoff import promise_handoff
from actions.route_lead import route_lead
from leads.deadline import due_after
from leads.handoff import BY_RULE_ONCE, SALES, UNDECIDED, Handoff, HandoffReason, HandoffState, more_urgent
from leads.identity import ConversationId, HandoffId, LeadId
from leads.lead import Lead
from leads.meeting import Meeting
from leads.stage import Outcome, ReasonCode
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
    proposed: ReasonCode | None = None,
) -> Handoff:
    """Ask for a person. A conversation has one open handoff: asking again adds to it and keeps the more urgent reason.

    What rules ask for (a qualified lead, a proposed disqualification) is asked once: when a person has decided on it in
    this cycle, their decided handoff comes back and nobody is asked again. A wish of the visitor always counts.
    `proposed` is the reason code of a disqualification that a person is to agree to.

    The deadline counts business time of the company's hours, so a wish at night is due in the morning.
    """
    conversation = await uow.conversations.get(conversation_id, lock=True)
    due = due_after(uow.now, book.handoffs.due.get(reason, book.handoffs.fallback_due), book.company.hours)
    standing = await uow.handoffs.open_of(conversation_id)
    if standing is not None:
        grown = await _add_to(uow, book, standing, reason=reason, note=note, due=due, meeting=meeting)
        return await _with_proposal(uow, grown, proposed)
    lead = await uow.leads.get(conversation.lead_id)
    earlier = await _decided_already(uow, lead.id, reason, meeting=meeting, proposed=proposed)
    if earlier is not None:
        return earlier
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
        proposed=proposed,
    )
    await uow.handoffs.add(handoff)
    await promise_handoff(uow, book, handoff)
    handoff = await _owned(uow, book, lead, handoff)
    await _tell(uow, handoff)
    uow.tell_team("handoff.opened", conversation_id=conversation_id, handoff_id=handoff.id, reason=reason.value)
    await order_draft(uow, handoff, conversation)
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


async def _decided_already(
    uow: UnitOfWork, lead_id: LeadId, reason: HandoffReason, *, meeting: Meeting | None, proposed: ReasonCode | None
) -> Handoff | None:
    """The decision that stands in the way of asking the same again, for reasons that come from rules."""
    if reason not in BY_RULE_ONCE:
        return None
    decided = [h for h in await uow.handoffs.of_lead(lead_id) if h.state not in UNDECIDED]
    if reason is HandoffReason.QUALIFIED:
        same = [h for h in decided if h.reason in SALES]
    elif reason is HandoffReason.MEETING_BOOKED:
        same = [h for h in decided if meeting is not None and h.meeting_id == meeting.id]
    else:
        same = [h for h in decided if h.reason is reason and h.proposed is proposed]
    return same[-1] if same else None


async def _with_proposal(uow: UnitOfWork, handoff: Handoff, proposed: ReasonCode | None) -> Handoff:
    if proposed is None or handoff.proposed is proposed:
        return handoff
    return await uow.handoffs.save(replace(handoff, proposed=proposed))


async def _add_to(
    uow: UnitOfWork,
    book: Playbook,
    standing: Handoff,
    *,
    reason: HandoffReason,
    note: str,
    due: datetime,
    meeting: Meeting | None,
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
        uow.tell_team(
            "handoff.changed", conversation_id=grown.conversation_id, handoff_id=grown.id, state=grown.state.value
        )
    if urgent is not standing.reason:
        await promise_handoff(uow, book, grown)
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
