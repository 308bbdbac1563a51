"""Find times that suit, and keep them as offers of this conversation: only an offered time can be booked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from actions.read_colleagues import read_colleagues
from leads.conversation import Conversation
from leads.hours import Span
from leads.identity import ConversationId, RepId, SlotId
from leads.meeting import Offer
from leads.refusal import NoFreeTime
from leads.slots import BUCKET_MINUTES, Host, MeetingType, OpenSlot, Wanted, fits, free_slots, near, spread
from playbook.book import Playbook
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Offered:
    """What was offered, by start.

    `exact` is the offer that is just what they asked for: at their hour, or the only one on their day. `closest` is
    the nearest one on their day where their hour is taken.
    """

    offers: tuple[Offer, ...]
    zone: str
    exact: Offer | None
    closest: Offer | None = None


async def offer_slots(
    uow: UnitOfWork,
    book: Playbook,
    conversation_id: ConversationId,
    *,
    wanted: Wanted | None = None,
    zone: str | None = None,
    meeting_key: str | None = None,
    count: int = 3,
) -> Offered:
    """Offer free times near what was wanted (or a good spread), with an event for the visitor's screen.

    `zone` is the visitor's own; without it the conversation's, else the company's. Raises NoFreeTime.
    """
    conversation = await uow.conversations.get(conversation_id, lock=True)
    meeting = book.meeting(meeting_key)
    where = zone or conversation.zone or book.company.hours.zone
    free = await free_times(uow, book, meeting)
    chosen = near(free, wanted, zone=where, count=count) if wanted else spread(free, zone=where, count=count)
    if not chosen:
        raise NoFreeTime("Nobody has a free time in the coming days; offer that a person writes to them instead.")
    hit = wanted is not None and _is_settled(free, chosen[0], wanted, zone=where)
    beside = wanted is not None and wanted.at is not None and not hit
    beside = beside and fits(chosen[0], replace(wanted, at=None), zone=where) if wanted else False
    first = chosen[0].start_utc
    ordered = sorted(chosen, key=lambda slot: slot.start_utc)
    offers = [_offer(uow, conversation, meeting, slot) for slot in ordered]
    names = await host_names(uow)
    data = {"id": uow.new_id("off"), "slots": [_shown(o, where, names) for o in offers]}
    await uow.conversations.append_event(conversation_id, "slots.offered", data, uow.now)
    await uow.meetings.add_offers(offers)
    nearest = next(o for o in offers if o.start == first)
    return Offered(tuple(offers), where, nearest if hit else None, nearest if beside else None)


def _is_settled(free: Sequence[OpenSlot], best: OpenSlot, wanted: Wanted, *, zone: str) -> bool:
    """Whether their wish leaves one time: at the hour they named, or all that is free on their day."""
    if wanted.at is not None:
        return fits(best, wanted, zone=zone)
    one_day = wanted.day is not None and wanted.last_day in {None, wanted.day}
    return one_day and [slot for slot in free if fits(slot, wanted, zone=zone)] == [best]


async def free_times(uow: UnitOfWork, book: Playbook, meeting: MeetingType) -> list[OpenSlot]:
    """Every free time of a meeting type over its whole horizon, over all its hosts."""
    hosts = await hosts_of(uow, book, meeting)
    end = uow.now + timedelta(days=meeting.horizon_days + 2)
    claimed = await uow.meetings.busy([h.rep_id for h in hosts], uow.now - timedelta(days=1), end)
    busy = _spans([h.rep_id for h in hosts], claimed)
    booked = await uow.meetings.starts_by_host([h.rep_id for h in hosts], uow.now - timedelta(days=1), end)
    return free_slots(meeting, hosts, busy, now=uow.now, start=uow.now, end=end, booked=booked)


async def hosts_of(uow: UnitOfWork, book: Playbook, meeting: MeetingType) -> list[Host]:
    """Who takes this kind of meeting: the playbook's reps that exist as active accounts."""
    team = await read_colleagues(uow, book)
    wanted = [c for r in book.reps if meeting.key in r.hosts and (c := team.by_email(r.email)) is not None]
    return [Host(colleague.id, colleague.working_hours) for colleague in wanted]


async def host_names(uow: UnitOfWork) -> Mapping[RepId, str]:
    """The names of the team by id."""
    return {rep.id: rep.name for rep in await uow.access.reps()}


def _spans(hosts: Sequence[RepId], claimed: Sequence[tuple[RepId, datetime]]) -> dict[RepId, list[Span]]:
    spans: dict[RepId, list[Span]] = {host: [] for host in hosts}
    for host, bucket in claimed:
        spans[host].append(Span(bucket, bucket + timedelta(minutes=BUCKET_MINUTES)))
    return spans


def _offer(uow: UnitOfWork, conversation: Conversation, meeting: MeetingType, slot: OpenSlot) -> Offer:
    return Offer(
        slot_id=SlotId(uow.new_id("slot")),
        conversation_id=conversation.id,
        meeting_type=meeting.key,
        start=slot.start_utc,
        end=slot.end_utc,
        host_ids=slot.host_ids,
        offered_at=uow.now,
        offered_seq=conversation.last_seq + 1,
    )


def _shown(offer: Offer, zone: str, names: Mapping[RepId, str]) -> dict[str, Any]:
    return {
        "slot_id": offer.slot_id,
        "start": offer.start.isoformat().replace("+00:00", "Z"),
        "end": offer.end.isoformat().replace("+00:00", "Z"),
        "tz": zone,
        "host": names.get(offer.host_ids[0], "") if len(offer.host_ids) == 1 else "",
    }
