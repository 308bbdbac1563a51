"""A lead's timeline: walked page by page it is what it is as a whole, and a page costs a page."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from actions.open_conversation import Arrival, open_conversation
from api.cursor import cursor
from leads.actor import BY_RULE
from leads.conversation import AuthorKind, ChatMessage, Conversation
from leads.handoff import Handoff, HandoffReason, HandoffState
from leads.identity import ConversationId, HandoffId, LeadId, MessageId
from leads.meeting import MeetingState
from leads.stage import Change
from store.unit import UnitOfWork
from tests.api.door import Door, a_client
from tests.builders import MONDAY
from tests.store.records import a_booking, a_claim, an_activity

Told = tuple[datetime, str, str, str | None, str | None]
"""When, of which kind and type, with which text and message: what tells the things of these tests apart."""


async def a_long_story(door: Door, *, seed: int, times: int) -> LeadId:
    """Things of every kind at few instants, so that many happen in the same one, stored in no order of time."""
    chance = random.Random(seed)
    async with door.workspace.unit() as uow:
        talk = await open_conversation(uow, door.workspace.book, Arrival())
        other = replace(talk, id=ConversationId("conv_other"), opened_at=MONDAY - timedelta(hours=1))
        await uow.conversations.add(other, widget_key=None, extra={})
        [host, *_] = await uow.access.reps()
        for n in range(times):
            at = MONDAY - timedelta(minutes=chance.randrange(4))
            match chance.randrange(6):
                case 0:
                    await uow.ledger.add_activity(talk.lead_id, an_activity(f"did.{n}", at=at), id=uow.new_id("act"))
                case 1:
                    claim = replace(a_claim(f"{n}k", message=f"msg_{n}"), at=at)
                    await uow.ledger.add_claim(talk.lead_id, claim, id=uow.new_id("clm"))
                case 2:
                    change = Change("lead", "mql", BY_RULE, f"why {n}")
                    await uow.leads.record(talk.lead_id, change, id=uow.new_id("stg"), at=at)
                case 3:
                    await _said(uow, chance.choice((talk, other)), f"words {n}", at)
                case 4:
                    known = {"title": f"meeting {n}", "start": MONDAY + timedelta(hours=n), "booked_at": at}
                    known |= {"conversation_id": talk.id, "state": MeetingState.CANCELLED}
                    await uow.meetings.add(a_booking(f"meet_{n}", lead=talk.lead_id, host=host.id, **known), None)
                case _:
                    await uow.handoffs.add(_handoff(talk, n, at))
    return talk.lead_id


async def _said(uow: UnitOfWork, talk: Conversation, text: str, at: datetime) -> None:
    seq = await uow.conversations.append_event(talk.id, "message.created", {"text": text}, at)
    await uow.conversations.add_message(
        ChatMessage(MessageId(uow.new_id("msg")), talk.id, seq, AuthorKind.AGENT, "", text, at)
    )


def _handoff(talk: Conversation, n: int, at: datetime) -> Handoff:
    reason, state = HandoffReason.ASKED_FOR_PERSON, HandoffState.ACCEPTED
    return Handoff(HandoffId(f"ho_{n:04}"), talk.lead_id, talk.id, reason, f"note {n}", state, at, at, "sales")


async def everything(uow: UnitOfWork, lead_id: LeadId) -> list[Told]:
    """The whole story, put together from all that is known of the lead: what pages are held against."""
    items: list[Told] = [(a.occurred_at, "activity", a.type, None, None) for a in await uow.ledger.activities(lead_id)]
    claims = await uow.ledger.claims(lead_id)
    items += [(c.at, "bant", c.factor.value, c.value, c.evidence.message_id) for c in claims]
    changes = await uow.leads.history(lead_id)
    items += [(s.at, s.change.dimension.value, s.change.after, s.change.why, None) for s in changes]
    for talk in await uow.conversations.of_lead(lead_id):
        said = await uow.conversations.messages(talk.id)
        items += [(m.at, "message", m.author.value, m.text, m.id) for m in said]
    meetings = await uow.meetings.of_lead(lead_id)
    items += [(m.booked_at, "meeting", m.state.value, m.title, None) for m in meetings]
    handoffs = sorted(await uow.handoffs.of_lead(lead_id), key=lambda h: h.id)  # it has no order within an instant
    items += [(h.created_at, "handoff", h.reason.value, h.note, None) for h in handoffs]
    return sorted(items, key=lambda item: item[0], reverse=True)


async def walked(client: Any, door: Door, lead_id: LeadId, limit: int) -> list[Told]:
    """Every page, one after the other; none is longer than was asked for, and only the last one is shorter."""
    found: list[Told] = []
    place: str | None = None
    while True:
        params = {"limit": limit} | ({"cursor": place} if place else {})
        reply = await client.get(f"/v1/leads/{lead_id}/timeline", params=params, headers=door.bearer)
        assert reply.status_code == 200, reply.text
        page, place = reply.json()["items"], reply.json()["next_cursor"]
        found += [(datetime.fromisoformat(i["at"]), i["kind"], i["type"], i["text"], i["message_id"]) for i in page]
        assert len(page) == limit or place is None
        if place is None:
            return found


@pytest.mark.parametrize("seed", range(3))
async def test_page_by_page_it_is_what_it_is_as_a_whole(either_door: Door, seed: int) -> None:
    lead_id = await a_long_story(either_door, seed=seed, times=60)
    async with either_door.workspace.reading() as uow:
        whole = await everything(uow, lead_id)
    assert len(whole) > 60
    async with a_client(either_door) as client:
        for limit in (1, 2, 7, 25, len(whole), 200):
            assert await walked(client, either_door, lead_id, limit) == whole


async def test_a_page_reads_no_more_than_a_page_of_each_kind(door: Door, client: Any) -> None:
    lead_id = await a_long_story(door, seed=1, times=120)
    engine, statements = door.workspace.database.sync_engine, list[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", note)
    reply = await client.get(f"/v1/leads/{lead_id}/timeline", params={"limit": 5}, headers=door.bearer)
    event.remove(engine, "before_cursor_execute", note)
    assert len(reply.json()["items"]) == 5
    tables = ("activities", "bant_claims", "stage_changes", "messages", "meetings", "handoffs")
    read = {table: [s for s in statements if f"FROM {table} " in s] for table in tables}
    assert all(len(found) == 1 and " LIMIT " in found[0] for found in read.values()), read


@pytest.mark.parametrize("place", [[1], ["2026-03-02T09:00:00Z", -1], ["2026-03-02T09:00:00", 1], ["x", 1], [1, "y"]])
async def test_a_cursor_that_no_timeline_gave_is_refused(door: Door, client: Any, place: list[Any]) -> None:
    lead_id = await a_long_story(door, seed=1, times=1)
    params = {"cursor": cursor(*place)}
    reply = await client.get(f"/v1/leads/{lead_id}/timeline", params=params, headers=door.bearer)
    assert (reply.status_code, reply.json()["code"]) == (422, "cursor_invalid")
