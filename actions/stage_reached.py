"""What follows when a lead has come to a new stage: one place, whoever or whatever moved it."""

from leads.lead import Lead
from leads.stage import Stage
from playbook.book import Playbook
from store.unit import UnitOfWork


async def stage_reached(uow: UnitOfWork, book: Playbook, lead: Lead, *, before: Stage) -> Lead:
    """The lead after everything that its new stage brings about; `before` is the stage it came from."""
    return lead
