"""The ledger of a lead: activities, BANT claims and consent. Append-only; nothing here is ever changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.bant import AssertedBy, Claim, Factor, FactorStatus
from leads.consent import Basis, ConsentChannel, ConsentEvent, Giver, Proof, Purpose
from leads.conversation import Conversation
from leads.evidence import Evidence, plain
from leads.identity import LeadId, MessageId, PersonId
from leads.signal import Activity, ActorKind
from store.once import insert_once
from store.paging import Place, past
from store.people_tables import activities, bant_claims, leads
from store.privacy_tables import consents

_ACTIVITIES = (  # built once: every turn asks
    select(activities)
    .where(activities.c.lead_id == bindparam("wanted"))
    .order_by(activities.c.occurred_at, activities.c.id)
)
_CLAIMS = (
    select(bant_claims).where(bant_claims.c.lead_id == bindparam("wanted")).order_by(bant_claims.c.at, bant_claims.c.id)
)


@dataclass(frozen=True, slots=True)
class RecordedConsent:
    """A word on consent and whose it is."""

    person_id: PersonId
    event: ConsentEvent


@dataclass(frozen=True, slots=True)
class PendingConsent:
    """A yes that waits for its confirmation, or has been confirmed."""

    person_id: PersonId
    event: ConsentEvent
    confirmed: bool


class Ledger:
    """What a lead did, said and agreed to."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add_activity(self, lead_id: LeadId, activity: Activity, *, id: str) -> bool:
        """Append one activity; False when its dedup_key is known already."""
        return await self._add_once(activities, activity_row(lead_id, activity, id=id))

    async def last_activities(self, leads: Collection[LeadId]) -> dict[LeadId, datetime]:
        """When each of these leads last did something itself, however late we heard of it; never moves backwards."""
        theirs = (activities.c.lead_id.in_(leads), activities.c.actor == ActorKind.HUMAN.value)
        query = select(activities.c.lead_id, func.max(activities.c.occurred_at)).where(*theirs)
        rows = (await self._db.execute(query.group_by(activities.c.lead_id))).all()
        return {LeadId(id): newest for id, newest in rows}

    async def knows(self, dedup_key: str) -> bool:
        """Whether an activity with this key is there."""
        query = select(activities.c.id).where(activities.c.dedup_key == dedup_key)
        return (await self._db.execute(query)).first() is not None

    async def activities(self, lead_id: LeadId) -> list[Activity]:
        """Everything the lead did, oldest first."""
        rows = (await self._db.execute(_ACTIVITIES, {"wanted": lead_id})).all()
        return [_activity(row) for row in rows]

    async def noted_in(self, conversation: Conversation) -> list[Activity]:
        """What was noted in a conversation, whichever of the person's cycles it belonged to then, oldest first."""
        cycles = select(leads.c.id).where(leads.c.person_id == conversation.person_id)
        here = activities.c.properties["conversation"].as_string() == conversation.id
        query = select(activities).where(activities.c.lead_id.in_(cycles), here)
        rows = (await self._db.execute(query.order_by(activities.c.occurred_at, activities.c.id))).all()
        return [_activity(row) for row in rows]

    async def add_claim(self, lead_id: LeadId, claim: Claim, *, id: str) -> bool:
        """Append one BANT claim; False when the very same claim from the same message stands already."""
        return await self._add_once(
            bant_claims,
            {
                "id": id,
                "lead_id": lead_id,
                "factor": claim.factor.value,
                "value": claim.value[:400],
                "value_key": plain(claim.value)[:400],  # normal forms can be longer than what was written
                "status": claim.status.value,
                "message_id": claim.evidence.message_id,
                "quote": claim.evidence.quote,
                "said_at": claim.evidence.at,
                "asserted_by": claim.by.value,
                "corrects": claim.corrects,
                "at": claim.at,
            },
        )

    async def claims(self, lead_id: LeadId) -> list[Claim]:
        """Every BANT claim, oldest first."""
        return [_claim(row) for row in (await self._db.execute(_CLAIMS, {"wanted": lead_id})).all()]

    async def claims_of(self, leads: Collection[LeadId]) -> dict[LeadId, list[Claim]]:
        """The claims of several leads at once; a lead without any is missing."""
        query = select(bant_claims).where(bant_claims.c.lead_id.in_(leads)).order_by(bant_claims.c.at, bant_claims.c.id)
        found: dict[LeadId, list[Claim]] = {}
        for row in (await self._db.execute(query)).all():
            found.setdefault(LeadId(row.lead_id), []).append(_claim(row))
        return found

    async def add_consent(
        self,
        person_id: PersonId,
        event: ConsentEvent,
        *,
        id: str,
        confirm_hash: str | None = None,
        confirm_until: datetime | None = None,
    ) -> None:
        """Append one word on consent; a pending one with the hash of the token that confirms it, and until when."""
        row = consent_row(person_id, event, id=id)
        await self._db.execute(insert(consents).values(**row, confirm_hash=confirm_hash, confirm_until=confirm_until))

    async def consents(self, person_id: PersonId) -> list[ConsentEvent]:
        """Everything the person said on consent, oldest first."""
        return (await self.consents_of([person_id])).get(person_id, [])

    async def consents_of(self, people: Collection[PersonId]) -> dict[PersonId, list[ConsentEvent]]:
        """The same of several people at once; somebody who said nothing is missing."""
        query = select(consents).where(consents.c.person_id.in_(people)).order_by(consents.c.at, consents.c.id)
        found: dict[PersonId, list[ConsentEvent]] = {}
        for row in (await self._db.execute(query)).all():
            found.setdefault(PersonId(row.person_id), []).append(_consent(row))
        return found

    async def consent_page(
        self,
        *,
        persons: Sequence[PersonId] | None = None,
        purpose: Purpose | None = None,
        place: Place | None = None,
        limit: int,
    ) -> list[RecordedConsent]:
        """Words on consent with their proof, newest first; of one person's records or of everybody."""
        query = select(consents).order_by(consents.c.at.desc(), consents.c.id.desc()).limit(limit)
        if persons is not None:
            query = query.where(consents.c.person_id.in_(persons))
        if purpose is not None:
            query = query.where(consents.c.purpose == purpose.value)
        if place is not None:
            query = query.where(past(consents.c.at, consents.c.id, place, falling=True))
        return [RecordedConsent(row.person_id, _consent(row)) for row in (await self._db.execute(query)).all()]

    async def people_who_refused(self, purpose: Purpose) -> list[PersonId]:
        """Everybody with a no to a purpose in the ledger, whether or not they said yes again."""
        query = select(consents.c.person_id).where(consents.c.purpose == purpose.value, consents.c.granted.is_(False))
        return [PersonId(row.person_id) for row in (await self._db.execute(query.distinct())).all()]

    async def pending_consent(self, confirm_hash: str, *, now: datetime) -> PendingConsent | None:
        """The yes that this token confirms, if it was not too late; `confirmed` says that it has been."""
        query = select(consents).where(consents.c.confirm_hash == confirm_hash, consents.c.pending)
        row = (await self._db.execute(query)).first()
        if row is None or (row.confirm_until is not None and row.confirm_until < now):
            return None
        done = (await self._db.execute(select(consents.c.id).where(consents.c.confirms == row.id))).first()
        return PendingConsent(row.person_id, _consent(row), confirmed=done is not None)

    async def _add_once(self, table: Any, values: dict[str, Any]) -> bool:
        return await insert_once(self._db, table, [values]) == 1


