"""Writing down what happened: stored rows and passing events become the values of a trace."""

import json
from collections.abc import Sequence
from datetime import datetime

from actions.read_context import Context, read_context
from actions.rescore_lead import explain_score
from actions.suppress import points_of
from evals.asking import asked_factors
from evals.trace import (
    Cited,
    Detail,
    EndState,
    FactorTrace,
    HandoffTrace,
    Leaving,
    MeetingTrace,
    Receipt,
    ToolUse,
    TurnTrace,
)
from leads.bant import Bant, Factor
from leads.conversation import AuthorKind
from leads.hours import zone_of
from leads.identity import ConversationId, TurnId
from leads.lead import Lead
from leads.score import Score
from leads.signal import SAID
from playbook.book import Playbook
from store.live import Ephemeral
from store.unit import UnitOfWork


async def turn_trace(
    uow: UnitOfWork,
    book: Playbook,
    turn_id: TurnId,
    *,
    number: int,
    said: tuple[str, ...],
    heard: Sequence[Ephemeral],
    requests: int,
    seconds: float | None,
) -> TurnTrace:
    """The turn that was just answered."""
    conversation_id = (await uow.turns.get(turn_id)).conversation_id
    context = await read_context(uow, conversation_id)
    record = (await uow.turns.records(conversation_id))[-1]
    calls = await uow.turns.tool_calls(conversation_id)
    answer = next((m for m in context.messages if m.turn_id == turn_id and m.author is AuthorKind.AGENT), None)
    reply = answer.text if answer else ""
    return TurnTrace(
        number=number,
        visitor=said,
        reply=reply,
        shown="".join(e.data["t"] for e in heard if e.type == "message.delta"),
        cited=tuple(Cited(c.title, c.url) for c in answer.citations) if answer else (),
        tools=tuple(ToolUse(c.name, c.arguments, c.result, c.ok) for c in calls if c.turn_id == turn_id),
        outcome=record.outcome,
        model=record.model,
        asked=asked_factors(reply, book.agent.questions),
        askable=context.bant.missing,
        has_meeting=context.meeting is not None,
        requests=requests,
        input_tokens=record.input_tokens,
        output_tokens=record.output_tokens,
        seconds=seconds,
    )


async def end_state(uow: UnitOfWork, book: Playbook, conversation_id: ConversationId) -> EndState:
    """What is so now."""
    context = await read_context(uow, conversation_id)
    lead = context.lead
    receipt = await explain_score(uow, book, lead.id)
    guards = await uow.conversations.guard_events(conversation_id)
    person = await uow.people.get(context.conversation.person_id)
    owner = await uow.access.rep(lead.owner) if lead.owner else None
    return EndState(
        bant=_bant(context.bant),
        stage=lead.standing.stage.value,
        status=lead.standing.status.value,
        outcome=lead.standing.outcome.value,
        score=_receipt(lead, receipt, uow.now),
        meetings=await _meetings(uow, context),
        handoff=_handoff(context, book),
        consents=await _consents(uow, context),
        contact=tuple(Detail(known.kind.value, known.value) for known in context.contact),
        follow_up_on=lead.follow_up_on.date() if lead.follow_up_on else None,
        signals=tuple(sorted(name.removeprefix(SAID) for name in context.signals)),
        guard_events=tuple(Detail(kind, detail) for kind, detail in guards),
        owner=owner.name if owner else "",
        queue=lead.queue or "",
        suppressed=bool(await uow.suppressions.all_of(*await points_of(uow, person))),
    )


def _receipt(lead: Lead, receipt: Score, now: datetime) -> Receipt:
    kept = lead.score.total if lead.score.at == now else None
    return Receipt(receipt.total, receipt.grade, tuple(line.points for line in receipt.lines), kept)


async def events_of(uow: UnitOfWork, conversation_id: ConversationId) -> tuple[str, ...]:
    """The types of the conversation's stored events, in order."""
    return tuple(e.type for e in await uow.conversations.events_after(conversation_id, 0))


async def outbox_of(uow: UnitOfWork) -> tuple[Leaving, ...]:
    """Everything on its way out of the house."""
    return tuple(
        Leaving(m.kind, m.key, json.dumps(m.payload, ensure_ascii=False, sort_keys=True))
        for m in await uow.outbox.all()
    )


def _bant(bant: Bant) -> tuple[tuple[Factor, FactorTrace], ...]:
    return tuple(
        (
            factor,
            FactorTrace(
                status=bant[factor].status,
                value=bant[factor].value or "",
                quotes=tuple(e.quote for e in bant[factor].evidence),
                superseded=tuple(claim.value for claim in bant[factor].superseded),
                met=bant[factor].met,
            ),
        )
        for factor in Factor
    )


async def _meetings(uow: UnitOfWork, context: Context) -> tuple[MeetingTrace, ...]:
    offered = {offer.start for offer in await uow.meetings.offers(context.conversation.id)}
    names = {rep.id: rep.name for rep in await uow.access.reps()}
    return tuple(
        MeetingTrace(
            start=m.start.astimezone(zone_of(m.zone)),
            zone=m.zone,
            kind=m.meeting_type,
            host=names.get(m.host_id, ""),
            invited=m.attendee_email,
            state=m.state.value,
            moved=m.sequence,
            offered=m.start in offered,
        )
        for m in await uow.meetings.of_lead(context.lead.id)
    )


def _handoff(context: Context, book: Playbook) -> HandoffTrace | None:
    if context.handoff is None:
        return None
    due = context.handoff.due_at.astimezone(zone_of(book.company.hours.zone))
    return HandoffTrace(context.handoff.reason.value, context.handoff.note, due)


async def _consents(uow: UnitOfWork, context: Context) -> tuple[Detail, ...]:
    """The newest word on each purpose; of two at one instant the later written."""
    newest = {e.purpose: e.granted for e in await uow.ledger.consents(context.conversation.person_id)}
    return tuple(Detail(purpose.value, "granted" if yes else "withdrawn") for purpose, yes in newest.items())
