"""A guest cancels their meeting: the time is free again and both calendars are told."""

from dataclasses import replace
from types import MappingProxyType

from actions.book_meeting import meeting_shown, send_invitation
from actions.note_signal import note_activity
from actions.offer_slots import host_names
from leads.meeting import Meeting, MeetingState, check_open
from leads.signal import Activity
from leads.stage import WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork


async def cancel_meeting(uow: UnitOfWork, book: Playbook, meeting: Meeting) -> Meeting:
    """Cancel a confirmed meeting that has not begun. Raises MeetingOver."""
    meeting = await _held(uow, meeting)
    check_open(meeting, uow.now)
    cancelled = replace(meeting, state=MeetingState.CANCELLED, sequence=meeting.sequence + 1)
    await uow.meetings.release(meeting.id)
    await uow.meetings.save(cancelled)
    if meeting.conversation_id is not None:
        shown = meeting_shown(cancelled, (await host_names(uow)).get(meeting.host_id, ""))
        await uow.conversations.append_event(meeting.conversation_id, "booking.cancelled", {"meeting": shown}, uow.now)
    await send_invitation(uow, cancelled, method="CANCEL")
    await _no_longer_scheduled(uow, meeting)
    activity = Activity(
        type="meeting.cancelled",
        occurred_at=uow.now,
        received_at=uow.now,
        dedup_key=f"meeting.cancelled:{meeting.id}",
        properties=MappingProxyType({"meeting": meeting.id}),
    )
    await note_activity(uow, book, meeting.lead_id, activity)
    return cancelled


async def hold_talk_of(uow: UnitOfWork, meeting: Meeting | None) -> None:
    """Hold the conversation in which a meeting was booked; whoever means to cancel it does so before any lead."""
    if meeting is not None and meeting.conversation_id is not None:
        await uow.conversations.get(meeting.conversation_id, lock=True)


async def _held(uow: UnitOfWork, meeting: Meeting) -> Meeting:
    """The meeting as it is now that nobody else works on it: its conversation and its lead are held, in this order."""
    await hold_talk_of(uow, meeting)
    await uow.leads.get(meeting.lead_id, lock=True)
    return await uow.meetings.get(meeting.id)


async def _no_longer_scheduled(uow: UnitOfWork, meeting: Meeting) -> None:
    lead = await uow.leads.get(meeting.lead_id, lock=True)
    if lead.standing.status is WorkStatus.MEETING_SCHEDULED:
        standing = replace(lead.standing, status=WorkStatus.ENGAGED)
        await uow.leads.save(replace(lead, standing=standing, updated_at=uow.now))
