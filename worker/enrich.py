"""Looking people up: leads that came in, a source asked about each with no transaction open, and what it said kept."""

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from actions.enrich_person import drop_ask, enrich_person, facts_in, note_answer, whom_to_ask
from actions.workspace import Workspace
from channels.enrich import AskLater, EnrichmentSource, Found, LookedUp, Subject, Unusable
from leads.identity import LeadId
from leads.refusal import NotKnown
from store.unit import UnitOfWork

log = structlog.get_logger()

ENRICH = "enrich"
BATCH = 50
PARK = timedelta(minutes=15)
"""How long a lead is out of sight while a job carries it."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """The sources, and how often one lead may be looked up, in days. Without sources nothing is asked."""

    workspace: Workspace
    sources: tuple[EnrichmentSource, ...]
    days: float

    async def leave_due(self) -> bool:
        """Leave a job for every lead that is due; True when there are more."""
        if not self.sources:
            return False
        async with self.workspace.reading() as uow:
            if not await uow.enrichments.due(uow.now, limit=1):
                return False
        async with self.workspace.unit() as uow:
            due = await uow.enrichments.due(uow.now, limit=BATCH)
            for lead_id in due:
                await self._leave(uow, lead_id)
        return len(due) == BATCH

    async def _leave(self, uow: UnitOfWork, lead_id: LeadId) -> None:
        ask = await uow.enrichments.ask(lead_id)
        if ask is None or ask.due_at is None:
            return
        await uow.enrichments.plan(replace(ask, due_at=uow.now + PARK))
        await uow.jobs.put(ENRICH, f"{lead_id}:{ask.attempts}:{ask.due_at:%Y%m%dT%H%M%S.%f}", lead_id)

    async def look_up(self, lead_id: str) -> None:
        """Look one lead up and keep what was said."""
        async with self.workspace.reading() as uow:
            try:
                whom = await whom_to_ask(uow, LeadId(lead_id), days=self.days)
            except NotKnown:
                return  # it was erased meanwhile
        answers = [await source.look_up(Subject(whom.email, whom.domain)) for source in self.sources] if whom else []
        async with self.workspace.unit() as uow:
            if whom is None:
                await drop_ask(uow, LeadId(lead_id))
            else:
                await self._keep(uow, whom.lead_id, answers)

    async def _keep(self, uow: UnitOfWork, lead_id: LeadId, answers: list[LookedUp]) -> None:
        found = [answer for answer in answers if isinstance(answer, Found)]
        book = self.workspace.book
        for answer in found:
            region = book.company.region
            facts = facts_in(answer.source, person=answer.person, company=answer.company, region=region, at=uow.now)
            await enrich_person(uow, book, lead_id, facts)
        late = [answer for answer in answers if isinstance(answer, AskLater)]
        wait = max((answer.after or timedelta(0) for answer in late), default=None)
        outcome = "found" if found else "unusable" if any(isinstance(a, Unusable) for a in answers) else "nothing"
        await note_answer(uow, lead_id, outcome, later=wait)
        log.info("lead.looked_up", outcome=outcome, lead_id=lead_id)
