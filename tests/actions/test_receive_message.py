from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from actions.receive_message import GRACE, Received, receive_message
from actions.take_turn import take_turn
from actions.workspace import Workspace
from leads.conversation import Conversation, TurnStatus
from leads.identity import ConversationId, RepId
from leads.refusal import ConversationClosed, MessageEmpty, MessageTooLong, NotKnown
from tests.builders import MONDAY, a_conversation, a_message


async def send(workspace: Workspace, conversation: Conversation, text: str, client_id: str | None = None) -> Received:
    async with workspace.unit() as uow:
        return await receive_message(uow, conversation.id, text=text, client_id=client_id)


async def test_a_message_is_stored_with_its_event_and_an_answer_is_owed(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    received = await send(workspace, conversation, " Hello\r\nthere \x07", "c-1")
    async with workspace.reading() as uow:
        [message] = await uow.conversations.messages(conversation.id)
        events = await uow.conversations.events_after(conversation.id, 0)
        turn = await uow.turns.open_of(conversation.id)
    assert message == received.message
    assert (message.text, message.client_id) == ("Hello\nthere", "c-1")
    assert [(e.seq, e.type, e.data["text"], e.data["client_id"]) for e in events] == [
        (message.seq, "message.created", "Hello\nthere", "c-1")
    ]
    assert turn is not None
    assert (turn.id, turn.status, turn.lease_until) == (received.turn_id, TurnStatus.WAITING, MONDAY + GRACE)


async def test_a_burst_of_messages_is_one_turn_that_answers_all_of_them(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    turns = {(await send(workspace, conversation, text)).turn_id for text in ("Hi", "what does it cost?", "thanks")}
    [turn_id] = turns
    assert turn_id is not None
    async with workspace.unit() as uow:
        turn = await take_turn(uow, turn_id)
        messages = await uow.conversations.messages(conversation.id)
    assert turn is not None
    assert turn.up_to_seq == messages[-1].seq


async def test_the_same_message_again_is_the_same_message(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    first = await send(workspace, conversation, "Hello", "c-1")
    again = await send(workspace, conversation, "Hello, but changed on the way", "c-1")
    assert (again.message, again.turn_id, again.repeated) == (first.message, first.turn_id, True)
    other = await a_conversation(workspace)
    assert (await send(workspace, other, "Hello", "c-1")).message != first.message  # ids of another browser


async def test_fifty_times_the_same_message_at_once_is_stored_once(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    received = await asyncio.gather(*(send(workspace, conversation, "Hello", "c-1") for _ in range(50)))
    assert {r.message.id for r in received} == {received[0].message.id}
    assert {r.turn_id for r in received} == {received[0].turn_id}
    assert sum(not r.repeated for r in received) == 1
    async with workspace.reading() as uow:
        assert len(await uow.conversations.messages(conversation.id)) == 1
        assert len(await uow.conversations.events_after(conversation.id, 0)) == 1


async def test_many_different_messages_at_once_are_all_kept_in_one_turn(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    received = await asyncio.gather(*(send(workspace, conversation, f"word {n}", f"c-{n}") for n in range(20)))
    assert len({r.turn_id for r in received}) == 1
    async with workspace.reading() as uow:
        assert [m.seq for m in await uow.conversations.messages(conversation.id)] == list(range(1, 21))


async def test_a_closed_conversation_takes_no_more_but_still_knows_what_it_took(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    first = await send(workspace, conversation, "Hello", "c-1")
    async with workspace.unit() as uow:
        await uow.conversations.save(replace(await uow.conversations.get(conversation.id), closed_at=uow.now))
    with pytest.raises(ConversationClosed):
        await send(workspace, conversation, "One more thing", "c-2")
    assert (await send(workspace, conversation, "Hello", "c-1")).message == first.message


async def test_no_answer_is_owed_while_a_rep_holds_the_line(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    async with workspace.unit() as uow:
        held = replace(conversation, rep_id=RepId("rep_1"), rep_until=uow.now + timedelta(minutes=5))
        await uow.conversations.save(held)
    received = await send(workspace, conversation, "Hello")
    assert received.turn_id is None
    async with workspace.reading() as uow:
        assert await uow.turns.open_of(conversation.id) is None
        assert len(await uow.conversations.messages(conversation.id)) == 1


@pytest.mark.parametrize(
    ("text", "refusal"), [("", MessageEmpty), ("\u200b", MessageEmpty), ("x" * 4001, MessageTooLong)]
)
async def test_what_cannot_be_read_is_refused_and_nothing_is_stored(
    workspace: Workspace, text: str, refusal: type[Exception]
) -> None:
    conversation = await a_conversation(workspace)
    with pytest.raises(refusal):
        await send(workspace, conversation, text)
    async with workspace.reading() as uow:
        assert await uow.conversations.events_after(conversation.id, 0) == []


async def test_nobody_can_write_to_a_conversation_that_does_not_exist(workspace: Workspace) -> None:
    with pytest.raises(NotKnown):
        await a_message(workspace, ConversationId("conv_0"), "Hello")
