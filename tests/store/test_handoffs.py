from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from leads.handoff import Handoff, HandoffReason, HandoffState
from leads.identity import ConversationId, HandoffId, MeetingId
from leads.refusal import NotKnown
from store.engine import Database
from store.handoffs import HandoffFilter
from store.outage import COLLISIONS
from tests.builders import MONDAY
from tests.store.records import ANA, CONVERSATION, LEAD, act, later, stored


def a_handoff(id: str = "hand_1", conversation: str = CONVERSATION, **known: Any) -> Handoff:
    values: dict[str, Any] = {
        "reason": HandoffReason.ASKED_FOR_PERSON,
        "note": "They asked for a person.",
        "state": HandoffState.OPEN,
        "created_at": MONDAY,
        "due_at": later(minutes=2),
        "queue": "sales",
    }
    return Handoff(id=HandoffId(id), lead_id=LEAD, conversation_id=ConversationId(conversation), **(values | known))


async def test_a_handoff_comes_back_as_it_was_stored(database: Database) -> None:
    await stored(database)
    whole = a_handoff(owner=ANA, meeting_id=MeetingId("meet_1"), promised_next_step="A call on Tuesday")
    async with act(database) as uow:
        await uow.handoffs.add(whole)
    async with act(database) as uow:
        assert await uow.handoffs.get(whole.id) == whole
        assert await uow.handoffs.open_of(CONVERSATION) == whole
        taken = await uow.handoffs.save(replace(whole, state=HandoffState.CLAIMED, note="Mine."))
        assert await uow.handoffs.open_of(CONVERSATION) == taken
        await uow.handoffs.save(replace(whole, state=HandoffState.ACCEPTED))
        assert await uow.handoffs.open_of(CONVERSATION) is None
        with pytest.raises(NotKnown):
            await uow.handoffs.get(HandoffId("hand_0"))


@pytest.mark.parametrize("state", [HandoffState.OPEN, HandoffState.CLAIMED])
async def test_a_conversation_has_one_undecided_handoff(database: Database, state: HandoffState) -> None:
    await stored(database)
    async with act(database) as uow:
        await uow.handoffs.add(a_handoff("hand_1", state=HandoffState.RETURNED))
        await uow.handoffs.add(a_handoff("hand_2", state=state))
    with pytest.raises(COLLISIONS):
        async with act(database) as uow:
            await uow.handoffs.add(a_handoff("hand_3"))


async def test_the_inbox_shows_the_most_pressing_first(database: Database) -> None:
    await stored(database, conversations=4)
    async with act(database) as uow:
        await uow.handoffs.add(a_handoff("hand_1", "conv_1", due_at=later(hours=4)))
        await uow.handoffs.add(a_handoff("hand_2", "conv_2", due_at=later(minutes=2), created_at=later(hours=1)))
        await uow.handoffs.add(a_handoff("hand_3", "conv_3", due_at=later(minutes=1), state=HandoffState.ACCEPTED))
        await uow.handoffs.add(a_handoff("hand_4", "conv_4", due_at=later(hours=4), created_at=later(hours=2)))
    async with act(database) as uow:
        waiting = partial(uow.handoffs.page, HandoffFilter(), now=None)
        assert [h.id for h in await waiting()] == ["hand_2", "hand_1", "hand_4"]
        assert [h.id for h in await waiting(limit=1)] == ["hand_2"]
        rest = await waiting(place=(later(hours=4), "hand_1"))  # due at one instant: the id settles it
        assert [h.id for h in rest] == ["hand_4"]
        assert {h.id for h in await uow.handoffs.of_lead(LEAD)} == {"hand_1", "hand_2", "hand_3", "hand_4"}


async def test_a_promise_that_is_too_long_is_cut_and_not_refused(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        await uow.handoffs.add(a_handoff(promised_next_step="x" * 900, note="y" * 9000))
    async with act(database) as uow:
        kept = await uow.handoffs.get(HandoffId("hand_1"))
        assert (kept.promised_next_step, kept.note) == ("x" * 300, "y" * 9000)
