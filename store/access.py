"""Who may come in: reps, API keys and widget keys."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.identity import RepId
from store.access_tables import api_keys, reps, widget_keys
from store.once import insert_once
from store.outbox_tables import idempotent_requests


@dataclass(frozen=True, slots=True)
class Rep:
    """Somebody of the team. Hours and languages are in the playbook; the row is what bookings lock."""

    id: RepId
    email: str
    name: str
    active: bool
    password_hash: str | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of an outside program; only the hash of its secret is kept. With `rep` the program acts for that person."""

    id: str
    name: str
    secret_hash: str
    scopes: tuple[str, ...]
    rep: RepId | None = None


@dataclass(frozen=True, slots=True)
class WidgetKey:
    """A public key that names one site; `origins` are the exact origins that may use it, `*` for any."""

    key: str
    name: str
    origins: tuple[str, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class EarlierRequest:
    """An idempotent request that was answered before."""

    request_hash: str
    lead_id: str | None
    status: int


class Access:
    """Reps, keys, and requests answered before."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def reps(self) -> list[Rep]:
        """The active team, by name."""
        rows = (await self._db.execute(select(reps).where(reps.c.active).order_by(reps.c.name))).all()
        return [_rep(row) for row in rows]

    async def everybody(self) -> list[Rep]:
        """The team and those who have left it, by name: history shows them."""
        return [_rep(row) for row in (await self._db.execute(select(reps).order_by(reps.c.name))).all()]

    async def rep(self, rep_id: RepId) -> Rep | None:
        """One of the team by id."""
        row = (await self._db.execute(select(reps).where(reps.c.id == rep_id))).first()
        return _rep(row) if row else None

    async def rep_by_email(self, email: str) -> Rep | None:
        """One of the team by address."""
        row = (await self._db.execute(select(reps).where(reps.c.email == email.strip().lower()))).first()
        return _rep(row) if row else None

    async def add_rep(self, rep: Rep, *, at: datetime) -> bool:
        """Add one of the team; False when somebody has that address already, as when two processes start at once."""
        return await insert_once(self._db, reps, [{"id": rep.id, "created_at": at, **_values(rep)}]) == 1

    async def save_rep(self, rep: Rep, *, at: datetime) -> None:
        """Add one of the team, or change their name and password by the same id."""
        done = await self._db.execute(update(reps).where(reps.c.id == rep.id).values(**_values(rep)))
        if done.rowcount == 0:
            await self._db.execute(insert(reps).values(id=rep.id, created_at=at, **_values(rep)))

    async def add_api_key(self, key: ApiKey, *, at: datetime) -> None:
        """Store an API key."""
        await self._db.execute(
            insert(api_keys).values(
                id=key.id,
                name=key.name,
                secret_hash=key.secret_hash,
                scopes=list(key.scopes),
                created_at=at,
                rep_id=key.rep,
            )
        )

    async def api_key(self, secret_hash: str) -> ApiKey | None:
        """The key whose secret has this hash, unless it was revoked."""
        query = select(api_keys).where(api_keys.c.secret_hash == secret_hash, api_keys.c.revoked_at.is_(None))
        row = (await self._db.execute(query)).first()
        return ApiKey(row.id, row.name, row.secret_hash, tuple(row.scopes), row.rep_id) if row else None

    async def keys_of(self, rep: RepId) -> list[str]:
        """The names of the keys in use that act for a rep."""
        query = select(api_keys.c.name).where(api_keys.c.rep_id == rep, api_keys.c.revoked_at.is_(None))
        return [row.name for row in (await self._db.execute(query.order_by(api_keys.c.name))).all()]

    async def revoke_keys_of(self, rep: RepId, *, at: datetime) -> list[str]:
        """Revoke the keys that act for a rep, and say their names."""
        names = await self.keys_of(rep)
        mine = (api_keys.c.rep_id == rep, api_keys.c.revoked_at.is_(None))
        await self._db.execute(update(api_keys).where(*mine).values(revoked_at=at))
        return names

    async def save_widget_key(self, key: WidgetKey, *, at: datetime) -> None:
        """Add a widget key or change the one of that name."""
        values = {"name": key.name, "origins": list(key.origins), "active": key.active}
        done = await self._db.execute(update(widget_keys).where(widget_keys.c.key == key.key).values(**values))
        if done.rowcount == 0:
            await self._db.execute(insert(widget_keys).values(key=key.key, created_at=at, **values))

    async def widget_key(self, key: str) -> WidgetKey | None:
        """The widget key, if it is in use."""
        query = select(widget_keys).where(widget_keys.c.key == key, widget_keys.c.active)
        row = (await self._db.execute(query)).first()
        return WidgetKey(row.key, row.name, tuple(row.origins), row.active) if row else None

    async def remember_request(self, key: str, request_hash: str, *, lead_id: str, status: int, at: datetime) -> None:
        """Keep what an idempotent request was answered. Of the key, which callers choose, only a hash is kept."""
        values = {
            "key": _hashed(key),
            "request_hash": request_hash,
            "lead_id": lead_id,
            "status": status,
            "created_at": at,
        }
        await insert_once(self._db, idempotent_requests, [values])

    async def earlier_request(self, key: str) -> EarlierRequest | None:
        """What this idempotency key was answered before, if it was."""
        query = select(idempotent_requests).where(idempotent_requests.c.key == _hashed(key))
        row = (await self._db.execute(query)).first()
        return EarlierRequest(row.request_hash, row.lead_id, row.status) if row else None


def _hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def _values(rep: Rep) -> dict[str, Any]:
    return {
        "email": rep.email.strip().lower(),
        "name": rep.name,
        "active": rep.active,
        "password_hash": rep.password_hash,
    }


def _rep(row: Any) -> Rep:
    return Rep(row.id, row.email, row.name, row.active, row.password_hash)
