"""A person is not to be contacted any more: what was agreed to is taken back, so that no send gate lets mail out."""

from actions.keep_consent import keep_consent
from actions.suppress import suppress_person
from leads.consent import ConsentEvent, Purpose
from leads.identity import PersonId
from leads.suppression import SuppressionReason
from store.unit import UnitOfWork


async def stop_contact(uow: UnitOfWork, person_id: PersonId, *, source: str) -> None:
    """Put every address and number of theirs on the list, and append a no; said before, it stands.

    `source` names who heard it.
    """
    person = await uow.people.get(person_id)
    await suppress_person(uow, person, SuppressionReason.DO_NOT_CONTACT, source=source[:80])
    words = [word for word in await uow.ledger.consents(person_id) if word.purpose is Purpose.MARKETING]
    if words and not words[-1].granted:
        return
    await keep_consent(uow, None, person_id, ConsentEvent(Purpose.MARKETING, False, "-", source[:80], uow.now))
