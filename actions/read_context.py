"""What is known in this conversation: the one view that prompt, tools, `/me` and the interviewer share.

In an unverified conversation it holds only what was said in it (threat T3: a typed address is a claim, not a proof).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.note_bant import bant_of
from actions.note_contact import CONTACT_NOTED, ContactKind
from leads.bant import Bant
from leads.consent import ConsentEvent
from leads.conversation import AuthorKind, ChatMessage, Conversation
from leads.handoff import UNDECIDED, Handoff, HandoffState
from leads.identity import ConversationId
from leads.lead import Company, Lead, Person
from leads.meeting import Meeting, Offer
from leads.signal import Activity
from leads.stretch import Stretch, StretchSummary, summary
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Known:
    """A detail of the person and, when they told it here, the activity that proves it."""

    kind: ContactKind
    value: str
    told: Activity | None


@dataclass(frozen=True, slots=True)
class Context:
    """A conversation with everything that may be said in it.

    `colleagues` is what reps said while they were on the line; `in_charge` the rep who accepted a request made here.
    """

    conversation: Conversation
    lead: Lead
    messages: Sequence[ChatMessage]
    contact: tuple[Known, ...]
    bant: Bant
    offers: tuple[Offer, ...]
    meeting: Meeting | None
    handoff: Handoff | None
    signals: frozenset[str]
    colleagues: tuple[StretchSummary, ...] = ()
    in_charge: str | None = None

    def detail(self, kind: ContactKind) -> str | None:
        """One detail of the person, or None."""
        return next((k.value for k in self.contact if k.kind is kind), None)


async def read_context(uow: UnitOfWork, conversation_id: ConversationId) -> Context:
    """Read all of it in one look."""
    conversation = await uow.conversations.get(conversation_id)
    lead = await uow.leads.get(conversation.lead_id)
    activities = await uow.ledger.activities(lead.id)
    own = [a for a in activities if a.properties.get("conversation") == conversation_id]
    meeting = await uow.meetings.standing_in(conversation, uow.now)
    if meeting is not None and meeting.conversation_id != conversation_id and not conversation.verified:
        meeting = None
    offers = await uow.meetings.offers(conversation_id)
    newest = max((o.offered_seq for o in offers), default=0)
    messages = await uow.conversations.messages(conversation_id)
    handoffs = await uow.handoffs.of_conversation(conversation_id)
    said = {m.id for m in messages if m.author is AuthorKind.VISITOR}
    return Context(
        conversation=conversation,
        lead=lead,
        messages=messages,
        contact=await _contact(uow, conversation, lead, await _noted(uow, conversation, lead, own)),
        bant=await bant_of(uow, conversation, said),
        offers=tuple(o for o in offers if o.offered_seq == newest and o.start > uow.now),
        meeting=meeting,
        handoff=next((h for h in handoffs if h.state in UNDECIDED), None),
        signals=frozenset(a.type for a in own if a.reported),
        colleagues=await _colleagues(uow, conversation_id, messages),
        in_charge=await _in_charge(uow, handoffs),
    )


async def _colleagues(
    uow: UnitOfWork, conversation_id: ConversationId, messages: Sequence[ChatMessage]
) -> tuple[StretchSummary, ...]:
    """What was said while reps were on the line, a summary for each time."""
    if not any(m.author is AuthorKind.REP for m in messages):
        return ()
    stretches: list[Stretch] = []
    for event in await uow.conversations.events_of(conversation_id, "handoff.joined", "handoff.ended"):
        name = str((event.data.get("rep") or {}).get("name", ""))
        if event.type == "handoff.joined":
            stretches.append(Stretch(name, event.seq, event.at))
        elif stretches and stretches[-1].to_seq is None:
            stretches[-1] = replace(stretches[-1], to_seq=event.seq, ended_at=event.at)
    return tuple(told for s in stretches if (told := summary(s, messages)).said)


async def _in_charge(uow: UnitOfWork, handoffs: Sequence[Handoff]) -> str | None:
    accepted = [h for h in handoffs if h.state is HandoffState.ACCEPTED and h.decided_by]
    rep = await uow.access.rep(accepted[-1].decided_by) if accepted and accepted[-1].decided_by else None
    return rep.name if rep is not None and rep.active else None


async def _noted(
    uow: UnitOfWork, conversation: Conversation, lead: Lead, own: Sequence[Activity]
) -> Sequence[Activity]:
    """What was noted in this conversation; in a cycle that began after it, what the ended ones know of it too."""
    began_before = lead.created_at > conversation.opened_at
    return await uow.ledger.noted_in(conversation) if began_before else own


async def _contact(
    uow: UnitOfWork, conversation: Conversation, lead: Lead, noted: Sequence[Activity]
) -> tuple[Known, ...]:
    told = {ContactKind(str(a.properties["kind"])): a for a in noted if a.type == CONTACT_NOTED}
    known = {kind: Known(kind, str(a.properties["value"]), a) for kind, a in told.items()}
    if conversation.verified:
        person = await uow.people.get(conversation.person_id)
        company = await uow.people.company(lead.company_id)
        for kind, value in _on_record(person, company):
            known.setdefault(kind, Known(kind, value, None))
    return tuple(known[kind] for kind in ContactKind if kind in known)


def _on_record(person: Person, company: Company | None) -> list[tuple[ContactKind, str]]:
    found = [
        (ContactKind.NAME, person.name),
        (ContactKind.EMAIL, person.email),
        (ContactKind.PHONE, person.phone),
        (ContactKind.TITLE, person.title),
        (ContactKind.COMPANY, company.name if company else None),
    ]
    return [(kind, value) for kind, value in found if value]


async def consents_of(uow: UnitOfWork, conversation: Conversation) -> list[ConsentEvent]:
    """What the person said on consent."""
    return await uow.ledger.consents(conversation.person_id)
