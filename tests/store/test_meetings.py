from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from leads.identity import ConversationId, MeetingId, SlotId
from leads.meeting import Meeting, MeetingState, Offer
from leads.refusal import NotKnown, SlotNotOffered
from store.engine import Database
from store.outage import COLLISIONS
from tests.builders import MONDAY
from tests.store.records import ANA, CONVERSATION, JONAS, LEAD, a_booking, act, later, stored

TOMORROW = later(days=1)


def an_offer(id: str = "slot_1", *, start: datetime = TOMORROW, at: datetime = MONDAY) -> Offer:
    return Offer(SlotId(id), CONVERSATION, "intro", start, start + timedelta(minutes=30), (ANA, JONAS), at, 4)


def five_minutes(start: datetime, count: int) -> list[datetime]:
    return [start + timedelta(minutes=5 * n) for n in range(count)]


async def test_an_offer_is_found_only_in_its_own_conversation(database: Database) -> None:
    await stored(database, conversations=2)
    offers = [an_offer("slot_1", start=later(days=2)), an_offer("slot_2", start=later(days=1))]
    async with act(database) as uow:
        await uow.meetings.add_offers(offers)
        await uow.meetings.add_offers([])
        await uow.meetings.add_offers([an_offer("slot_3", at=later(hours=1))])
    async with act(database) as uow:
        assert await uow.meetings.offer(CONVERSATION, SlotId("slot_1")) == offers[0]
        assert [o.slot_id for o in await uow.meetings.offers(CONVERSATION)] == ["slot_2", "slot_1", "slot_3"]
        for conversation, slot in (("conv_2", "slot_1"), (CONVERSATION, "slot_9"), ("conv_1' OR 1=1 --", "slot_1")):
            with pytest.raises(SlotNotOffered):
                await uow.meetings.offer(ConversationId(conversation), SlotId(slot))


async def test_a_meeting_comes_back_as_it_was_stored(database: Database) -> None:
    await stored(database)
    booked = a_booking()
    async with act(database) as uow:
        await uow.meetings.add(booked, SlotId("slot_1"))
    async with act(database) as uow:
        assert await uow.meetings.get(booked.id) == booked
        assert await uow.meetings.by_token(booked.token) == booked
        assert await uow.meetings.open_of(LEAD) == booked
        assert await uow.meetings.of_lead(LEAD) == [booked]
        moved = replace(booked, start=later(days=3), end=later(days=3, minutes=30), host_id=JONAS, sequence=1)
        await uow.meetings.save(moved)
    async with act(database) as uow:
        assert await uow.meetings.get(booked.id) == moved
        await uow.meetings.save(replace(moved, state=MeetingState.CANCELLED))
        assert await uow.meetings.open_of(LEAD) is None
        with pytest.raises(NotKnown):
            await uow.meetings.get(MeetingId("meet_0"))
        for token in ("guest_0", ""):
            with pytest.raises(NotKnown):
                await uow.meetings.by_token(token)


async def test_a_lead_has_one_open_meeting_and_an_offer_becomes_one_meeting(database: Database) -> None:
    await stored(database, conversations=2)
    async with act(database) as uow:
        await uow.meetings.add(a_booking(), SlotId("slot_1"))
    with pytest.raises(COLLISIONS):
        async with act(database) as uow:
            await uow.meetings.add(a_booking("meet_2"), SlotId("slot_2"))
    with pytest.raises(COLLISIONS):
        async with act(database) as uow:
            await uow.meetings.add(a_booking("meet_3", lead="lead_2"), SlotId("slot_1"))
    async with act(database) as uow:
        await uow.meetings.save(replace(a_booking(), state=MeetingState.CANCELLED))
        await uow.meetings.add(a_booking("meet_2"), SlotId("slot_2"))


