"""Send a lead to a place outside sales: support, partners, recruiting. Told once, with how to reach the person."""

from leads.assignment import Assignment
from leads.lead import Lead
from leads.route import Destination
from store.unit import UnitOfWork

REFERRAL = "referral"
"""The kind of outbox message; the worker mails it or posts it to the destination's address."""


async def refer_outside(uow: UnitOfWork, lead: Lead, place: Destination, given: Assignment) -> bool:
    """Leave the message; False when this very referral was left before."""
    payload = {
        "lead_id": lead.id,
        "destination": place.key,
        "title": place.title,
        "email": place.email,
        "webhook": place.webhook,
        "why": given.why,
    }
    return await uow.tell_outside(REFERRAL, f"referral:{given.id}", payload, lead_id=lead.id)
