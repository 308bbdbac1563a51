"""Leads and ledger of a batch: answered from memory, written later."""

from bisect import insort
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from leads.bant import Claim
from leads.consent import ConsentEvent
from leads.identity import LeadId, PersonId
from leads.lead import Lead
from leads.signal import Activity
from leads.stage import Change, ReasonCode
from store.batch_memory import Memory
from store.leads import Leads, change_row
from store.ledger import Ledger, activity_row, consent_row
from store.people_tables import activities, stage_changes
from store.pipeline_tables import enrollment_wishes
from store.privacy_tables import consents
from store.wishes import Wish, Wishes, wish_row


class BatchLeads(Leads):
    """Leads."""

    def __init__(self, connection: Any, memory: Memory) -> None:
        super().__init__(connection)
        self._memory = memory

    async def get(self, lead_id: LeadId, *, lock: bool = False) -> Lead:
        """From memory (its row was locked when it was fetched), else as everywhere."""
        return self._memory.leads.get(lead_id) or await super().get(lead_id, lock=lock)

    async def open_of(self, person_id: PersonId) -> Lead | None:
        """From memory when the person is there."""
        if person_id not in self._memory.leads_of:
            return await super().open_of(person_id)
        return self._memory.open_lead(person_id)

    async def latest_of(self, person_id: PersonId) -> Lead | None:
        """From memory when the person is there."""
        if person_id not in self._memory.leads_of:
            return await super().latest_of(person_id)
        return self._memory.latest_lead(person_id)

    async def cycles_of(self, person_id: PersonId) -> int:
        """From memory when the person is there."""
        if person_id not in self._memory.leads_of:
            return await super().cycles_of(person_id)
        return len(self._memory.leads_of[person_id])

    async def reasons_of(self, person_id: PersonId) -> set[ReasonCode]:
        """From memory when the person is there."""
        if person_id not in self._memory.leads_of:
            return await super().reasons_of(person_id)
        cycles = [self._memory.leads[id] for id in self._memory.leads_of[person_id]]
        return {lead.standing.reason for lead in cycles if lead.standing.reason}

    async def add(self, lead: Lead) -> Lead:
        """Written later."""
        self._memory.hold_lead(lead, new=True)
        return lead

    async def save(self, lead: Lead) -> Lead:
        """Written later; one that was not fetched goes straight through."""
        if lead.id not in self._memory.leads:
            return await super().save(lead)
        self._memory.hold_lead(lead, new=False)
        return lead

    async def record(self, lead_id: LeadId, change: Change, *, id: str, at: datetime) -> None:
        """Written later."""
        self._memory.put(stage_changes, change_row(lead_id, change, id=id, at=at))


class BatchLedger(Ledger):
    """The ledger."""

    def __init__(self, connection: Any, memory: Memory) -> None:
        super().__init__(connection)
        self._memory = memory

    async def knows(self, dedup_key: str) -> bool:
        """From memory when it was asked for."""
        memory = self._memory
        return dedup_key in memory.keys or (dedup_key not in memory.asked_keys and await super().knows(dedup_key))

    async def add_activity(self, lead_id: LeadId, activity: Activity, *, id: str) -> bool:
        """Written later; False when its key is known already."""
        memory, key = self._memory, activity.dedup_key
        if lead_id not in memory.activities or (key is not None and key not in memory.asked_keys):
            return await super().add_activity(lead_id, activity, id=id)
        if key is not None and key in memory.keys:
            return False
        if key is not None:
            memory.keys.add(key)
        insort(memory.activities[lead_id], replace(activity, id=id), key=lambda a: (a.occurred_at, a.id))
        memory.put(activities, activity_row(lead_id, activity, id=id))
        return True

    async def activities(self, lead_id: LeadId) -> list[Activity]:
        """From memory when the lead is there."""
        held = self._memory.activities.get(lead_id)
        return list(held) if held is not None else await super().activities(lead_id)

    async def claims(self, lead_id: LeadId) -> list[Claim]:
        """From memory when the lead is there."""
        held = self._memory.claims.get(lead_id)
        return list(held) if held is not None else await super().claims(lead_id)

    async def add_consent(
        self,
        person_id: PersonId,
        event: ConsentEvent,
        *,
        id: str,
        confirm_hash: str | None = None,
        confirm_until: datetime | None = None,
    ) -> None:
        """Written later."""
        row = consent_row(person_id, event, id=id)
        self._memory.put(consents, row | {"confirm_hash": confirm_hash, "confirm_until": confirm_until})
        if person_id in self._memory.words:
            insort(self._memory.words[person_id], replace(event, id=id), key=lambda word: (word.at, word.id))

    async def consents_of(self, people: Collection[PersonId]) -> dict[PersonId, list[ConsentEvent]]:
        """From memory for those who are there."""
        held = self._memory.words
        others = [person_id for person_id in people if person_id not in held]
        found = await super().consents_of(others) if others else {}
        return found | {person_id: list(held[person_id]) for person_id in people if held.get(person_id)}


class BatchWishes(Wishes):
    """Enrolments that are wished for."""

    def __init__(self, connection: Any, memory: Memory) -> None:
        super().__init__(connection)
        self._memory = memory

    async def add(self, wish: Wish) -> bool:
        """Written later for a lead that is not written yet: nobody else can have wished anything for it."""
        if wish.lead_id not in self._memory.new_leads:
            return await super().add(wish)
        row, wished = wish_row(wish), self._memory.wished
        same = (wish.lead_id, wish.cycle_no, row["track"])
        if same in wished:
            return False
        wished.add(same)
        self._memory.put(enrollment_wishes, row)
        return True
