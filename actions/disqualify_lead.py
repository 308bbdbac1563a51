"""This is not for us: the cycle ends with a reason somebody can act upon."""

from types import MappingProxyType

from actions.cancel_meeting import cancel_meeting, hold_talk_of
from actions.end_cycle import end_cycle
from actions.stop_contact import stop_contact
from leads.actor import Actor
from leads.identity import LeadId
from leads.lead import Lead
from leads.moves import Move, check_move
from leads.signal import Activity
from leads.stage import Outcome, ReasonCode
from playbook.book import Playbook
from store.unit import UnitOfWork
from store.verdicts import Verdict

JUNK = frozenset({ReasonCode.SPAM, ReasonCode.TEST})
"""What never was a lead: reports leave it out instead of counting it as disqualified."""


async def disqualify_lead(
    uow: UnitOfWork,
    book: Playbook,
    lead_id: LeadId,
    *,
    actor: Actor,
    reason: ReasonCode,
    note: str = "",
    cancel_meetings: bool = False,
) -> Lead:
    """The lead, closed. Its clocks, wishes and tasks stop; a meeting ahead stays unless `cancel_meetings` says so.

    With `do_not_contact` the person is not written to any more. Raises StageClosed, MoveNotLegal, NotYoursToMove.
    """
    if cancel_meetings:
        await hold_talk_of(uow, await uow.meetings.open_of(lead_id))
    lead = await uow.leads.get(lead_id, lock=True)
    check_move(lead.standing, Move.DISQUALIFY, actor)
    if cancel_meetings:
        lead = await _without_meeting(uow, book, lead)
    await uow.verdicts.add(lead, Verdict.DISQUALIFIED, id=uow.new_id("vrd"), actor=actor, at=uow.now, reason=reason)
    await note_decision(uow, lead, "disqualified", actor=actor, reason=reason, note=note)
    if reason is ReasonCode.DO_NOT_CONTACT:
        await stop_contact(uow, lead.person_id, source=f"disqualified by {actor.kind.value}")
    outcome = Outcome.JUNK if reason in JUNK else Outcome.DISQUALIFIED
    return await end_cycle(uow, lead, outcome=outcome, reason=reason, actor=actor, why=f"disqualified: {reason.value}")


async def note_decision(
    uow: UnitOfWork, lead: Lead, what: str, *, actor: Actor, reason: ReasonCode | None, note: str
) -> None:
    """Keep what a person decided about a lead, with their note, in its ledger; and the act alone in the audit log."""
    code = reason.value if reason else None
    activity = Activity(
        type=f"lead.{what}",
        occurred_at=uow.now,
        received_at=uow.now,
        actor=actor.kind,
        source=actor.name[:80],
        properties=MappingProxyType({"reason": code, "note": note.strip()[:2000]}),
    )
    await uow.ledger.add_activity(lead.id, activity, id=uow.new_id("act"))
    await uow.note_act(actor, f"lead.{what}", "lead", lead.id, reason=code, stage=lead.standing.stage.value)


async def _without_meeting(uow: UnitOfWork, book: Playbook, lead: Lead) -> Lead:
    meeting = await uow.meetings.open_of(lead.id)
    if meeting is None or meeting.start <= uow.now:
        return lead
    await cancel_meeting(uow, book, meeting)
    return await uow.leads.get(lead.id, lock=True)