def activity_row(lead_id: LeadId, activity: Activity, *, id: str) -> dict[str, Any]:
    """An activity as it is stored."""
    evidence = activity.evidence
    return {
        "id": id,
        "lead_id": lead_id,
        "type": activity.type,
        "actor": activity.actor.value,
        "source": activity.source,
        "dedup_key": activity.dedup_key,
        "properties": dict(activity.properties),
        "message_id": evidence.message_id if evidence else None,
        "quote": evidence.quote if evidence else None,
        "occurred_at": activity.occurred_at,
        "received_at": activity.received_at,
    }


def consent_row(person_id: PersonId, event: ConsentEvent, *, id: str) -> dict[str, Any]:
    """A word on consent as it is stored."""
    proof = event.proof
    return {
        "id": id,
        "person_id": person_id,
        "purpose": event.purpose.value,
        "granted": event.granted,
        "text_version": event.text_version,
        "source": event.source,
        "at": event.at,
        "basis": event.basis.value,
        "channel": event.channel.value if event.channel else None,
        "locale": event.locale,
        "expires_at": event.expires_at,
        "pending": event.pending,
        "given_by": event.given_by.value,
        "confirms": event.confirms,
        "submission_id": proof.submission_id,
        "conversation_id": proof.conversation_id,
        "message_id": proof.message_id,
        "ip": proof.ip,
        "user_agent": proof.user_agent,
    }


def _activity(row: Any) -> Activity:
    evidence = Evidence(row.message_id, row.quote, row.occurred_at) if row.message_id and row.quote else None
    return Activity(
        type=row.type,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        actor=ActorKind(row.actor),
        source=row.source,
        dedup_key=row.dedup_key,
        properties=MappingProxyType(row.properties or {}),
        evidence=evidence,
        id=row.id,
    )


def _consent(row: Any) -> ConsentEvent:
    proof = Proof(row.submission_id, row.conversation_id, row.message_id, row.ip, row.user_agent)
    return ConsentEvent(
        purpose=Purpose(row.purpose),
        granted=row.granted,
        text_version=row.text_version,
        source=row.source,
        at=row.at,
        basis=Basis(row.basis),
        channel=ConsentChannel(row.channel) if row.channel else None,
        locale=row.locale,
        expires_at=row.expires_at,
        pending=row.pending,
        given_by=Giver(row.given_by),
        confirms=row.confirms,
        proof=proof,
        id=row.id,
    )


def _claim(row: Any) -> Claim:
    return Claim(
        factor=Factor(row.factor),
        value=row.value,
        status=FactorStatus(row.status),
        evidence=Evidence(MessageId(row.message_id), row.quote, row.said_at),
        by=AssertedBy(row.asserted_by),
        at=row.at,
        corrects=row.corrects,
    )


claim_of = _claim
"""The claim in a row, for those who read many at once."""
