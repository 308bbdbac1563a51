"""Due rows become jobs, once each, and come back when a job is lost. On both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from actions.workspace import Workspace
from store.outbox import OutboxMessage, OutboxState
from tests.builders import StandingClock, a_conversation, a_message
from tests.worker.night_shift import JobList, Shift, a_booking, a_handoff
from worker.dispatch import ANSWER_TURN, ASK_AGAIN, BATCH, DELIVER, FULL, PARK


@pytest.fixture
def shift(workspace: Workspace) -> Shift:
    return Shift(workspace)


# --- the outbox ------------------------------------------------------------------------------------------------------


async def test_a_due_message_becomes_a_job_and_leaves_the_dispatcher_s_sight(
    shift: Shift, clock: StandingClock
) -> None:
    message_id = await shift.leave("notice", {"handoff_id": "hand_x"})
    assert await shift.dispatch() == [message_id]
    assert [job for job, _ in shift.jobs.left.values()] == [DELIVER]
    assert await shift.dispatch() == []
    (message,) = await shift.outbox()
    assert (message.state, message.due_at) == (OutboxState.WAITING, clock() + PARK)


async def test_a_message_whose_job_was_lost_gets_another_one(shift: Shift, clock: StandingClock) -> None:
    message_id = await shift.leave("notice", {"handoff_id": "hand_x"})
    await shift.dispatch()
    clock.forward(minutes=15)
    assert await shift.dispatch() == [message_id]
    assert len(shift.jobs.left) == 2


async def test_a_message_that_is_not_due_stays(shift: Shift, clock: StandingClock) -> None:
    message_id = await shift.leave("notice", {})
    async with shift.workspace.unit() as uow:
        await uow.outbox.park((await uow.outbox.all())[0], until=clock() + timedelta(seconds=1))
    assert await shift.dispatch() == []
    clock.forward(seconds=1)
    assert await shift.dispatch() == [message_id]


async def test_an_invitation_becomes_a_message_to_each_side(shift: Shift) -> None:
    meeting = await a_booking(shift.workspace)
    await shift.dispatch()
    whole, *parts = await shift.outbox("invitation")
    assert whole.state is OutboxState.SENT
    assert [part.payload for part in parts] == [{"to": side, **whole.payload} for side in ("guest", "host")]
    assert {part.payload["meeting_id"] for part in parts} == {meeting.id}
    assert {part.id for part in parts} <= set(shift.jobs.ids)
    assert whole.id not in shift.jobs.ids
    assert {part.lead_id for part in parts} == {meeting.lead_id}


async def test_a_job_is_left_only_if_its_message_is_parked_with_it(shift: Shift) -> None:
    await shift.leave("notice", {})

    async def refuse(*_: object) -> None:
        raise ConnectionError

    shift.workspace.enqueue = refuse
    with pytest.raises(ConnectionError):
        await shift.dispatch()
    shift.workspace.enqueue = shift.jobs
    assert len(await shift.dispatch()) == 1


async def test_due_rows_stay_rows_while_the_queue_is_full(shift: Shift) -> None:
    await shift.leave("notice", {})
    shift.waiting = FULL
    assert await shift.dispatch() == []
    shift.waiting = FULL - 1
    assert len(await shift.dispatch()) == 1


async def test_more_than_a_batch_comes_in_several_rounds(shift: Shift) -> None:
    async with shift.workspace.unit() as uow:
        for number in range(BATCH + 1):
            await uow.tell_outside("notice", f"k{number}", {})
    assert len(await shift.dispatch()) == BATCH
    assert len(await shift.dispatch()) == 1


async def test_many_dispatchers_at_once_leave_one_job_a_message(shift: Shift) -> None:
    for number in range(20):
        await shift.leave("notice", {}, key=f"k{number}")
    lists = [JobList() for _ in range(6)]
    rivals = [Shift(shift.workspace) for _ in lists]
    shift.workspace.enqueue = shift.jobs
    await asyncio.gather(*(rival.dispatch() for rival in rivals))
    messages: list[OutboxMessage] = await shift.outbox()
    assert sorted(shift.jobs.ids) == sorted(message.id for message in messages)


# --- turns -----------------------------------------------------------------------------------------------------------


async def test_a_turn_nobody_begins_becomes_a_job_when_its_grace_is_over(shift: Shift, clock: StandingClock) -> None:
    await a_conversation(shift.workspace, says="Are you there?")
    await shift.dispatch()
    assert shift.jobs.left == {}
    clock.forward(seconds=10)
    await shift.dispatch()
    ((job, args),) = shift.jobs.left.values()
    async with shift.workspace.reading() as uow:
        (turn,) = await uow.turns.overdue(clock())
    assert (job, args) == (ANSWER_TURN, (turn.id,))


async def test_a_turn_is_asked_for_once_a_minute_until_somebody_has_it(shift: Shift, clock: StandingClock) -> None:
    conversation = await a_conversation(shift.workspace)
    await a_message(shift.workspace, conversation.id, "Are you there?")
    clock.forward(seconds=10)
    for _ in range(3):
        await shift.dispatch()
        clock.forward(seconds=1)
    assert len(shift.jobs.left) == 1
    clock.forward(seconds=ASK_AGAIN.total_seconds())
    await shift.dispatch()
    assert len(shift.jobs.left) == 2


async def test_a_handoff_s_notice_is_dispatched_as_one_message(shift: Shift) -> None:
    await a_handoff(shift.workspace)
    (notice,) = await shift.outbox("notice")
    assert await shift.dispatch() == [notice.id]
