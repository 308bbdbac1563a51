"""What other systems call a person."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.identity import PersonId
from store.intake_tables import external_ids
from store.once import insert_once
from store.people_tables import people


class ExternalIds:
    """Ids of other systems, each leading to one person of ours."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def person(self, source: str, key: str) -> PersonId | None:
        """Whom a source calls by this id, merged records followed; None when it named nobody before."""
        query = (
            select(people.c.id, people.c.merged_into_id)
            .join(external_ids, external_ids.c.person_id == people.c.id)
            .where(external_ids.c.source == source[:80], external_ids.c.key == key[:200])
        )
        row = (await self._db.execute(query)).first()
        return PersonId(row.merged_into_id or row.id) if row else None

    async def add(self, source: str, key: str, person_id: PersonId, *, at: datetime) -> None:
        """Remember what a source calls a person; the first word stands."""
        values = {"source": source[:80], "key": key[:200], "person_id": person_id, "created_at": at}
        await insert_once(self._db, external_ids, [values])
