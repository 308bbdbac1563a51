"""Everything we hold about a person, for the person (GDPR art. 15 and 20). That it was given out is noted."""

from leads.actor import Actor
from leads.identity import PersonId
from leads.refusal import PersonErased
from store.person_export import PersonExport, export_rows
from store.unit import UnitOfWork


async def export_person(uow: UnitOfWork, person_id: PersonId, *, actor: Actor) -> PersonExport:
    """All of it, records merged into this one included. Raises NotKnown, PersonErased."""
    family = await uow.privacy.family(person_id)
    if await uow.privacy.erased_at(family[0]) is not None:
        raise PersonErased("This person was erased: there is nothing left to give out but the receipt.")
    export = await export_rows(uow, family)
    await uow.note_act(actor, "person.exported", "person", family[0], rows=export.rows)
    return export
