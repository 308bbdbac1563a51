"""Forget a person: everything that hangs on them goes, the figures stay without words, a receipt is left (art. 17).

Meetings that lie ahead are cancelled first, and the guest is told once; the address leaves the meeting when that mail
has gone (`worker/forget.py`). What stays of them is a keyed hash of the address, so that no list brings it back.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from actions.cancel_meeting import cancel_meeting
from actions.end_cycle import end_cycle
from actions.suppress import suppress_point
from leads.actor import Actor
from leads.identity import ConversationId, LeadId, PersonId
from leads.refusal import OnHold
from leads.stage import Outcome, ReasonCode
from leads.suppression import SuppressionReason
from playbook.book import Playbook
from store.erasure import Counts, conversations_in, erase_person_rows
from store.person_points import points_of, read_person
from store.privacy import Receipt
from store.unit import UnitOfWork

ASKED, VISITOR, RETENTION = "asked", "visitor", "retention"
"""Why somebody was erased: on request, by their own hand in the chat, because their time was over."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done. `conversations` have to be told that they are over; `words` are what may lie in files beside."""

    receipt: Receipt
    conversations: tuple[ConversationId, ...] = ()
    words: tuple[str, ...] = ()


async def erase_person(
    uow: UnitOfWork,
    book: Playbook,
    person_id: PersonId,
    *,
    actor: Actor,
    why: str = ASKED,
    request_id: str | None = None,
) -> Erased:
    """Erase a person with every record merged into them; asked again, the first receipt. Raises NotKnown, OnHold."""
    family = await uow.privacy.family(person_id, lock=True)  # before looking: a hold or an erasure may be under way
    known = await uow.privacy.receipt_of(family[0]) if await uow.privacy.erased_at(family[0]) else None
    if known is not None:
        return Erased(known)
    if await uow.privacy.held(family) is not None:
        raise OnHold("A legal hold keeps this person's record. Release the hold first, or tell the person why.")
    return await forget(uow, book, family, actor=actor, why=why, request_id=request_id)


async def forget(
    uow: UnitOfWork,
    book: Playbook,
    family: Sequence[PersonId],
    *,
    actor: Actor,
    why: str,
    request_id: str | None = None,
    before: Counts | None = None,
) -> Erased:
    """Erase these records of one person, whatever is asked; `before` are rows that have gone already.

    They must be held (`uow.privacy.family`, `store.erasure.own_of`).
    """
    found = await read_person(uow, family)
    await _cancel_meetings(uow, book, [LeadId(row["id"]) for row in found.rows["leads"]])
    await _end_cycles(uow, [LeadId(row["id"]) for row in found.rows["leads"]], actor)
    found = await read_person(uow, family)
    points = points_of(found)
    for kind, point in points.all:
        await suppress_point(uow, point, SuppressionReason.ERASED, source=f"erasure:{why}", kind=kind)
    counts = await erase_person_rows(uow, family, found)
    uow.touched.update(conversations_in(found))
    counts.deleted += before.deleted if before else Counter()
    counts.emptied += before.emptied if before else Counter()
    receipt = await uow.privacy.add_receipt(receipt_for(uow, family[0], counts, why=why, request_id=request_id))
    await uow.note_act(actor, "person.erased", "person", family[0], why=why, receipt=receipt.id)
    ids = [row["id"] for name in ("leads", "meetings") for row in found.rows[name]]
    return Erased(receipt, conversations_in(found), (*points.words, *ids))


async def _cancel_meetings(uow: UnitOfWork, book: Playbook, lead_ids: Sequence[LeadId]) -> None:
    for lead_id in lead_ids:
        for meeting in await uow.meetings.of_lead(lead_id):
            if meeting.open and meeting.start > uow.now:
                await cancel_meeting(uow, book, meeting)


async def _end_cycles(uow: UnitOfWork, lead_ids: Sequence[LeadId], actor: Actor) -> None:
    """Not as junk: it was a lead, and reports go on counting it."""
    for lead_id in lead_ids:
        lead = await uow.leads.get(lead_id, lock=True)
        if lead.standing.outcome is Outcome.OPEN:
            await end_cycle(
                uow,
                lead,
                outcome=Outcome.DISQUALIFIED,
                reason=ReasonCode.DO_NOT_CONTACT,
                actor=actor,
                why="the person was erased",
            )


def receipt_for(uow: UnitOfWork, person_id: PersonId, counts: Counts, *, why: str, request_id: str | None) -> Receipt:
    """The proof of what went, in figures only."""
    return Receipt(
        uow.new_id("era"), person_id, uow.now, why, request_id, _plain(counts.deleted), _plain(counts.emptied)
    )


def _plain(counted: Counter[str]) -> dict[str, int]:
    return {table: number for table, number in sorted(counted.items()) if number > 0}
