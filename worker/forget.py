"""What erasing had to leave until the last word was sent: the address of a guest whose meeting was cancelled with it.

`actions/erase_person.py` and `actions/erase_conversation.py` cancel a meeting that lies ahead and cut its ties to the
conversation. The guest's address stays in the meeting, because the cancellation goes there; once that has ended one way
or another, it goes too.
"""

from dataclasses import replace

from actions.workspace import Workspace
from channels.invitation import Method, Side
from channels.kept_files import forget_files
from leads.identity import MeetingId
from leads.refusal import NotKnown
from store.outbox import OutboxMessage
from store.residue import wipe_residue
from store.unit import UnitOfWork
from worker.errands import INVITATION
from worker.outside import Outside

TIDY = "tidy"
"""The job that follows the last word to somebody who was erased."""


async def forget_guest(uow: UnitOfWork, message: OutboxMessage) -> None:
    """Drop the guest's address if this message was the last that needed it, and have files tidied; else do nothing."""
    payload = message.payload
    if message.kind != INVITATION or payload.get("method") != Method.CANCEL or "to" not in payload:
        return
    try:
        meeting = await uow.meetings.get(MeetingId(payload.get("meeting_id", "")))
    except NotKnown:
        return
    if meeting.conversation_id is not None or meeting.open:
        return
    if payload["to"] == Side.GUEST:
        await uow.meetings.save(replace(meeting, attendee_email="", attendee_name=None, zone=""))
    await uow.jobs.put(TIDY, f"{meeting.id}:{meeting.sequence}:{payload['to']}:{message.id}", meeting.id)


async def tidy(workspace: Workspace, outside: Outside, meeting_id: str) -> None:
    """After the last word was sent: no mail that was written down instead keeps it, and no stale page of the database.

    The mails of a meeting carry its id; that is all this job is given.
    """
    if outside.kept_in is not None:
        await forget_files(outside.kept_in, (meeting_id,))
    await wipe_residue(workspace.database)
