from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from time import monotonic

import pytest

from actions.accept_lead import accept_lead
from actions.assign_owner import assign_owner
from actions.book_meeting import Guest, book_meeting
from actions.cancel_meeting import cancel_meeting
from actions.convert_lead import convert_lead
from actions.disqualify_lead import disqualify_lead
from actions.hear_visitor import hear_visitor
from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.note_guest import note_guest
from actions.offer_slots import Offered, free_times, offer_slots
from actions.read_context import Context, read_context
from actions.workspace import Workspace
from leads.actor import BY_RULE, Actor
from leads.conversation import Conversation
from leads.handoff import HandoffReason
from leads.identity import RepId, SlotId
from leads.meeting import Meeting, MeetingState, Offer
from leads.opportunity import Deal, Money
from leads.refusal import (
    ContactInvalid,
    LeadRefusal,
    MeetingOver,
    NoFreeTime,
    SlotExpired,
    SlotNotChosenYet,
    SlotNotOffered,
    SlotTaken,
    WrongMove,
)
from leads.signal import ActorKind
from leads.slots import DayPart, Wanted
from leads.stage import Outcome, ReasonCode, Stage, WorkStatus
from tests.builders import MONDAY, StandingClock, a_conversation, a_message, a_playbook, a_rep, a_workspace

LEE = Guest("lee@example.com", "Lee Park", "America/New_York")


@pytest.fixture
async def one_host(database_url: str, tmp_path: Path, clock: StandingClock) -> AsyncIterator[Workspace]:
    """A workspace whose team is Ana alone."""
    async with a_workspace(tmp_path, url=database_url, clock=clock, book=a_playbook(reps=(a_rep(),))) as opened:
        yield opened


async def offered(workspace: Workspace, conversation: Conversation, **wanted: object) -> Offered:
    async with workspace.unit() as uow:
        return await offer_slots(uow, workspace.book, conversation.id, **wanted)  # type: ignore[arg-type]


async def book(
    workspace: Workspace, conversation: Conversation, slot: Offer, guest: Guest = LEE, *, clicked: bool = True
) -> Meeting:
    async with workspace.unit() as uow:
        return await book_meeting(uow, workspace.book, conversation.id, slot.slot_id, guest, clicked=clicked)


async def cancel(workspace: Workspace, meeting: Meeting) -> Meeting:
    async with workspace.unit() as uow:
        return await cancel_meeting(uow, workspace.book, meeting)


async def events(workspace: Workspace, conversation: Conversation) -> list[str]:
    async with workspace.reading() as uow:
        return [e.type for e in await uow.conversations.events_after(conversation.id, 0)]


async def invitations(workspace: Workspace) -> list[str]:
    async with workspace.reading() as uow:
        return [m.key.partition(":")[2] for m in await uow.outbox.all() if m.kind == "invitation"]


# --- offering --------------------------------------------------------------------------------------------------------


async def test_times_are_offered_in_order_with_an_event_in_the_visitors_zone(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, zone="America/New_York", says="Can we meet?")
    found = await offered(workspace, conversation)
    assert len(found.offers) == 3
    assert found.zone == "America/New_York"
    starts = [offer.start for offer in found.offers]
    assert starts == sorted(starts)
    assert all(MONDAY + timedelta(hours=2) <= start for start in starts)
    async with workspace.reading() as uow:
        event = (await uow.conversations.events_after(conversation.id, 0))[-1]
        assert await uow.meetings.offers(conversation.id) == list(found.offers)
    assert event.type == "slots.offered"
    assert [slot["slot_id"] for slot in event.data["slots"]] == [offer.slot_id for offer in found.offers]
    assert {slot["tz"] for slot in event.data["slots"]} == {"America/New_York"}
    assert found.offers[0].offered_seq == event.seq


async def test_the_time_they_asked_for_is_named_when_it_is_free(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, zone="Europe/Berlin")
    tuesday = (MONDAY + timedelta(days=1)).date()
    asked = Wanted(day=tuesday, part=DayPart.AFTERNOON)
    found = await offered(workspace, conversation, wanted=asked)
    assert found.offers[0].start.date() == tuesday
    exact = await offered(workspace, conversation, wanted=replace(asked, at=time_of(14)))
    assert exact.exact is not None
    assert exact.exact.start == MONDAY.replace(day=3, hour=13)  # 14:00 in Berlin
    night = await offered(workspace, conversation, wanted=replace(asked, part=None, at=time_of(3)))
    assert night.exact is None
    assert night.offers


def time_of(hour: int) -> time:
    return time(hour)


