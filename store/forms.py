"""The forms we were told of, found by the secret part of their hook's address."""

from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.consent import Purpose
from leads.form import ConsentRule, FormDefinition, FormId, Provider
from leads.refusal import NotKnown
from store.form_tables import forms
from store.paging import Place, past


class Forms:
    """Forms that may tell us of people."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, form_id: FormId, *, gone: bool = False) -> FormDefinition:
        """The form by id, also a deleted one with `gone`. Raises NotKnown."""
        query = select(forms).where(forms.c.id == form_id)
        row = (await self._db.execute(query if gone else query.where(forms.c.deleted_at.is_(None)))).first()
        if row is None:
            raise NotKnown("There is no such form.")
        return _form(row)

    async def by_token(self, provider: Provider, token: str) -> FormDefinition | None:
        """The form whose hook this is, unless it was switched off or deleted."""
        wanted = (forms.c.token == token, forms.c.provider == provider.value, forms.c.active)
        row = (await self._db.execute(select(forms).where(*wanted, forms.c.deleted_at.is_(None)))).first()
        return _form(row) if row else None

    async def list(self, *, place: Place | None, limit: int) -> list[FormDefinition]:
        """Forms, the newest first, deleted ones left out."""
        query = select(forms).where(forms.c.deleted_at.is_(None))
        if place is not None:
            query = query.where(past(forms.c.created_at, forms.c.id, place, falling=True))
        query = query.order_by(forms.c.created_at.desc(), forms.c.id.desc()).limit(limit)
        return [_form(row) for row in (await self._db.execute(query)).all()]

    async def add(self, form: FormDefinition) -> FormDefinition:
        """Store a new form."""
        await self._db.execute(
            insert(forms).values(id=form.id, token=form.token, created_at=form.created_at, **_values(form))
        )
        return form

    async def save(self, form: FormDefinition) -> FormDefinition:
        """Store what has become of a form; its token stays."""
        await self._db.execute(update(forms).where(forms.c.id == form.id).values(**_values(form)))
        return form

    async def delete(self, form_id: FormId, *, at: datetime) -> None:
        """Close the hook for good and forget its secrets; what came through it stays."""
        gone = {"deleted_at": at, "active": False, "secrets": [], "access_token": None}
        await self._db.execute(update(forms).where(forms.c.id == form_id).values(**gone))


def _values(form: FormDefinition) -> dict[str, Any]:
    return {
        "provider": form.provider.value,
        "name": form.name,
        "source": form.source,
        "context": form.context,
        "campaign": form.campaign,
        "field_map": dict(form.field_map),
        "consent_map": {name: asdict(rule) for name, rule in form.consent_map.items()},
        "fixed": dict(form.fixed),
        "honeypot": form.honeypot,
        "secrets": list(form.secrets),
        "access_token": form.access_token,
        "active": form.active,
        "updated_at": form.updated_at,
    }


def _form(row: Any) -> FormDefinition:
    consents = {
        name: ConsentRule(Purpose(rule["purpose"]), rule["text"], rule["text_version"])
        for name, rule in row.consent_map.items()
    }
    return FormDefinition(
        id=row.id,
        provider=Provider(row.provider),
        token=row.token,
        name=row.name,
        source=row.source,
        context=row.context,
        campaign=row.campaign,
        field_map=MappingProxyType(row.field_map),
        consent_map=MappingProxyType(consents),
        fixed=MappingProxyType(row.fixed),
        honeypot=row.honeypot,
        secrets=tuple(row.secrets),
        access_token=row.access_token,
        active=row.active,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
