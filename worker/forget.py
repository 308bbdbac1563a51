"""What erasing had to leave until the last word was sent: the address of a guest whose meeting was cancelled with it.

`actions/erase_person.py` and `actions/erase_conversation.py` cancel a meeting that lies ahead and cut its ties to the
conversation. The guest's address stays in the meeting, because the cancellation goes there; once that has ended one way
or another, it goes too.
"""

from dataclasses import replace

from channels.invitation import Method, Side
from leads.identity import MeetingId
from leads.refusal import NotKnown
from store.outbox import OutboxMessage
from store.unit import UnitOfWork
from worker.errands import INVITATION


async def forget_guest(uow: UnitOfWork, message: OutboxMessage) -> None:
    """Drop the guest's address if this message was the last that needed it; else do nothing."""
    payload = message.payload
    if message.kind != INVITATION or payload.get("method") != Method.CANCEL or payload.get("to") != Side.GUEST:
        return
    try:
        meeting = await uow.meetings.get(MeetingId(payload.get("meeting_id", "")))
    except NotKnown:
        return
    if meeting.conversation_id is None and not meeting.open:
        await uow.meetings.save(replace(meeting, attendee_email="", attendee_name=None, zone=""))
