"""Whether a meeting took place: booked is not held, and only a held one qualifies a lead for sales."""

from dataclasses import replace
from types import MappingProxyType

from actions.accept_lead import accept_lead
from actions.move_lead import move_lead
from actions.note_signal import note_activity
from leads.actor import Actor
from leads.identity import LeadId, MeetingId
from leads.lead import Lead
from leads.meeting import Meeting, MeetingState
from leads.refusal import MeetingOver, MoveNotLegal
from leads.signal import Activity, ActorKind
from leads.stage import Outcome, Stage, WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork

_TYPES = MappingProxyType({MeetingState.COMPLETED: "meeting.held", MeetingState.NO_SHOW: "meeting.no_show"})


async def note_meeting_outcome(
    uow: UnitOfWork, book: Playbook, meeting_id: MeetingId, *, held: bool, actor: Actor
) -> Meeting:
    """The meeting, held or missed; said again, nothing changes.

    A rep who held it, or whose lead it is, has accepted the lead with that; a colleague who only says so has not.
    Raises NotKnown, MeetingOver (it was cancelled, or the opposite was said), MoveNotLegal (it has not begun).
    """
    state = MeetingState.COMPLETED if held else MeetingState.NO_SHOW
    meeting = await uow.meetings.get(meeting_id)
    lead = await uow.leads.get(meeting.lead_id, lock=True)
    meeting = await uow.meetings.get(meeting_id)  # as it is now that nobody else decides about it
    if meeting.state is state:
        return meeting
    if not meeting.open:
        raise MeetingOver(f"This meeting is {meeting.state.value} already.")
    if uow.now < meeting.start:
        raise MoveNotLegal("This meeting has not begun yet.")
    ended = replace(meeting, state=state)
    await uow.meetings.save(ended)
    await _back_to_work(uow, lead, held=held, actor=actor)
    theirs = actor.kind is ActorKind.REP and actor.id in {meeting.host_id, lead.owner}
    if held and theirs and lead.standing.outcome is Outcome.OPEN and lead.standing.stage.rank < Stage.SAL.rank:
        await accept_lead(uow, book, LeadId(lead.id), actor=actor)
    await note_activity(uow, book, lead.id, _activity(uow, ended))
    await uow.note_act(actor, _TYPES[state], "meeting", meeting.id)
    return ended


async def _back_to_work(uow: UnitOfWork, lead: Lead, *, held: bool, actor: Actor) -> None:
    if lead.standing.status is WorkStatus.MEETING_SCHEDULED:
        status = WorkStatus.ENGAGED if held else WorkStatus.ATTEMPTING
        why = "meeting held" if held else "meeting missed"
        await move_lead(uow, lead, replace(lead.standing, status=status), actor=actor, why=why)


def _activity(uow: UnitOfWork, meeting: Meeting) -> Activity:
    """The guest was there or was not: their own doing, told by us. It happened when the meeting began."""
    kind = _TYPES[meeting.state]
    return Activity(
        type=kind,
        occurred_at=meeting.start,
        received_at=uow.now,
        source="calendar",
        dedup_key=f"{kind}:{meeting.id}",
        properties=MappingProxyType({"meeting": meeting.id, "type": meeting.meeting_type}),
    )
