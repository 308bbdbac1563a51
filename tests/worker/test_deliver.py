"""Delivering the outbox: what is sent, when it is tried again, and that nothing goes out twice. On both databases."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from actions.cancel_meeting import cancel_meeting
from actions.erase_conversation import erase_conversation
from actions.workspace import Workspace
from channels.mail_out import OutgoingMail
from channels.sent import Accepted, Refused, Sent, TryLater, Unknown
from leads.handoff import HandoffReason, HandoffState
from store.outbox import OutboxState
from tests.builders import ANA, JONAS, StandingClock
from tests.worker.night_shift import MARA, Shift, a_booking, a_handoff, book, rehost
from worker.deliver import DOUBT_AFTER, RETRY_AFTER, SEND_WITHIN
from worker.resolve import resolve

WAITING, SENDING, SENT, FAILED, UNKNOWN = (
    OutboxState.WAITING,
    OutboxState.SENDING,
    OutboxState.SENT,
    OutboxState.FAILED,
    OutboxState.UNKNOWN,
)


@pytest.fixture
def shift(workspace: Workspace) -> Shift:
    return Shift(workspace)


def calendar_of(mail: OutgoingMail) -> Calendar:
    assert mail.calendar is not None
    return Calendar.from_ical(mail.calendar.content)


# --- invitations -----------------------------------------------------------------------------------------------------


async def test_a_booked_meeting_reaches_guest_and_host(shift: Shift) -> None:
    meeting = await a_booking(shift.workspace)
    await shift.deliver_due()
    guest, host = shift.mail.given
    assert guest.to.address == MARA.email
    assert host.to.address in (ANA, JONAS)
    assert guest.sender.address == "hello@tidewell.example.com"
    for mail in (guest, host):
        event = calendar_of(mail).events[0]
        assert event["UID"] == f"{meeting.id}@tidewell.example.com"
        assert event["DTSTART"].dt == meeting.start
    assert f"https://opener.example.com/m/{meeting.token}" in guest.text
    assert meeting.token not in host.text
    assert await shift.states("invitation") == [SENT, SENT, SENT]


async def test_delivered_is_delivered_however_often_a_job_runs(shift: Shift) -> None:
    await a_booking(shift.workspace)
    ids = await shift.dispatch()
    for _ in range(2):
        await asyncio.gather(*(shift.delivery.deliver(one) for one in ids for _ in range(3)))
    assert len(shift.mail.given) == 2
    assert len(shift.notices.sent) == 1


async def test_a_moved_meeting_is_told_as_the_same_event_with_a_higher_sequence(shift: Shift) -> None:
    meeting = await a_booking(shift.workspace)
    assert meeting.conversation_id is not None
    await shift.deliver_due()
    await book(shift.workspace, meeting.conversation_id, pick=1)
    await shift.deliver_due()
    first, _, moved, _ = (calendar_of(mail).events[0] for mail in shift.mail.given)
    assert moved["UID"] == first["UID"]
    assert (int(first["SEQUENCE"]), int(moved["SEQUENCE"])) == (0, 1)


async def test_a_cancelled_meeting_is_told_as_a_cancel_to_both(shift: Shift) -> None:
    meeting = await a_booking(shift.workspace)
    await shift.deliver_due()
    async with shift.workspace.unit() as uow:
        await cancel_meeting(uow, shift.workspace.book, meeting)
    await shift.deliver_due()
    told = [calendar_of(mail) for mail in shift.mail.given[2:]]
    assert [(one["METHOD"], one.events[0]["STATUS"], int(one.events[0]["SEQUENCE"])) for one in told] == [
        ("CANCEL", "CANCELLED", 1)
    ] * 2


async def test_an_invitation_to_a_meeting_that_was_cancelled_meanwhile_is_not_sent(shift: Shift) -> None:
    meeting = await a_booking(shift.workspace)
    ids = await shift.dispatch()
    async with shift.workspace.unit() as uow:
        await cancel_meeting(uow, shift.workspace.book, meeting)
    for one in ids:
        await shift.delivery.deliver(one)
    assert shift.mail.given == []
    late = [message for message in await shift.outbox("invitation") if message.id in ids]
    assert {(message.state, message.error) for message in late} == {(FAILED, "out of date")}
    await shift.deliver_due()
    assert [calendar_of(mail)["METHOD"] for mail in shift.mail.given] == ["CANCEL", "CANCEL"]


async def test_an_invitation_that_names_an_older_version_is_not_sent(shift: Shift) -> None:
    meeting = await a_booking(shift.workspace)
    payload = {"meeting_id": meeting.id, "method": "REQUEST", "to": "guest"}
    old = await shift.leave("invitation", payload | {"sequence": meeting.sequence - 1}, key="old")
    current = await shift.leave("invitation", payload | {"sequence": meeting.sequence}, key="current")
    await shift.delivery.deliver(old)
    assert shift.mail.given == []
    await shift.delivery.deliver(current)
    assert len(shift.mail.given) == 1


async def test_a_host_who_lost_the_meeting_is_told_and_the_guest_is_not(shift: Shift) -> None:
    meeting = await a_booking(shift.workspace)
    moved = await rehost(shift.workspace, meeting)
    farewell = {
        "meeting_id": meeting.id,
        "method": "CANCEL",
        "to": "host",
        "host_id": meeting.host_id,
        "sequence": moved.sequence,
    }
    await shift.delivery.deliver(await shift.leave("invitation", farewell))
    (mail,) = shift.mail.given
    async with shift.workspace.reading() as uow:
        old = await uow.access.rep(meeting.host_id)
    assert old is not None
    assert mail.to.address == old.email
    assert calendar_of(mail)["METHOD"] == "CANCEL"


async def test_nobody_is_invited_to_what_is_over(shift: Shift, clock: StandingClock) -> None:
    meeting = await a_booking(shift.workspace)
    clock.now = meeting.end
    await shift.deliver_due()
    assert shift.mail.given == []


async def test_a_guest_s_unknown_zone_costs_the_zone_and_not_the_mail(shift: Shift) -> None:
    meeting = await a_booking(shift.workspace)
    async with shift.workspace.unit() as uow:
        await uow.meetings.save(replace(meeting, zone="Mars/Olympus"))
    await shift.deliver_due()
    assert "Berlin" in shift.mail.given[0].text


# --- notices ---------------------------------------------------------------------------------------------------------


async def test_a_handoff_is_told_to_the_team(shift: Shift) -> None:
    handoff = await a_handoff(shift.workspace)
    await shift.deliver_due()
    (notice,) = shift.notices.sent
    assert notice.handoff == handoff
    assert notice.link == f"https://opener.example.com/console/handoffs/{handoff.id}"
    assert notice.to.address == "hello@tidewell.example.com"
    assert await shift.states() == [SENT]


async def test_a_handoff_somebody_owns_is_told_to_them(shift: Shift) -> None:
    await a_booking(shift.workspace)
    await shift.deliver_due()
    (notice,) = shift.notices.sent
    assert notice.to.address in (ANA, JONAS)
    assert notice.owner == notice.to.name


async def test_a_handoff_that_was_taken_meanwhile_is_not_told(shift: Shift) -> None:
    handoff = await a_handoff(shift.workspace)
    async with shift.workspace.unit() as uow:
        await uow.handoffs.save(replace(handoff, state=HandoffState.CLAIMED))
    await shift.deliver_due()
    assert not shift.notices.sent
    assert (await shift.outbox())[0].error == "out of date"


async def test_a_notice_that_names_another_reason_is_left_to_the_later_one(shift: Shift) -> None:
    handoff = await a_handoff(shift.workspace)
    old = await shift.leave("notice", {"handoff_id": handoff.id, "reason": HandoffReason.QUALIFIED.value})
    await shift.delivery.deliver(old)
    assert not shift.notices.sent


async def test_what_was_erased_meanwhile_is_not_told(shift: Shift) -> None:
    handoff = await a_handoff(shift.workspace)
    async with shift.workspace.unit() as uow:
        await erase_conversation(uow, shift.workspace.book, handoff.conversation_id)
    await shift.deliver_due()
    assert not shift.notices.sent
    assert await shift.outbox("notice") == []


@pytest.mark.parametrize("order", [1, -1], ids=["guest first", "host first"])
@pytest.mark.parametrize("ending", [Accepted("250"), Refused("550"), Unknown("cut")])
async def test_an_erased_guest_hears_of_the_cancellation_and_then_their_address_goes(
    shift: Shift, ending: Sent, order: int
) -> None:
    meeting = await a_booking(shift.workspace)
    assert meeting.conversation_id is not None
    await shift.deliver_due()
    async with shift.workspace.unit() as uow:
        await erase_conversation(uow, shift.workspace.book, meeting.conversation_id)
    shift.mail.given, shift.mail.ending = [], ending
    for one in (await shift.dispatch())[::order]:
        await shift.delivery.deliver(one)
    assert sorted(mail.to.address == MARA.email for mail in shift.mail.given) == [False, True]
    assert [calendar_of(mail)["METHOD"] for mail in shift.mail.given] == ["CANCEL", "CANCEL"]
    async with shift.workspace.reading() as uow:
        left = await uow.meetings.get(meeting.id)
    assert (left.attendee_email, left.attendee_name) == ("", None)


async def test_a_guest_who_only_cancels_keeps_their_address(shift: Shift) -> None:
    meeting = await a_booking(shift.workspace)
    async with shift.workspace.unit() as uow:
        await cancel_meeting(uow, shift.workspace.book, meeting)
    await shift.deliver_due()
    async with shift.workspace.reading() as uow:
        assert (await uow.meetings.get(meeting.id)).attendee_email == MARA.email


# --- when it does not work -------------------------------------------------------------------------------------------


async def a_guest_copy(shift: Shift) -> str:
    meeting = await a_booking(shift.workspace)
    return await shift.leave("invitation", {"meeting_id": meeting.id, "method": "REQUEST", "to": "guest"})


async def message(shift: Shift, message_id: str) -> tuple[OutboxState, int, str | None]:
    (found,) = [one for one in await shift.outbox() if one.id == message_id]
    return found.state, found.attempts, found.error


async def test_a_mail_that_is_put_off_is_tried_again_on_schedule_and_then_given_up(
    shift: Shift, clock: StandingClock
) -> None:
    shift.mail.ending = TryLater("450 4.2.1")
    message_id = await a_guest_copy(shift)
    await shift.delivery.deliver(message_id)
    for number, wait in enumerate(RETRY_AFTER, 1):
        assert await message(shift, message_id) == (WAITING, number, "450 4.2.1")
        (row,) = [one for one in await shift.outbox() if one.id == message_id]
        assert row.due_at == clock() + wait
        clock.now = row.due_at - timedelta(seconds=1)
        assert message_id not in await shift.dispatch()
        clock.now = row.due_at
        assert message_id in await shift.dispatch()
        await shift.delivery.deliver(message_id)
    assert await message(shift, message_id) == (FAILED, 6, "450 4.2.1")
    assert len(shift.mail.given) == 6
    assert {mail.key for mail in shift.mail.given} == {message_id}


async def test_the_schedule_is_the_one_that_was_promised() -> None:
    assert [wait.total_seconds() / 60 for wait in RETRY_AFTER] == [1, 5, 30, 120, 360]


async def test_a_longer_wait_that_was_asked_for_is_kept(shift: Shift, clock: StandingClock) -> None:
    shift.mail.ending = TryLater("http 429", timedelta(minutes=20))
    message_id = await a_guest_copy(shift)
    await shift.delivery.deliver(message_id)
    (row,) = [one for one in await shift.outbox() if one.id == message_id]
    assert row.due_at == clock() + timedelta(minutes=20)


async def test_a_refused_mail_is_given_up_at_once(shift: Shift) -> None:
    shift.mail.ending = Refused("550 5.1.1")
    message_id = await a_guest_copy(shift)
    await shift.delivery.deliver(message_id)
    assert await message(shift, message_id) == (FAILED, 1, "550 5.1.1")


async def test_a_mail_nobody_knows_about_is_never_sent_again(shift: Shift, clock: StandingClock) -> None:
    shift.mail.ending = Unknown("SMTPServerDisconnected")
    message_id = await a_guest_copy(shift)
    await shift.delivery.deliver(message_id)
    for _ in range(5):
        clock.forward(days=1)
        await resolve(shift.workspace)
        assert message_id not in await shift.dispatch()
        await shift.delivery.deliver(message_id)
    assert await message(shift, message_id) == (UNKNOWN, 1, "SMTPServerDisconnected")
    assert len(shift.mail.given) == 1


async def test_a_way_out_that_breaks_leaves_the_mail_unknown(shift: Shift) -> None:
    async def break_down() -> None:
        raise RuntimeError("a fault of ours")

    shift.mail.first = break_down
    message_id = await a_guest_copy(shift)
    await shift.delivery.deliver(message_id)
    assert await message(shift, message_id) == (UNKNOWN, 1, "RuntimeError")


async def test_a_kind_nobody_knows_is_tried_again_and_does_not_stay_for_ever(
    shift: Shift, clock: StandingClock
) -> None:
    message_id = await shift.leave("telegram", {})
    for number in range(1, 7):
        await shift.delivery.deliver(message_id)
        assert (await message(shift, message_id))[1] == number
        clock.forward(days=1)
    assert await message(shift, message_id) == (FAILED, 6, "UnknownKind")


async def test_a_message_that_cannot_be_read_is_no_reason_to_fail_for_ever(shift: Shift) -> None:
    message_id = await shift.leave("invitation", {"nonsense": True, "to": "guest"})
    await shift.delivery.deliver(message_id)
    assert await message(shift, message_id) == (WAITING, 1, "KeyError")


async def test_the_deadline_counts_from_before_the_claim(shift: Shift, clock: StandingClock) -> None:
    await shift.delivery.deliver(await a_guest_copy(shift))
    assert shift.mail.deadlines == [clock() + SEND_WITHIN]
    assert SEND_WITHIN < DOUBT_AFTER


# --- workers that do not come back -----------------------------------------------------------------------------------


async def claimed(shift: Shift, message_id: str) -> None:
    """A worker claims the message as `deliver` does, and dies."""
    async with shift.workspace.unit() as uow:
        taken = await uow.outbox.claim(message_id)
        assert taken is not None
        await uow.outbox.park(taken, until=uow.now + DOUBT_AFTER)


async def test_a_mail_whose_worker_died_becomes_unknown_and_stays_unsent(shift: Shift, clock: StandingClock) -> None:
    message_id = await a_guest_copy(shift)
    await claimed(shift, message_id)
    clock.forward(seconds=DOUBT_AFTER.total_seconds() - 1)
    await resolve(shift.workspace)
    assert (await message(shift, message_id))[0] is SENDING
    clock.forward(seconds=1)
    await resolve(shift.workspace)
    assert (await message(shift, message_id))[0] is UNKNOWN
    await shift.delivery.deliver(message_id)
    assert shift.mail.given == []


async def test_a_notice_whose_worker_died_is_told_again(shift: Shift, clock: StandingClock) -> None:
    await a_handoff(shift.workspace)
    (notice,) = await shift.outbox("notice")
    await claimed(shift, notice.id)
    clock.forward(minutes=5)
    await resolve(shift.workspace)
    assert (await message(shift, notice.id))[0] is WAITING
    clock.forward(minutes=2)
    await shift.deliver_due()
    assert len(shift.notices.sent) == 1
    assert await message(shift, notice.id) == (SENT, 2, None)


async def test_a_worker_that_wakes_up_late_has_nothing_to_say_any_more(shift: Shift, clock: StandingClock) -> None:
    message_id = await a_guest_copy(shift)

    async def sleep_for_long() -> None:
        clock.forward(seconds=DOUBT_AFTER.total_seconds())
        await resolve(shift.workspace)

    shift.mail.first = sleep_for_long
    await shift.delivery.deliver(message_id)
    assert (await message(shift, message_id))[0] is UNKNOWN


async def test_rivals_for_one_message_send_it_once(shift: Shift) -> None:
    message_id = await a_guest_copy(shift)

    async def take_a_moment() -> None:
        await asyncio.sleep(0.05)

    shift.mail.first = take_a_moment
    await asyncio.gather(*(shift.delivery.deliver(message_id) for _ in range(16)))
    assert len(shift.mail.given) == 1
    assert (await message(shift, message_id))[0] is SENT


# --- while something is sent -----------------------------------------------------------------------------------------


async def test_no_transaction_is_open_while_a_mail_leaves(shift: Shift) -> None:
    message_id = await a_guest_copy(shift)
    written: list[str] = []

    async def write_meanwhile() -> None:
        async with asyncio.timeout(2), shift.workspace.unit() as uow:
            await uow.tell_outside("notice", "meanwhile", {})
        written.append("meanwhile")

    shift.mail.first = write_meanwhile
    await shift.delivery.deliver(message_id)
    assert written == ["meanwhile"]
    assert (await message(shift, message_id))[0] is SENT


async def test_an_accepted_mail_is_written_down_even_if_the_database_is_away_for_a_moment(
    shift: Shift, kind: str
) -> None:
    message_id = await a_guest_copy(shift)
    gate = await Gate.of(shift.workspace, kind)
    shift.mail.first = gate.shut
    delivering = asyncio.create_task(shift.delivery.deliver(message_id))
    await gate.was_shut.wait()
    await asyncio.sleep(0.3)
    assert not delivering.done()
    await gate.open()
    await delivering
    assert (await message(shift, message_id))[0] is SENT
    assert len(shift.mail.given) == 1


class Gate:
    """Takes the database away: another process holds SQLite's write lock, or Postgres lets nobody in any more."""

    def __init__(self, workspace: Workspace, kind: str) -> None:
        self._engine = workspace.database
        self._kind = kind
        self._holder: sqlite3.Connection | None = None
        self.was_shut = asyncio.Event()

    @classmethod
    async def of(cls, workspace: Workspace, kind: str) -> Gate:
        gate = cls(workspace, kind)
        if kind == "sqlite":  # wait 20 ms for the lock instead of 10 s

            def impatient(raw: object, *_: object) -> None:
                raw.cursor().execute("PRAGMA busy_timeout=20")  # type: ignore[attr-defined]

            sa.event.listen(workspace.database.sync_engine, "checkout", impatient)
        return gate

    async def shut(self) -> None:
        if self._kind == "sqlite":
            path = self._engine.url.database
            assert path is not None
            self._holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._holder.execute("BEGIN IMMEDIATE")
        else:
            await self._admit(nobody=True)
        self.was_shut.set()

    async def open(self) -> None:
        if self._holder is not None:
            self._holder.execute("ROLLBACK")
            self._holder.close()
        else:
            await self._admit(nobody=False)

    async def _admit(self, *, nobody: bool) -> None:
        import psycopg

        url = self._engine.url
        server = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(server, autocommit=True) as connection:
            await connection.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS {not nobody}')  # type: ignore[arg-type]
            if nobody:
                query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
                await connection.execute(query, (url.database,))


async def test_the_outbox_holds_no_words_and_no_addresses(shift: Shift) -> None:
    await a_booking(shift.workspace)
    await shift.deliver_due()
    async with shift.workspace.reading() as uow:
        stored = str([(one.key, one.payload, one.error) for one in await uow.outbox.all()])
    assert MARA.email not in stored
    assert (MARA.name or "") not in stored
