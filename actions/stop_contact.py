"""A person is not to be contacted any more: what was agreed to is taken back, so that no send gate lets mail out."""

from leads.consent import ConsentEvent, Purpose
from leads.identity import PersonId
from store.unit import UnitOfWork


async def stop_contact(uow: UnitOfWork, person_id: PersonId, *, source: str) -> None:
    """Append a no to marketing; said before, it stands. `source` names who heard it."""
    words = [word for word in await uow.ledger.consents(person_id) if word.purpose is Purpose.MARKETING]
    if words and not words[-1].granted:
        return
    event = ConsentEvent(Purpose.MARKETING, False, "-", source[:80], uow.now)
    await uow.ledger.add_consent(person_id, event, id=uow.new_id("cns"))