async def test_no_time_is_offered_that_is_taken_or_when_nobody_works(one_host: Workspace) -> None:
    conversation = await a_conversation(one_host)
    slot = (await offered(one_host, conversation)).offers[0]
    async with one_host.reading() as uow:
        before = {s.start_utc for s in await free_times(uow, one_host.book, one_host.book.meeting())}
    await book(one_host, conversation, slot)
    async with one_host.reading() as uow:
        after = {s.start_utc for s in await free_times(uow, one_host.book, one_host.book.meeting())}
    assert slot.start in before - after
    nobody = replace(one_host.book, reps=())
    async with one_host.unit() as uow:
        with pytest.raises(NoFreeTime):
            await offer_slots(uow, nobody, conversation.id)


# --- booking ---------------------------------------------------------------------------------------------------------


async def test_a_click_on_an_offer_is_a_meeting_with_invitation_handoff_and_points(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, says="Can we meet?")
    slot = (await offered(workspace, conversation)).offers[1]
    meeting = await book(workspace, conversation, slot)
    assert (meeting.start, meeting.end, meeting.state) == (slot.start, slot.end, MeetingState.CONFIRMED)
    assert (meeting.attendee_email, meeting.attendee_name, meeting.zone) == (LEE.email, LEE.name, LEE.zone)
    assert meeting.host_id in slot.host_ids
    assert (await events(workspace, conversation))[-1] == "booking.confirmed"
    assert await invitations(workspace) == [f"{meeting.id}:0:REQUEST"]
    async with workspace.reading() as uow:
        lead = await uow.leads.get(conversation.lead_id)
        handoff = await uow.handoffs.open_of(conversation.id)
        event = (await uow.conversations.events_after(conversation.id, 0))[-1]
    assert (lead.owner, lead.standing.status, lead.standing.stage) == (
        meeting.host_id,
        WorkStatus.MEETING_SCHEDULED,
        Stage.MQL,
    )
    assert lead.score.engagement == 33
    assert handoff is not None
    assert (handoff.reason, handoff.meeting_id, handoff.owner) == (
        HandoffReason.MEETING_BOOKED,
        meeting.id,
        meeting.host_id,
    )
    assert event.data["meeting"]["manage_url"] == f"/m/{meeting.token}"
    assert event.data["meeting"]["start"] == meeting.start.isoformat().replace("+00:00", "Z")


async def test_the_agent_books_only_after_the_visitor_has_answered_the_offer(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, says="Book me anything!")
    slot = (await offered(workspace, conversation)).offers[0]
    with pytest.raises(SlotNotChosenYet):
        await book(workspace, conversation, slot, clicked=False)
    await a_message(workspace, conversation.id, "The first one, please.")
    assert (await book(workspace, conversation, slot, clicked=False)).start == slot.start


