"""Book an offered time: one winner a time, one open meeting a lead, and booking it again is the same meeting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from actions.give_to_host import give_to_host
from actions.hear_visitor import in_an_open_cycle
from actions.note_signal import note_activity
from actions.offer_slots import host_names
from actions.propose_handoff import propose_handoff
from leads.conversation import Conversation
from leads.handoff import HandoffReason
from leads.identity import ConversationId, MeetingId, RepId, SlotId
from leads.lead import Lead
from leads.meeting import Meeting, MeetingState, Offer, check_offer, check_open
from leads.refusal import ContactInvalid, SlotTaken, WrongMove
from leads.signal import Activity
from leads.slots import MeetingType, buckets
from leads.stage import Outcome, WorkStatus
from playbook.book import Playbook
from store.unit import JobArg, UnitOfWork


@dataclass(frozen=True, slots=True)
class Guest:
    """Who comes: address, name, and the zone their times are shown in."""

    email: str
    name: str | None
    zone: str


async def book_meeting(
    uow: UnitOfWork,
    book: Playbook,
    conversation_id: ConversationId,
    slot_id: SlotId,
    guest: Guest,
    *,
    clicked: bool = False,
) -> Meeting:
    """Turn an offer of this conversation into a meeting, or move the meeting that stands to it.

    `clicked` says that the visitor chose the time with their own hand; otherwise they must have written something
    after the offer. Whose cycle has ended begins another one by booking.
    Raises SlotNotOffered, SlotExpired, SlotNotChosenYet, SlotTaken, ContactInvalid,
    MeetingOver, WrongMove (an unverified visitor, and the lead has a meeting of another conversation).
    """
    if "@" not in guest.email:
        raise ContactInvalid("An e-mail address is needed to send the invitation to. Ask for it.")
    conversation = await uow.conversations.get(conversation_id, lock=True)
    earlier = await uow.meetings.booked_from(conversation_id, slot_id)
    if earlier is not None and earlier.open:
        return earlier
    offer = await uow.meetings.offer(conversation_id, slot_id)
    answered = clicked or conversation.visitor_seq > offer.offered_seq
    check_offer(offer, now=uow.now, answered_since=answered)
    lead = await uow.leads.get(conversation.lead_id, lock=True)
    standing = await uow.meetings.standing_in(conversation, uow.now, lock=True)
    if standing is None and lead.standing.outcome is not Outcome.OPEN:
        conversation = await in_an_open_cycle(uow, book, conversation, why="booked a meeting")
        lead = await uow.leads.get(conversation.lead_id, lock=True)
        standing = await uow.meetings.standing_in(conversation, uow.now, lock=True)
    if standing is not None:
        return await _move(uow, book, conversation, standing, offer)
    return await _book(uow, book, conversation, lead, offer, guest)


async def _book(
    uow: UnitOfWork, book: Playbook, conversation: Conversation, lead: Lead, offer: Offer, guest: Guest
) -> Meeting:
    kind = book.meeting(offer.meeting_type)
    meeting_id = MeetingId(uow.new_id("meet"))
    host = await _claim(uow, kind, offer, meeting_id, prefer=lead.owner)
    meeting = Meeting(
        id=meeting_id,
        lead_id=lead.id,
        conversation_id=conversation.id,
        host_id=host,
        meeting_type=kind.key,
        title=kind.title if book.company.name in kind.title else f"{kind.title} with {book.company.name}",
        start=offer.start,
        end=offer.end,
        zone=guest.zone,
        attendee_email=guest.email,
        attendee_name=guest.name,
        state=MeetingState.CONFIRMED,
        booked_at=uow.now,
        token=uow.new_id("guest"),
    )
    await uow.meetings.add(meeting, offer.slot_id)
    booked = await uow.leads.save(
        replace(
            lead,
            owner=lead.owner or host,
            standing=replace(lead.standing, status=WorkStatus.MEETING_SCHEDULED),
            updated_at=uow.now,
        )
    )
    if lead.owner is None:
        await give_to_host(uow, book, booked, host)
    await _announce(uow, book, conversation, meeting, "booking.confirmed")
    await note_activity(uow, book, lead.id, _booked(uow, conversation, meeting))
    await propose_handoff(
        uow, book, conversation.id, reason=HandoffReason.MEETING_BOOKED, note="A meeting is booked.", meeting=meeting
    )
    return meeting


async def _move(
    uow: UnitOfWork, book: Playbook, conversation: Conversation, standing: Meeting, offer: Offer
) -> Meeting:
    """The lead has a meeting and chose another time: same meeting, new time (RFC 5546: same UID, SEQUENCE + 1)."""
    if standing.conversation_id != conversation.id and not conversation.verified:
        # They joined before that meeting was booked. It is not theirs to know of, so the sentence is of no help on it.
        raise WrongMove("We cannot book that here. Ask for a person, and a colleague will arrange it.")
    check_open(standing, uow.now)
    kind = book.meeting(offer.meeting_type)
    await uow.meetings.release(standing.id)
    host = await _claim(uow, kind, offer, standing.id, prefer=standing.host_id)
    moved = replace(standing, start=offer.start, end=offer.end, host_id=host, sequence=standing.sequence + 1)
    await uow.meetings.save(moved)
    await _announce(uow, book, conversation, moved, "booking.changed")
    if host != standing.host_id:
        await tell_former_host(uow, moved, standing.host_id)
    return moved


async def _claim(
    uow: UnitOfWork, kind: MeetingType, offer: Offer, meeting_id: MeetingId, *, prefer: RepId | None
) -> RepId:
    """The first host who still has the time: the lead's own rep, else who has the fewest meetings ahead."""
    wanted = buckets(
        offer.start,
        offer.end,
        before_minutes=kind.buffer_before_minutes,
        after_minutes=kind.buffer_after_minutes,
    )
    for host in await _in_order(uow, offer.host_ids, prefer):
        if await uow.meetings.claim(host, wanted, meeting_id):
            return host
    raise SlotTaken("That time has just been taken. Offer other times.")


