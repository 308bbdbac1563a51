"""Files on their way in: kept as they were sent until their run has ended."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.intake_tables import import_files
from store.types import JsonObject


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file as it was sent, and how it is to be read."""

    run_id: str
    name: str
    body: bytes
    plan: JsonObject
    created_at: datetime


class Imports:
    """Files that wait or are being worked through."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add(self, file: ImportFile) -> None:
        """Keep a file."""
        await self._db.execute(
            insert(import_files).values(
                run_id=file.run_id,
                name=file.name[:200],
                body=file.body,
                plan=file.plan,
                created_at=file.created_at,
            )
        )

    async def get(self, run_id: str) -> ImportFile | None:
        """The file of a run; None when the run has ended."""
        row = (await self._db.execute(select(import_files).where(import_files.c.run_id == run_id))).first()
        return ImportFile(row.run_id, row.name, row.body, row.plan, row.created_at) if row else None

    async def drop(self, run_id: str) -> None:
        """Forget a file: what came of it is in the run."""
        await self._db.execute(delete(import_files).where(import_files.c.run_id == run_id))
