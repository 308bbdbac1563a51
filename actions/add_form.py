"""Tell the house of a form: its hook gets an address that nobody can guess."""

import secrets
from dataclasses import replace
from types import MappingProxyType

from leads.form import FormDefinition, FormId
from leads.form_map import IGNORE, OWN, PLACES
from leads.refusal import ValueMissing
from store.unit import UnitOfWork

MOST_SECRETS = 2


def new_form_token() -> str:
    """The part of a hook's address that nobody can guess: 192 random bits."""
    return secrets.token_urlsafe(24)


async def add_form(uow: UnitOfWork, form: FormDefinition) -> FormDefinition:
    """Store a new form; id and instants are given here. Raises ValueMissing when its map is not possible."""
    made = replace(form, id=FormId(uow.new_id("form")), created_at=uow.now, updated_at=uow.now)
    return await uow.forms.add(checked(made))


async def change_form(uow: UnitOfWork, form: FormDefinition) -> FormDefinition:
    """Store what a form has become. Raises ValueMissing."""
    return await uow.forms.save(checked(replace(form, updated_at=uow.now)))


def checked(form: FormDefinition) -> FormDefinition:
    """The form, if its map leads only where a form may write. Raises ValueMissing."""
    if not form.name.strip():
        raise ValueMissing("Give the form a name, so that people know it again.")
    for name, place in form.field_map.items():
        if place not in PLACES and place != IGNORE and not (place.startswith(OWN) and place.removeprefix(OWN).strip()):
            allowed = f"{', '.join(PLACES)}; fields.NAME for a question of your own; or {IGNORE}"
            raise ValueMissing(f"The field {name[:80]!r} cannot go to {place[:80]!r}. Use one of: {allowed}.")
    if len(form.secrets) > MOST_SECRETS:
        raise ValueMissing("A form has two active secrets at most: the new one first, then the one it replaces.")
    if any(len(secret) < 8 for secret in form.secrets):
        raise ValueMissing("A secret needs at least eight characters.")
    return replace(form, field_map=MappingProxyType(dict(form.field_map)))