async def test_buckets_are_taken_all_or_none_and_can_be_given_back(database: Database) -> None:
    await stored(database)
    start = later(days=1)
    async with act(database) as uow:
        assert await uow.meetings.claim(ANA, five_minutes(start, 6), MeetingId("meet_1"))
        assert not await uow.meetings.claim(ANA, five_minutes(start + timedelta(minutes=25), 6), MeetingId("meet_2"))
        assert not await uow.meetings.claim(ANA, five_minutes(start - timedelta(minutes=25), 6), MeetingId("meet_2"))
        assert await uow.meetings.claim(ANA, five_minutes(start + timedelta(minutes=30), 6), MeetingId("meet_2"))
        assert await uow.meetings.claim(JONAS, five_minutes(start, 6), MeetingId("meet_3"))
    async with act(database) as uow:
        busy = await uow.meetings.busy([ANA], start, start + timedelta(minutes=60))
        assert sorted(bucket for _, bucket in busy) == five_minutes(start, 12)
        assert {host for host, _ in busy} == {ANA}
        await uow.meetings.release(MeetingId("meet_1"))
        assert await uow.meetings.claim(ANA, five_minutes(start, 6), MeetingId("meet_4"))
        assert len(await uow.meetings.busy([ANA, JONAS], start, start + timedelta(minutes=5))) == 2


async def test_the_load_and_the_starts_of_hosts_count_what_is_still_going_to_happen(database: Database) -> None:
    await stored(database, conversations=4)
    ahead, past = later(days=1), later(days=-1)
    async with act(database) as uow:
        await uow.meetings.add(a_booking("meet_1", lead="lead_1", start=ahead), None)
        await uow.meetings.add(a_booking("meet_2", lead="lead_2", start=past), None)
        await uow.meetings.add(a_booking("meet_3", lead="lead_3", start=ahead, state=MeetingState.CANCELLED), None)
        await uow.meetings.add(a_booking("meet_4", lead="lead_4", start=later(days=2)), None)
    async with act(database) as uow:
        assert await uow.meetings.load([ANA, JONAS], after=MONDAY) == {ANA: 2}
        starts = await uow.meetings.starts_by_host([ANA, JONAS], later(days=-2), later(days=2))
        assert {host: sorted(found) for host, found in starts.items()} == {ANA: [past, ahead], JONAS: []}
        assert [m.id for m in await uow.meetings.list(after=MONDAY, limit=9)] == ["meet_1", "meet_3", "meet_4"]
        assert [m.id for m in await uow.meetings.list(after=None, limit=1)] == ["meet_2"]


async def test_pages_of_meetings_go_on_among_those_of_one_start(database: Database) -> None:
    await stored(database, conversations=3)
    ahead = later(days=1)
    async with act(database) as uow:
        for n in (1, 2, 3):
            await uow.meetings.add(a_booking(f"meet_{n}", lead=f"lead_{n}", start=ahead), None)
    async with act(database) as uow:
        rest = await uow.meetings.list(after=MONDAY, place=(ahead, "meet_1"), limit=9)
        assert [m.id for m in rest] == ["meet_2", "meet_3"]


async def test_an_offer_is_known_to_be_booked_while_the_meeting_is_at_its_time(database: Database) -> None:
    await stored(database, conversations=2)
    here, there = an_offer("slot_1"), an_offer("slot_2", start=later(days=2))
    booked = a_booking(start=here.start)
    async with act(database) as uow:
        await uow.meetings.add_offers([here, there])
        await uow.meetings.add(booked, here.slot_id)

        async def known(slot: Offer, conversation: str = CONVERSATION) -> Meeting | None:
            return await uow.meetings.booked_from(ConversationId(conversation), slot.slot_id)

        assert (await known(here), await known(there), await known(here, "conv_2")) == (booked, None, None)
        moved = replace(booked, start=there.start, end=there.end, sequence=1)
        await uow.meetings.save(moved)
        assert (await known(here), await known(there)) == (None, moved)
        await uow.meetings.save(replace(moved, state=MeetingState.CANCELLED))
        assert (await known(here), await known(there)) == (None, None)
        await uow.meetings.add(a_booking("meet_2", start=here.start), here.slot_id)