async def _in_order(uow: UnitOfWork, hosts: Sequence[RepId], prefer: RepId | None) -> list[RepId]:
    load = await uow.meetings.load(hosts, after=uow.now)
    return sorted(hosts, key=lambda host: (host != prefer, load.get(host, 0), host))


def _booked(uow: UnitOfWork, conversation: Conversation, meeting: Meeting) -> Activity:
    return Activity(
        type="meeting.booked",
        occurred_at=uow.now,
        received_at=uow.now,
        source=conversation.channel.value,
        dedup_key=f"meeting.booked:{meeting.id}",
        properties=MappingProxyType({"meeting": meeting.id, "type": meeting.meeting_type}),
    )


async def _announce(uow: UnitOfWork, book: Playbook, conversation: Conversation, meeting: Meeting, event: str) -> None:
    """The event for the screen, and the invitation for the guest and the host through the outbox."""
    shown = meeting_shown(meeting, (await host_names(uow)).get(meeting.host_id, ""))
    await uow.conversations.append_event(conversation.id, event, {"meeting": shown}, uow.now)
    await send_invitation(uow, meeting, method="REQUEST")


async def send_invitation(uow: UnitOfWork, meeting: Meeting, *, method: str) -> None:
    """Leave the calendar invitation (iTIP REQUEST or CANCEL) for guest and host; once a version of the meeting."""
    await _leave_invitation(uow, meeting, method)


async def tell_former_host(uow: UnitOfWork, meeting: Meeting, host: RepId) -> None:
    """Somebody else takes the meeting now: it leaves the former host's calendar."""
    await _leave_invitation(uow, meeting, "CANCEL", f":{host}", to="host", host_id=host)


async def _leave_invitation(uow: UnitOfWork, meeting: Meeting, method: str, whose: str = "", **to: JobArg) -> None:
    key = f"invitation:{meeting.id}:{meeting.sequence}:{method}{whose}"
    payload = {"meeting_id": meeting.id, "method": method, "sequence": meeting.sequence, **to}
    await uow.tell_outside("invitation", key, payload, lead_id=meeting.lead_id)


def meeting_shown(meeting: Meeting, host: str) -> dict[str, Any]:
    """A meeting as visitors and outside programs see it."""
    return {
        "id": meeting.id,
        "title": meeting.title,
        "start": meeting.start.isoformat().replace("+00:00", "Z"),
        "end": meeting.end.isoformat().replace("+00:00", "Z"),
        "tz": meeting.zone,
        "host": {"name": host},
        "state": meeting.state.value,
        "ics_url": f"/m/{meeting.token}.ics",
        "manage_url": f"/m/{meeting.token}",
    }
