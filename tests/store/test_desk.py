"""Drafts, sessions and what the console hears, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from leads.actor import BY_AGENT
from leads.conversation import TurnStatus
from leads.draft import Draft, DraftState, Revision
from leads.identity import DraftId, HandoffId, TurnId
from store.engine import Database
from store.outage import COLLISIONS
from store.sessions import RepSession
from tests.builders import MONDAY
from tests.store.records import ANA, CONVERSATION, a_turn, act, later, stored
from tests.store.test_handoffs import a_handoff

DRAFT = Draft(DraftId("drf_1"), HandoffId("hand_1"), CONVERSATION, DraftState.WRITING, MONDAY, later(seconds=2))


async def test_a_draft_comes_back_with_its_wordings_and_each_number_is_given_once(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        await uow.handoffs.add(a_handoff())
        await uow.drafts.add(DRAFT)
        assert await uow.drafts.due(MONDAY) == []
        assert await uow.drafts.due(later(seconds=2)) == [DRAFT]
    wording = Revision(1, "Hello.", BY_AGENT, MONDAY, "built-in")
    ready = replace(DRAFT, state=DraftState.READY, rev=1)
    async with act(database) as uow:
        await uow.drafts.add_revision(ready, wording)
        await uow.drafts.save(ready)
    try:
        async with act(database) as uow:
            await uow.drafts.add_revision(ready, wording)
    except COLLISIONS:
        pass
    else:
        raise AssertionError("the same number twice")
    async with act(database) as uow:
        assert await uow.drafts.get(DRAFT.id, lock=True) == ready == await uow.drafts.of_handoff(DRAFT.handoff_id)
        assert await uow.drafts.revisions(DRAFT.id) == [wording]
        await uow.drafts.withdraw(DRAFT.handoff_id, now=MONDAY, reason="returned")
        assert (await uow.drafts.get(DRAFT.id)).state is DraftState.REJECTED


async def test_what_the_console_hears_is_numbered_in_the_order_of_the_commits(database: Database) -> None:
    seen: list[int] = []

    async def tell(n: int) -> None:
        async with act(database) as uow:
            uow.tell_team("handoff.changed", handoff_id=f"hand_{n}")
            uow.tell_team("draft.changed", handoff_id=f"hand_{n}")
        async with act(database, read_only=True) as uow:
            heard = await uow.team_events.after(0)
            seen.append(len(heard))
            assert [e.seq for e in heard] == list(range(1, len(heard) + 1))  # no gap that is filled later

    await asyncio.gather(*(tell(n) for n in range(12)))
    async with act(database, read_only=True) as uow:
        heard = await uow.team_events.after(0)
        assert [e.seq for e in heard] == list(range(1, 25)) and await uow.team_events.last() == 24
        assert heard[0].at == MONDAY
        assert [e.data["handoff_id"] for e in heard[::2]] == [e.data["handoff_id"] for e in heard[1::2]]


async def test_what_is_forgotten_leaves_the_numbers_growing(database: Database) -> None:
    async with act(database) as uow:
        uow.tell_team("handoff.opened")
    async with act(database, now=later(days=31)) as uow:
        await uow.team_events.forget(later(days=1))
        uow.tell_team("handoff.opened")
    async with act(database, read_only=True) as uow:
        assert [e.seq for e in await uow.team_events.after(0)] == [2] and await uow.team_events.last() == 2


async def test_nothing_is_told_of_an_act_that_failed(database: Database) -> None:
    try:
        async with act(database) as uow:
            uow.tell_team("handoff.changed")
            raise LookupError
    except LookupError:
        pass
    async with act(database, read_only=True) as uow:
        assert await uow.team_events.after(0) == []


async def test_a_session_is_found_by_its_hash_and_ends_for_good(database: Database) -> None:
    await stored(database)
    one = RepSession("ses_1", "a" * 64, ANA, "mark", MONDAY, MONDAY, later(days=7))
    two = replace(one, id="ses_2", token_hash="b" * 64)
    async with act(database) as uow:
        for session in (one, two):
            await uow.sessions.add(session)
        await uow.sessions.seen(one, at=later(hours=1))
        await uow.sessions.end(one, at=later(hours=2))
        await uow.sessions.end_all(ANA, at=later(hours=3))
    async with act(database, now=later(days=6)) as uow:
        await uow.sessions.forget(uow.now)
        found = await uow.sessions.by_token("a" * 64)
        assert found == replace(one, seen_at=later(hours=1), ended_at=later(hours=2))
        assert (await uow.sessions.by_token("b" * 64)) == replace(two, ended_at=later(hours=3))
        assert await uow.sessions.by_token("c" * 64) is None
    async with act(database, now=later(days=8)) as uow:
        await uow.sessions.forget(uow.now)
        assert await uow.sessions.by_token("a" * 64) is None


async def test_a_turn_that_is_called_off_is_fenced(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        await uow.turns.add(a_turn())
        held = await uow.turns.claim(TurnId("turn_1"), now=MONDAY, lease_until=later(seconds=15), take_over=False)
        assert held is not None
        assert await uow.turns.call_off(CONVERSATION, outcome="taken_over", now=MONDAY)
        assert not await uow.turns.call_off(CONVERSATION, outcome="taken_over", now=MONDAY)
    async with act(database) as uow:
        now = await uow.turns.get(TurnId("turn_1"))
        assert (now.status, now.attempt) == (TurnStatus.DONE, held.attempt + 1)
        assert not await uow.turns.renew(held, lease_until=later(seconds=30))


async def test_lines_that_ran_out_are_found(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        talk = await uow.conversations.get(CONVERSATION, lock=True)
        await uow.conversations.save(replace(talk, rep_id=ANA, rep_until=later(minutes=10)))
        assert await uow.conversations.lines_run_out(later(minutes=9)) == []
        assert await uow.conversations.lines_run_out(later(minutes=10)) == [CONVERSATION]