async def test_booking_the_same_time_again_is_the_same_meeting(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    slot = (await offered(workspace, conversation)).offers[0]
    meeting = await book(workspace, conversation, slot)
    assert await book(workspace, conversation, slot) == meeting
    assert await invitations(workspace) == [f"{meeting.id}:0:REQUEST"]
    assert (await events(workspace, conversation)).count("booking.confirmed") == 1


async def test_only_a_time_offered_in_this_conversation_can_be_booked(workspace: Workspace) -> None:
    conversation, other = await a_conversation(workspace), await a_conversation(workspace)
    slot = (await offered(workspace, other)).offers[0]
    for wrong in (slot, replace(slot, slot_id=SlotId("slot_made_up")), replace(slot, slot_id=SlotId(""))):
        with pytest.raises(SlotNotOffered):
            await book(workspace, conversation, wrong)


async def test_an_offer_that_is_a_day_old_or_has_begun_cannot_be_booked(
    workspace: Workspace, clock: StandingClock
) -> None:
    conversation = await a_conversation(workspace)
    first, *_, last = (await offered(workspace, conversation)).offers
    clock.now = first.start
    with pytest.raises(SlotExpired):
        await book(workspace, conversation, first)
    clock.now = MONDAY + timedelta(hours=24, seconds=1)
    with pytest.raises(SlotExpired):
        await book(workspace, conversation, last)


@pytest.mark.parametrize("address", ["", "Lee Park"])
async def test_an_invitation_needs_an_address(workspace: Workspace, address: str) -> None:
    conversation = await a_conversation(workspace)
    slot = (await offered(workspace, conversation)).offers[0]
    with pytest.raises(ContactInvalid):
        await book(workspace, conversation, slot, replace(LEE, email=address))


async def test_a_time_that_somebody_else_took_is_refused_and_nothing_of_it_stays(one_host: Workspace) -> None:
    quick, slow = await a_conversation(one_host), await a_conversation(one_host)
    wanted = Wanted(day=(MONDAY + timedelta(days=1)).date(), at=time_of(14))
    theirs = (await offered(one_host, quick, wanted=wanted)).exact
    mine = (await offered(one_host, slow, wanted=wanted)).exact
    assert theirs is not None
    assert mine is not None
    await book(one_host, quick, theirs)
    with pytest.raises(SlotTaken):
        await book(one_host, slow, mine)
    assert (await events(one_host, slow))[-1] == "slots.offered"
    async with one_host.reading() as uow:
        assert await uow.meetings.of_lead(slow.lead_id) == []
        assert await uow.handoffs.open_of(slow.id) is None
    fresh = await offered(one_host, slow, wanted=wanted)
    assert fresh.exact is None
    assert (await book(one_host, slow, fresh.offers[0])).start != theirs.start


# --- moving and cancelling -------------------------------------------------------------------------------------------


async def test_choosing_another_time_moves_the_meeting_and_frees_the_old_one(one_host: Workspace) -> None:
    conversation = await a_conversation(one_host)
    first, second, _ = (await offered(one_host, conversation)).offers
    meeting = await book(one_host, conversation, first)
    moved = await book(one_host, conversation, second)
    assert (moved.id, moved.sequence, moved.start, moved.token) == (meeting.id, 1, second.start, meeting.token)
    assert await book(one_host, conversation, second) == moved  # again is the same move
    assert await invitations(one_host) == [f"{meeting.id}:0:REQUEST", f"{meeting.id}:1:REQUEST"]
    assert (await events(one_host, conversation))[-1] == "booking.changed"
    async with one_host.reading() as uow:
        [host] = [rep.id for rep in await uow.access.reps()]
        busy = {bucket for _, bucket in await uow.meetings.busy([host], MONDAY, MONDAY + timedelta(days=30))}
    assert first.start not in busy
    assert second.start in busy
    back = await book(one_host, conversation, first)
    assert (back.start, back.sequence) == (first.start, 2)


async def test_a_move_to_a_time_that_is_gone_leaves_the_meeting_where_it_was(one_host: Workspace) -> None:
    mine, theirs = await a_conversation(one_host), await a_conversation(one_host)
    first, second, _ = (await offered(one_host, mine)).offers
    also_second = (await offered(one_host, theirs)).offers[1]
    assert also_second.start == second.start
    meeting = await book(one_host, mine, first)
    await book(one_host, theirs, also_second)
    with pytest.raises(SlotTaken):
        await book(one_host, mine, second)
    async with one_host.reading() as uow:
        assert await uow.meetings.get(meeting.id) == meeting
        busy = await uow.meetings.busy([meeting.host_id], first.start, first.end)
    assert len(busy) == 6


async def test_a_cancelled_meeting_frees_its_time_and_can_be_booked_again(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    slot = (await offered(workspace, conversation)).offers[0]
    meeting = await book(workspace, conversation, slot)
    cancelled = await cancel(workspace, meeting)
    assert (cancelled.state, cancelled.sequence) == (MeetingState.CANCELLED, 1)
    assert await invitations(workspace) == [f"{meeting.id}:0:REQUEST", f"{meeting.id}:1:CANCEL"]
    assert (await events(workspace, conversation))[-1] == "booking.cancelled"
    with pytest.raises(MeetingOver):
        await cancel(workspace, cancelled)
    again = await book(workspace, conversation, slot)
    assert again.id != meeting.id
    assert again.start == slot.start


async def test_a_meeting_that_has_begun_can_neither_be_moved_nor_cancelled(
    workspace: Workspace, clock: StandingClock
) -> None:
    conversation = await a_conversation(workspace)
    meeting = await book(workspace, conversation, (await offered(workspace, conversation)).offers[0])
    clock.now = meeting.start - timedelta(minutes=10)
    other = (await offered(workspace, conversation)).offers[-1]
    clock.now = meeting.start
    with pytest.raises(MeetingOver):
        await cancel(workspace, meeting)
    with pytest.raises(MeetingOver):
        await book(workspace, conversation, other)


async def typed_address(workspace: Workspace, conversation: Conversation, *, by_form: bool) -> None:
    async with workspace.unit() as uow:
        if by_form:
            await note_guest(uow, workspace.book, conversation.id, email="lee@example.com", name=None)
        else:
            note = ContactNote(ContactKind.EMAIL, "lee@example.com", "")
            await note_contact(uow, workspace.book, conversation.id, [note])


@pytest.mark.parametrize("by_form", [False, True])
async def test_who_merely_typed_an_address_books_as_anybody_and_the_persons_meeting_stays(
    workspace: Workspace, clock: StandingClock, by_form: bool
) -> None:
    known = await a_conversation(workspace, verified=True, email="lee@example.com")
    meeting = await book(workspace, known, (await offered(workspace, known)).offers[0])
    clock.forward(minutes=1)
    stranger = await a_conversation(workspace, says="I am lee@example.com")
    await typed_address(workspace, stranger, by_form=by_form)
    theirs = await book(workspace, stranger, (await offered(workspace, stranger)).offers[-1])
    assert (theirs.id != meeting.id, theirs.sequence, theirs.attendee_email) == (True, 0, LEE.email)
    assert (await events(workspace, stranger))[-1] == "booking.confirmed"
    async with workspace.reading() as uow:
        assert await uow.meetings.get(meeting.id) == meeting
    proved = await a_conversation(workspace, verified=True, email="lee@example.com")
    moved = await book(workspace, proved, (await offered(workspace, proved)).offers[-1])
    assert moved.id == meeting.id


async def test_a_meeting_booked_after_the_stranger_joined_is_neither_moved_nor_named(
    workspace: Workspace, clock: StandingClock
) -> None:
    known = await a_conversation(workspace, verified=True, email="lee@example.com")
    clock.forward(minutes=1)
    stranger = await a_conversation(workspace, says="I am lee@example.com")
    await typed_address(workspace, stranger, by_form=False)
    meeting = await book(workspace, known, (await offered(workspace, known)).offers[0])
    with pytest.raises(WrongMove) as refused:
        await book(workspace, stranger, (await offered(workspace, stranger)).offers[-1])
    assert refused.value.code == "wrong_move"
    assert "meeting" not in refused.value.message
    async with workspace.reading() as uow:
        assert await uow.meetings.get(meeting.id) == meeting


# --- in a rush -------------------------------------------------------------------------------------------------------


async def rush(workspace: Workspace, hosts: list[RepId], *, visitors: int, owners: list[RepId]) -> list[object]:
    """So many visitors click at once, each on one of six starts that all overlap; what each of them got."""
    conversations = [await a_conversation(workspace) for _ in range(visitors)]
    start = MONDAY + timedelta(days=1, hours=1)
    slots = []
    async with workspace.unit() as uow:
        for n, conversation in enumerate(conversations):
            begins = start + timedelta(minutes=5 * (n % 6), hours=3 * (n // 6 % 2))
            ends = begins + timedelta(minutes=30)
            slots.append(Offer(SlotId(f"slot_{n}"), conversation.id, "intro", begins, ends, tuple(hosts), uow.now, 0))
            lead = await uow.leads.get(conversation.lead_id)
            await uow.leads.save(replace(lead, owner=owners[n % len(owners)] if owners else None))
        await uow.meetings.add_offers(slots)

    async def click(conversation: Conversation, slot: Offer) -> object:
        try:
            return await book(workspace, conversation, slot)
        except LeadRefusal as refusal:
            return type(refusal)

    began = monotonic()
    got = await asyncio.gather(*(click(c, s) for c, s in zip(conversations, slots, strict=True)))
    assert monotonic() - began < 10
    return list(got)


def won(got: list[object]) -> list[Meeting]:
    meetings = [g for g in got if isinstance(g, Meeting)]
    assert {g for g in got if not isinstance(g, Meeting)} <= {SlotTaken}
    for one in meetings:  # nobody's meetings overlap, the ten minutes after each included
        for other in meetings:
            if one.id != other.id and one.host_id == other.host_id:
                assert abs(one.start - other.start) >= timedelta(minutes=40)
    return meetings


async def test_of_sixty_who_book_overlapping_times_of_one_host_exactly_those_that_fit_win(one_host: Workspace) -> None:
    async with one_host.reading() as uow:
        hosts = [rep.id for rep in await uow.access.reps()]
    meetings = won(await rush(one_host, hosts, visitors=60, owners=[]))
    assert len(meetings) == 2  # two groups of starts, three hours apart; in each all thirty overlap


async def test_two_hosts_take_twice_as_many_however_their_visitors_prefer_them(workspace: Workspace) -> None:
    async with workspace.reading() as uow:
        hosts = [rep.id for rep in await uow.access.reps()]
    assert len(hosts) == 2
    meetings = won(await rush(workspace, hosts, visitors=60, owners=hosts))
    assert len(meetings) == 4
    assert sorted(m.host_id for m in meetings) == sorted(hosts * 2)


async def test_the_host_with_the_fewest_meetings_ahead_is_chosen(workspace: Workspace) -> None:
    hosts = []
    for day in (3, 4, 5, 6):  # Tuesday to Friday, when both are free
        conversation = await a_conversation(workspace)
        slot = (await offered(workspace, conversation, wanted=Wanted(day=MONDAY.replace(day=day).date()))).offers[0]
        assert len(slot.host_ids) == 2
        hosts.append((await book(workspace, conversation, slot)).host_id)
    assert len(set(hosts)) == 2
    assert hosts.count(hosts[0]) == 2


async def test_the_same_click_ten_times_at_once_is_one_meeting(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    slot = (await offered(workspace, conversation)).offers[0]
    meetings = await asyncio.gather(*(book(workspace, conversation, slot) for _ in range(10)))
    assert len({m.id for m in meetings}) == 1
    assert len(await invitations(workspace)) == 1


async def test_a_lead_that_waited_in_a_queue_is_the_hosts_when_they_book(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    async with workspace.unit() as uow:
        lead = conversation.lead_id
        queue = workspace.book.routing.last_queue
        await assign_owner(uow, workspace.book, lead, to=None, queue=queue, actor=BY_RULE, why="waits for a shift")
        before = {clock.kind: clock.due_at for clock in await uow.clocks.running(lead)}
    shown = await offered(workspace, conversation)
    meeting = await book(workspace, conversation, shown.offers[0])
    async with workspace.reading() as uow:
        now, current = await uow.leads.get(lead), await uow.assignments.current(lead)
        after = {clock.kind: clock.due_at for clock in await uow.clocks.running(lead)}
        notices = [m for m in await uow.outbox.all() if m.kind == "team_notice" and "routed" in m.key]
    assert current is not None
    assert (now.owner, now.queue, current.rep) == (meeting.host_id, None, meeting.host_id)
    assert (now.standing.status, notices) == (WorkStatus.MEETING_SCHEDULED, [])
    assert set(before) <= set(after)


async def test_who_was_converted_and_writes_again_moves_the_meeting_they_have(
    workspace: Workspace, clock: StandingClock
) -> None:
    conversation = await a_conversation(workspace, says="Can we meet?")
    meeting = await book(workspace, conversation, (await offered(workspace, conversation)).offers[0])
    rep = Actor(ActorKind.REP, meeting.host_id, "Ana")
    async with workspace.unit() as uow:
        await accept_lead(uow, workspace.book, conversation.lead_id, actor=rep)
        deal = Deal(Money(Decimal(900), "EUR"), MONDAY.date() + timedelta(days=30))
        await convert_lead(uow, workspace.book, conversation.lead_id, deal, actor=rep)
    async with workspace.unit() as uow:
        await hear_visitor(uow, workspace.book, conversation.id, text="Can we move it?")
    context = await known(workspace, conversation)
    assert (context.lead.id != meeting.lead_id, context.meeting) == (True, meeting)
    moved = await book(workspace, conversation, (await offered(workspace, conversation)).offers[-1])
    assert (moved.id, moved.sequence) == (meeting.id, 1)
    assert (await known(workspace, conversation)).meeting == moved
    clock.now = moved.start
    assert (await known(workspace, conversation)).meeting is None
    after = await book(workspace, conversation, (await offered(workspace, conversation)).offers[0])
    assert after.id != meeting.id


async def known(workspace: Workspace, conversation: Conversation) -> Context:
    async with workspace.reading() as uow:
        return await read_context(uow, conversation.id)


async def test_who_books_after_their_cycle_has_ended_begins_another(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, says="Can we meet?")
    times = await offered(workspace, conversation)
    rep = Actor(ActorKind.REP, "rep_ana", "Ana")
    async with workspace.unit() as uow:
        await disqualify_lead(uow, workspace.book, conversation.lead_id, actor=rep, reason=ReasonCode.NO_FIT)
    meeting = await book(workspace, conversation, times.offers[0])
    async with workspace.reading() as uow:
        closed, lead = await uow.leads.get(conversation.lead_id), await uow.leads.get(meeting.lead_id)
        handoffs = await uow.handoffs.of_lead(lead.id)
    assert (closed.standing.outcome, closed.standing.status) == (Outcome.DISQUALIFIED, WorkStatus.CLOSED)
    assert (lead.person_id, lead.cycle_no, lead.owner) == (closed.person_id, 2, meeting.host_id)
    assert (lead.standing.stage, lead.standing.status) == (Stage.MQL, WorkStatus.MEETING_SCHEDULED)
    assert [handoff.meeting_id for handoff in handoffs] == [meeting.id]
