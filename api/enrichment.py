"""Enrichment over the API: have a lead looked up, or bring what another system knows."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from actions.add_key import Scope
from actions.enrich_person import ask_again, enrich_person, facts_in
from api.auth import needs
from api.desk import DeskDep
from api.errors import Problem
from api.lead_shapes import EnrichedShown
from api.lead_views import enriched_shown
from leads.identity import LeadId

Value = str | int | float | bool | None
Facts = Annotated[dict[Annotated[str, Meta(min_length=1, max_length=80)], Value], Meta(max_length=60)]


class EnrichmentBody(Struct, forbid_unknown_fields=True):
    """What another system knows, by field: `person.title` is `title` of the person. Empty: have the lead looked up."""

    source: Annotated[str, Meta(min_length=1, max_length=80)] | None = None
    person: Facts = {}
    company: Facts = {}


class EnrichmentShown(Struct):
    """Everything that is said of a lead's person and company, and whether they are still to be looked up."""

    lead_id: str
    due_at: datetime | None
    asked_at: datetime | None
    items: list[EnrichedShown]


class EnrichmentRoutes(Controller):
    """`/v1/leads/{id}/enrich`."""

    path = "/leads"

    @post("/{lead_id:str}/enrich", operation_id="enrichLead", guards=[needs(Scope.LEADS_WRITE)])
    async def enrich(
        self, desk: DeskDep, lead_id: FromPath[str], data: JSONBody[EnrichmentBody | None] = None
    ) -> Response[EnrichmentShown]:
        """Bring facts (200), or ask the sources of this deployment (202): once in so many days, whoever asks.

        Facts fill blanks. What the person or the team said stays, and the other value is shown beside it.
        """
        data = data or EnrichmentBody()
        told = bool(data.person or data.company)
        if told and data.source is None:
            raise Problem(422, "invalid", "Name the source that says so.")
        async with desk.workspace.unit() as uow:
            lead = await uow.leads.get(LeadId(lead_id))
            if told:
                region, source = desk.book.company.region, data.source or ""
                facts = facts_in(source, person=data.person, company=data.company, region=region, at=uow.now)
                await enrich_person(uow, desk.book, lead.id, facts)
            elif not desk.house.enriches:
                detail = "Nobody is there to ask: set OPENER_ENRICH_FILE or OPENER_ENRICH_URL, or send facts yourself."
                raise Problem(409, "not_configured", detail)
            else:
                await ask_again(uow, lead.id)
            ask = await uow.enrichments.ask(lead.id)
            items = [enriched_shown(one) for one in await uow.enrichments.of(lead.person_id, lead.company_id)]
        shown = EnrichmentShown(lead.id, ask.due_at if ask else None, ask.asked_at if ask else None, items)
        return Response(shown, status_code=200 if told else 202)
