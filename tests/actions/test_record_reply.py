from __future__ import annotations

import asyncio
from datetime import timedelta

from actions.receive_message import owe_answer
from actions.record_reply import Recorded, Reply, record_reply
from actions.take_turn import LEASE, catch_up, hold_turn, take_turn
from actions.workspace import Workspace
from leads.conversation import AuthorKind, Citation, Conversation, Turn
from leads.identity import MessageId, TurnId
from leads.stage import WorkStatus
from store.turn_record import ToolCallRecord, TurnRecord
from tests.builders import StandingClock, a_conversation, a_message

RECORD = TurnRecord("answered", "gpt-x", "chat", "f" * 64, 900, 60, 800)


async def asked(workspace: Workspace, text: str = "What does it cost?") -> tuple[Conversation, TurnId]:
    conversation = await a_conversation(workspace)
    turn_id = (await a_message(workspace, conversation.id, text)).turn_id
    assert turn_id is not None
    return conversation, turn_id


async def taken(workspace: Workspace, turn_id: TurnId, *, take_over: bool = False) -> Turn | None:
    async with workspace.unit() as uow:
        return await take_turn(uow, turn_id, take_over=take_over)


async def held(workspace: Workspace, turn_id: TurnId, *, take_over: bool = False) -> Turn:
    turn = await taken(workspace, turn_id, take_over=take_over)
    assert turn is not None
    return turn


async def answer(workspace: Workspace, turn: Turn, text: str = "Three plans [1].", *, id: str = "msg_a") -> Recorded:
    cited = (Citation(1, "Pricing", "https://tidewell.example.com/pricing", "pas_1"),)
    calls = (ToolCallRecord(f"tc_{id}", "call_1", "search_knowledge", "{}", "Found.", ok=True),)
    async with workspace.unit() as uow:
        return await record_reply(uow, workspace.book, turn, Reply(MessageId(id), text, cited, calls, RECORD))


async def test_an_answer_is_stored_with_its_event_its_sources_and_how_it_came_about(workspace: Workspace) -> None:
    conversation, turn_id = await asked(workspace)
    assert await answer(workspace, await held(workspace, turn_id)) == Recorded(True)
    async with workspace.reading() as uow:
        message = (await uow.conversations.messages(conversation.id))[-1]
        event = (await uow.conversations.events_after(conversation.id, 0))[-1]
        assert (message.author, message.author_name, message.turn_id) == (AuthorKind.AGENT, "Nora", turn_id)
        assert (event.seq, event.type, event.data["id"]) == (message.seq, "message.completed", message.id)
        assert event.data["citations"] == [{"n": 1, "title": "Pricing", "url": message.citations[0].url}]
        assert await uow.turns.records(conversation.id) == [RECORD]
        assert [c.name for c in await uow.turns.tool_calls(conversation.id)] == ["search_knowledge"]
        assert (await uow.leads.get(conversation.lead_id)).standing.status is WorkStatus.ENGAGED
        assert await uow.turns.open_of(conversation.id) is None


async def test_an_attempt_that_was_taken_over_stores_nothing(workspace: Workspace, clock: StandingClock) -> None:
    conversation, turn_id = await asked(workspace)
    slow = await held(workspace, turn_id)
    clock.forward(seconds=LEASE.total_seconds())
    quick = await held(workspace, turn_id, take_over=True)
    async with workspace.unit() as uow:
        assert not await hold_turn(uow, slow)
    assert await answer(workspace, slow, "From the slow one.", id="msg_slow") == Recorded(False)
    assert await answer(workspace, quick, "From the quick one.", id="msg_quick") == Recorded(True)
    assert await answer(workspace, slow, "Again from the slow one.", id="msg_slow") == Recorded(False)
    async with workspace.reading() as uow:
        texts = [m.text for m in await uow.conversations.messages(conversation.id)]
        assert texts == ["What does it cost?", "From the quick one."]
        assert [c.id for c in await uow.turns.tool_calls(conversation.id)] == ["tc_msg_quick"]


async def test_an_answer_is_stored_once_however_often_it_is_sent(workspace: Workspace) -> None:
    conversation, turn_id = await asked(workspace)
    turn = await held(workspace, turn_id)
    recorded = await asyncio.gather(*(answer(workspace, turn, id=f"msg_{n}") for n in range(10)))
    assert sum(r.stored for r in recorded) == 1
    async with workspace.reading() as uow:
        assert len(await uow.conversations.messages(conversation.id)) == 2


async def test_the_next_answer_is_owed_when_the_visitor_wrote_on(workspace: Workspace) -> None:
    conversation, turn_id = await asked(workspace)
    turn = await held(workspace, turn_id)
    later = await a_message(workspace, conversation.id, "And for two plants?")
    assert later.turn_id == turn_id  # it belongs to the answer in the making, as far as that one notices
    recorded = await answer(workspace, turn)
    assert recorded.stored
    assert recorded.next_turn not in {None, turn_id}
    async with workspace.reading() as uow:
        open_turn = await uow.turns.open_of(conversation.id)
    assert open_turn is not None
    assert (open_turn.id, open_turn.up_to_seq) == (recorded.next_turn, later.message.seq)


async def test_nothing_more_is_owed_when_the_answer_caught_up_with_what_was_written(workspace: Workspace) -> None:
    conversation, turn_id = await asked(workspace)
    turn = await held(workspace, turn_id)
    later = await a_message(workspace, conversation.id, "And for two plants?")
    async with workspace.unit() as uow:
        assert await catch_up(uow, turn) == later.message.seq
        caught = await uow.turns.get(turn_id)
    assert await answer(workspace, caught) == Recorded(True)


async def test_a_turn_without_words_is_closed_and_says_nothing(workspace: Workspace) -> None:
    conversation, turn_id = await asked(workspace)
    assert await answer(workspace, await held(workspace, turn_id), "") == Recorded(True)
    async with workspace.reading() as uow:
        assert len(await uow.conversations.messages(conversation.id)) == 1
        assert (await uow.leads.get(conversation.lead_id)).standing.status is WorkStatus.NEW
        assert await uow.turns.open_of(conversation.id) is None


async def test_of_twenty_who_want_the_turn_one_gets_it(workspace: Workspace) -> None:
    _, turn_id = await asked(workspace)
    turns = await asyncio.gather(*(taken(workspace, turn_id) for _ in range(20)))
    assert sum(turn is not None for turn in turns) == 1


async def test_a_held_turn_is_safe_as_long_as_it_is_renewed(workspace: Workspace, clock: StandingClock) -> None:
    _, turn_id = await asked(workspace)
    turn = await held(workspace, turn_id)
    for _ in range(5):
        clock.now += LEASE - timedelta(seconds=1)
        async with workspace.unit() as uow:
            assert await hold_turn(uow, turn)
        assert await taken(workspace, turn_id, take_over=True) is None


async def test_an_answer_that_is_owed_already_is_not_owed_twice(workspace: Workspace) -> None:
    conversation, turn_id = await asked(workspace)
    async with workspace.unit() as uow:
        assert await owe_answer(uow, conversation.id, 9) == turn_id
