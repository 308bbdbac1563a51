"""What stands against a person in a batch, and which rules decide: read once, answered from memory."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from leads.identity import LeadId, PersonId
from leads.suppression import Suppression
from store.batch_memory import Memory
from store.person_graph import chunks
from store.privacy import Privacy
from store.privacy_tables import suppressions
from store.rules import RuleKind, RuleMark, Rules
from store.suppressions import Suppressions, standing_of, suppression_row


class BatchSuppressions(Suppressions):
    """The suppression list. It is read past what waits, because what waits of it is in memory too."""

    def __init__(self, connection: Any, key: bytes, memory: Memory, raw: AsyncConnection) -> None:
        super().__init__(connection, key)
        self._memory = memory
        self._raw = raw

    async def ask_of(self, emails: Iterable[str], phones: Iterable[str]) -> None:
        """Read what stands against these addresses and numbers."""
        await self._ask(self._hashes(emails, phones))

    async def _ask(self, hashes: Iterable[str]) -> None:
        """Read what stands against these, unless it is known."""
        held = self._memory.suppressed
        for some in chunks(sorted({hashed for hashed in hashes if hashed not in held})):
            held.update({hashed: [] for hashed in some})
            for hashed, entry in await standing_of(self._raw, some):
                held[hashed].append(entry)

    async def all_of(self, emails: Sequence[str] = (), phones: Sequence[str] = ()) -> list[Suppression]:
        """From memory; what nobody has asked for is read."""
        hashes = self._hashes(emails, phones)
        await self._ask(hashes)
        return [entry for hashed in dict.fromkeys(hashes) for entry in self._memory.suppressed[hashed]]

    async def add(self, point: str, entry: Suppression) -> bool:
        """Written later; False when it stands there for that reason already."""
        hashed = self.hash_of(point, entry.kind)
        await self._ask([hashed])
        held = self._memory.suppressed[hashed]
        if any((e.reason, e.scope, e.sequence) == (entry.reason, entry.scope, entry.sequence) for e in held):
            return False
        held.append(entry)
        self._memory.put(suppressions, suppression_row(hashed, entry))
        return True

    async def lift(self, id: str, *, by: str, why: str, at: datetime) -> bool:
        """Ended at once, and forgotten."""
        ended = await super().lift(id, by=by, why=why, at=at)
        self._memory.suppressed.clear()
        return ended


class BatchPrivacy(Privacy):
    """Who was erased."""

    def __init__(self, connection: Any, memory: Memory) -> None:
        super().__init__(connection)
        self._memory = memory

    async def erased_at(self, person_id: PersonId) -> datetime | None:
        """From memory when the person is there."""
        held = self._memory.erased
        return held[person_id] if person_id in held else await super().erased_at(person_id)

    async def is_erased_lead(self, lead_id: LeadId) -> bool:
        """From memory when the lead and its person are there."""
        lead = self._memory.leads.get(lead_id)
        if lead is None or lead.person_id not in self._memory.erased:
            return await super().is_erased_lead(lead_id)
        return self._memory.erased[lead.person_id] is not None


class BatchRules(Rules):
    """Versions of rules. The one that decides at the beginning decides for the whole batch."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._marks: dict[RuleKind, RuleMark | None] = {}

    async def published_mark(self, kind: RuleKind) -> RuleMark | None:
        """Read once."""
        if kind not in self._marks:
            self._marks[kind] = await super().published_mark(kind)
        return self._marks[kind]
