"""The suppression list: addresses and numbers that get nothing, kept as keyed hashes that outlive the person.

The key is kept apart from the database, so that neither alone tells who is on the list. An entry is never deleted:
lifting one writes down when, by whom and why.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.contact_point import PointKind
from leads.identity import normal_email
from leads.refusal import NotKnown
from leads.suppression import Suppression, SuppressionReason, SuppressionScope, strongest
from store.contact_points import EMAILS
from store.once import insert_once
from store.paging import Place, past
from store.person_graph import chunks
from store.privacy_tables import suppression_keys, suppressions

_ONE_KEY = "key"


class WrongSuppressionKey(Exception):
    """The list was made with another key, so that nobody on it would be recognised."""


@dataclass(frozen=True, slots=True)
class ListedSuppression:
    """An entry as the team sees it: nobody can tell from it whose address it is; and how it ended, if it has."""

    suppression: Suppression
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_why: str | None


class Suppressions:
    """The list, asked and added to with the house's key."""

    def __init__(self, connection: AsyncConnection, key: bytes) -> None:
        self._db = connection
        self._key = key

    async def check_key(self, *, now: datetime, replace: bool = False) -> None:
        """Note the key at the first use; raise WrongSuppressionKey when another one was noted. `replace` notes anew."""
        mark = hmac.new(self._key, b"which key", sha256).hexdigest()
        await insert_once(self._db, suppression_keys, [{"id": _ONE_KEY, "fingerprint": mark, "since": now}])
        if replace:
            await self._db.execute(update(suppression_keys).values(fingerprint=mark, since=now))
        noted = (await self._db.execute(select(suppression_keys.c.fingerprint))).scalar_one()
        if not hmac.compare_digest(noted, mark):
            raise WrongSuppressionKey(
                "The suppression list was made with another key, and nobody on it would be recognised. Put the file "
                "suppression.key back into OPENER_DATA (or set OPENER_SUPPRESSION_KEY to its content). If the key is "
                "lost for good, `opener privacy new-key` begins anew from what is known of people who said no."
            )

    def hash_of(self, point: str, kind: PointKind = PointKind.EMAIL) -> str:
        """The keyed hash under which an address or an E.164 number stands on the list."""
        named = "".join(point.split())
        if kind in EMAILS:  # a desk's address is an address
            kind, named = PointKind.EMAIL, normal_email(point)
        return hmac.digest(self._key, f"{kind.value}:{named}".encode(), "sha256").hex()

    def _hashes(self, emails: Iterable[str], phones: Iterable[str]) -> list[str]:
        return [self.hash_of(e) for e in emails] + [self.hash_of(p, PointKind.PHONE) for p in phones]

    async def of(self, email: str) -> Suppression | None:
        """What stands against an address: the broadest and gravest entry, or None."""
        return strongest(await self.all_of([email]))

    async def of_many(self, emails: Sequence[str]) -> dict[str, Suppression]:
        """What stands against each of many addresses; those that are free are left out. For lists and imports."""
        by_hash: dict[str, list[str]] = {}
        for email in emails:
            by_hash.setdefault(self.hash_of(email), []).append(email)
        standing: dict[str, list[Suppression]] = {}
        for some in chunks(list(by_hash)):
            for hashed, entry in await standing_of(self._db, some):
                standing.setdefault(hashed, []).append(entry)
        found = {hashed: strongest(entries) for hashed, entries in standing.items()}
        return {email: entry for hashed, entry in found.items() if entry for email in by_hash[hashed]}

    async def all_of(self, emails: Sequence[str] = (), phones: Sequence[str] = ()) -> list[Suppression]:
        """Every entry that stands against these contact points of one person."""
        hashes = self._hashes(emails, phones)
        return [entry for some in chunks(hashes) for _, entry in await standing_of(self._db, some)]

    async def add(self, point: str, entry: Suppression) -> bool:
        """Put an address or number on the list; False when it stands there for that reason already."""
        values = suppression_row(self.hash_of(point, entry.kind), entry)
        return await insert_once(self._db, suppressions, [values]) == 1

    async def lift(self, id: str, *, by: str, why: str, at: datetime) -> bool:
        """End one entry; False when it had ended. Whether it may end is decided before."""
        ended = (
            update(suppressions)
            .where(suppressions.c.id == id, suppressions.c.lifted_at.is_(None))
            .values(lifted_at=at, lifted_by=by[:200], lifted_why=why[:200])
        )
        return bool((await self._db.execute(ended.returning(suppressions.c.id))).all())

    async def get(self, id: str) -> ListedSuppression:
        """One entry, standing or lifted. Raises NotKnown."""
        row = (await self._db.execute(select(suppressions).where(suppressions.c.id == id))).first()
        if row is None:
            raise NotKnown("There is no such entry on the suppression list.")
        return _listed(row)

    async def page(
        self, *, reason: SuppressionReason | None = None, place: Place | None = None, limit: int
    ) -> list[ListedSuppression]:
        """Entries, newest first, lifted ones too."""
        query = select(suppressions).order_by(suppressions.c.at.desc(), suppressions.c.id.desc()).limit(limit)
        if reason is not None:
            query = query.where(suppressions.c.reason == reason.value)
        if place is not None:
            query = query.where(past(suppressions.c.at, suppressions.c.id, place, falling=True))
        return [_listed(row) for row in (await self._db.execute(query)).all()]


async def standing_of(connection: AsyncConnection, hashes: Sequence[str]) -> list[tuple[str, Suppression]]:
    """Every entry that stands under these hashes, with its hash."""
    query = select(suppressions).where(suppressions.c.lifted_at.is_(None), suppressions.c.hash.in_(hashes))
    return [(row.hash, _suppression(row)) for row in (await connection.execute(query)).all()]


def suppression_row(hashed: str, entry: Suppression) -> dict[str, Any]:
    """An entry as it is stored."""
    return {
        "id": entry.id,
        "hash": hashed,
        "kind": entry.kind.value,
        "scope": entry.scope.value,
        "reason": entry.reason.value,
        "sequence": entry.sequence or "",
        "source": entry.source[:80],
        "at": entry.at,
    }


def _suppression(row: Any) -> Suppression:
    return Suppression(
        id=row.id,
        kind=PointKind(row.kind),
        scope=SuppressionScope(row.scope),
        reason=SuppressionReason(row.reason),
        source=row.source,
        at=row.at,
        sequence=row.sequence or None,
    )


def _listed(row: Any) -> ListedSuppression:
    return ListedSuppression(_suppression(row), row.lifted_at, row.lifted_by, row.lifted_why)
