"""Put everybody who has said no to marketing on the suppression list: after its key was lost, and only then."""

from actions.suppress import suppress_person
from leads.consent import Purpose, is_refused
from leads.suppression import SuppressionReason
from store.unit import UnitOfWork


async def suppress_refusals(uow: UnitOfWork) -> int:
    """Go through everybody with a no in the ledger; how many are on the list again."""
    count = 0
    for person_id in await uow.ledger.people_who_refused(Purpose.MARKETING):
        person = await uow.people.get(person_id)
        if person.email and is_refused(await uow.ledger.consents(person_id), Purpose.MARKETING):
            count += await suppress_person(uow, person, SuppressionReason.UNSUBSCRIBED, source="new key") > 0
    return count
