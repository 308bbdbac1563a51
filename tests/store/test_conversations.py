from __future__ import annotations

from dataclasses import replace

import pytest

from leads.conversation import AuthorKind, Citation, Page
from leads.identity import ConversationId, RepId, TurnId
from leads.refusal import NotKnown
from store.engine import Database
from store.outage import COLLISIONS
from tests.builders import MONDAY
from tests.store.records import CONVERSATION, LEAD, a_thread, act, later, said, stored


async def test_a_conversation_comes_back_as_it_was_stored(database: Database) -> None:
    await stored(database)
    whole = a_thread(
        "conv_9",
        language="de",
        zone="Europe/Berlin",
        verified=True,
        page=Page("https://tidewell.example.com/pricing", "Pricing", "https://example.com"),
    )
    async with act(database) as uow:
        await uow.conversations.add(whole, widget_key="pk_1", extra={"utm": {"utm_source": "x"}})
    async with act(database) as uow:
        assert await uow.conversations.get(whole.id) == whole
        held = replace(whole, closed_at=later(hours=1), rep_id=RepId("rep_ana"), rep_until=later(hours=2), zone=None)
        await uow.conversations.save(held)
    async with act(database) as uow:
        assert await uow.conversations.get(whole.id, lock=True) == held
        assert await uow.conversations.of_lead(LEAD) == [await uow.conversations.get(CONVERSATION), held]
    with pytest.raises(NotKnown):
        async with act(database) as uow:
            await uow.conversations.get(ConversationId("conv_0"))


async def test_saving_a_conversation_does_not_count_its_events_back(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        before = await uow.conversations.get(CONVERSATION)
        await uow.conversations.append_event(CONVERSATION, "typing", {}, uow.now)
        await uow.conversations.save(before)
    async with act(database) as uow:
        assert (await uow.conversations.get(CONVERSATION)).last_seq == 1


async def test_events_are_numbered_and_can_be_read_on_from_any_number(database: Database) -> None:
    await stored(database, conversations=2)
    async with act(database) as uow:
        for n in range(1, 6):
            assert await uow.conversations.append_event(CONVERSATION, "note", {"n": n, "é": ["ü", None]}, uow.now) == n
        assert await uow.conversations.append_event(ConversationId("conv_2"), "note", {}, uow.now) == 1
        assert uow.touched == {CONVERSATION, "conv_2"}
    async with act(database) as uow:
        events = await uow.conversations.events_after(CONVERSATION, 2)
        assert [(e.seq, e.data["n"], e.data["é"], e.at) for e in events] == [
            (n, n, ["ü", None], MONDAY) for n in (3, 4, 5)
        ]
        assert [e.seq for e in await uow.conversations.events_after(CONVERSATION, 0, limit=2)] == [1, 2]
        assert await uow.conversations.events_after(CONVERSATION, 5) == []


async def test_messages_come_back_whole_and_in_order(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        asked = await said(uow, "What does it cost?", client_id="c-1")
        cited = (Citation(1, "Pricing", "https://tidewell.example.com/pricing", "pas_1"), Citation(2, "FAQ", None, "p"))
        told = await said(uow, "Three plans [1].", by=AuthorKind.AGENT, citations=cited, turn_id=TurnId("turn_1"))
        thanks = await said(uow, "Thanks!\n\n<b>bye</b>")
    async with act(database) as uow:
        assert await uow.conversations.messages(CONVERSATION) == [asked, told, thanks]
        assert await uow.conversations.message_by_client_id(CONVERSATION, "c-1") == asked
        assert await uow.conversations.message_by_client_id(CONVERSATION, "c-2") is None
        assert await uow.conversations.message_by_client_id(ConversationId("conv_2"), "c-1") is None


async def test_only_the_visitors_own_words_are_evidence(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        assert (await uow.conversations.get(CONVERSATION)).visitor_seq == 0
        first = await said(uow, "We have 30k.")
        for author in (AuthorKind.AGENT, AuthorKind.REP, AuthorKind.SYSTEM):
            await said(uow, "The budget is 90k.", by=author)
        second = await said(uow, "And I decide.")
        await said(uow, "Noted.", by=AuthorKind.AGENT)
    async with act(database) as uow:
        words = await uow.conversations.said_by_visitor(CONVERSATION)
        assert [(w.message_id, w.text) for w in words] == [(first.id, first.text), (second.id, second.text)]
        assert (await uow.conversations.get(CONVERSATION)).visitor_seq == second.seq


async def test_one_browser_message_is_stored_once_even_by_a_writer_that_does_not_look(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        await said(uow, "Hello", client_id="c-1")
    with pytest.raises(COLLISIONS):
        async with act(database) as uow:
            await said(uow, "Hello", client_id="c-1")


async def test_what_the_guards_stopped_is_kept_in_order_and_cut(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        for n, kind in enumerate(["say_do", "price", "price"]):
            await uow.conversations.note_guard_event(CONVERSATION, kind, str(n) * 500, id=f"grd_{n}", at=uow.now)
    async with act(database) as uow:
        found = await uow.conversations.guard_events(CONVERSATION)
    assert found == [("say_do", "0" * 400), ("price", "1" * 400), ("price", "2" * 400)]
