"""Somebody came in: leave word that they are to be looked up, once. The worker asks; without a source nobody does."""

from leads.identity import LeadId
from store.unit import UnitOfWork


async def ask_enrichment(uow: UnitOfWork, lead_id: LeadId) -> None:
    """The lead's person and company are due to be looked up, unless that was left or done before."""
    await uow.enrichments.want(lead_id, at=uow.now)
