"""Who may be the same person: suggestions with their reasons, what somebody decides, and merging two leads."""

from functools import partial
from typing import Annotated

from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from actions.add_key import Scope
from actions.decide_duplicate import better_founded, dismiss_duplicate, merge_duplicate
from actions.merge_people import Merged, merge_people
from api.auth import ActorDep, Http, needs
from api.cursor import Cursor, read_cursor
from api.cursor import cursor as packed
from api.desk import Desk, DeskDep
from api.lead_shapes import LeadShown
from api.lead_views import lead_shown, person_shown, read_team
from api.person_shapes import DuplicateList, DuplicateShown, MergeBody, SideShown
from leads.actor import Actor
from leads.duplicate import DuplicateState
from leads.identity import DuplicateId, LeadId, PersonId
from leads.lead import Lead
from leads.refusal import SamePerson
from store.duplicates import Duplicate
from store.outage import once_more
from store.unit import UnitOfWork

TRIES = 3
"""Merges that meet: the later one sees what the earlier one did, and is tried again."""


class DuplicateRoutes(Controller):
    """`/v1/duplicates`."""

    path = "/duplicates"

    @get("/", operation_id="listDuplicates", guards=[needs(Scope.LEADS_READ)])
    async def list(
        self,
        desk: DeskDep,
        status: Annotated[DuplicateState, QueryParameter(name="state")] = DuplicateState.OPEN,
        cursor: Cursor = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 25,
    ) -> DuplicateList:
        """Pairs that may be one person, the likeliest first; `state` shows those that were decided on."""
        after = read_cursor(cursor, tuple[float, str]) if cursor else None
        async with desk.workspace.reading() as uow:
            found = await uow.duplicates.page(status, after=after, limit=limit + 1)
            items = [await _shown(uow, pair) for pair in found[:limit]]
        last = found[limit - 1] if len(found) > limit else None
        return DuplicateList(items, packed(last.score, last.id) if last else None)

    @post(
        "/{duplicate_id:str}/dismiss",
        operation_id="dismissDuplicate",
        status_code=200,
        guards=[needs(Scope.LEADS_WRITE)],
    )
    async def dismiss(self, desk: DeskDep, actor: ActorDep, duplicate_id: FromPath[str]) -> DuplicateShown:
        """They are two people: the pair is not suggested again."""
        async with desk.workspace.unit() as uow:
            return await _shown(uow, await dismiss_duplicate(uow, DuplicateId(duplicate_id), actor=actor))

    @post(
        "/{duplicate_id:str}/merge", operation_id="mergeDuplicate", status_code=200, guards=[needs(Scope.LEADS_WRITE)]
    )
    async def merge(self, desk: DeskDep, actor: ActorDep, duplicate_id: FromPath[str]) -> LeadShown | None:
        """They are one: the better founded record stays (`keep`). Answers their lead; null when there is none."""

        async def merged() -> LeadShown | None:
            async with desk.workspace.unit() as uow:
                return await _lead_of(
                    uow, await merge_duplicate(uow, desk.book, DuplicateId(duplicate_id), actor=actor)
                )

        return await once_more(merged, tries=TRIES)


class MergeRoutes(Controller):
    """What `/v1/leads` can do about duplicates."""

    path = "/leads"

    @post("/{lead_id:str}/merge", operation_id="mergeLead", status_code=200, guards=[needs(Scope.LEADS_WRITE)])
    async def merge(
        self, desk: DeskDep, actor: ActorDep, lead_id: FromPath[str], data: JSONBody[MergeBody]
    ) -> LeadShown:
        """Make the lead and its person part of another one, which stays. Doing it again changes nothing.

        409 when they are one person already, when one was erased, and when both have a meeting.
        """
        return await once_more(partial(_merge, desk, actor, LeadId(lead_id), LeadId(data.into)), tries=TRIES)

    @get("/{lead_id:str}/duplicates", operation_id="listDuplicatesOfLead", guards=[needs(Scope.LEADS_READ)])
    async def duplicates(self, desk: DeskDep, lead_id: FromPath[str]) -> DuplicateList:
        """Who may be the same person as this lead's: at most 50 pairs, the likeliest first."""
        async with desk.workspace.reading() as uow:
            lead = await uow.leads.survivor(LeadId(lead_id))
            pairs = await uow.duplicates.of_person(lead.person_id)
            return DuplicateList([await _shown(uow, pair) for pair in pairs], None)


async def follow_merged(request: Http) -> None:
    """Before every call: an id of a merged lead in the address leads to the lead it became part of."""
    asked = request.scope["path_params"].get("lead_id")
    if not asked or request.url.path.endswith("/merge"):
        return
    desk: Desk = request.app.state["desk"]
    async with desk.workspace.reading() as uow:
        survivor = await uow.leads.merged_into(LeadId(asked))
    if survivor is not None:
        # a new mapping: the framework keeps the one it has for the next request to this address
        request.scope["path_params"] = {**request.scope["path_params"], "lead_id": survivor}


async def _merge(desk: Desk, actor: Actor, lead_id: LeadId, into: LeadId) -> LeadShown:
    async with desk.workspace.unit() as uow:
        loser, winner = await uow.leads.get(lead_id), await uow.leads.get(into)
        if loser.id == winner.id:
            raise SamePerson("A lead cannot be merged with itself.")
        if loser.merged_into is not None and await _is(uow, loser, winner):
            return await lead_shown(uow, await uow.leads.survivor(into), await read_team(uow))
        await merge_people(uow, desk.book, loser.person_id, winner.person_id, actor=actor)
        kept = await uow.leads.survivor(loser.id)
        return await lead_shown(uow, kept, await read_team(uow))


async def _is(uow: UnitOfWork, loser: Lead, winner: Lead) -> bool:
    return (await uow.leads.survivor(loser.id)).id == (await uow.leads.survivor(winner.id)).id


async def _lead_of(uow: UnitOfWork, merged: Merged) -> LeadShown | None:
    cycles = await uow.leads.of_person(merged.person.id)
    lead = merged.lead or next(iter(cycles), None)
    return await lead_shown(uow, lead, await read_team(uow)) if lead else None


async def _shown(uow: UnitOfWork, pair: Duplicate) -> DuplicateShown:
    return DuplicateShown(
        id=pair.id,
        score=pair.score,
        reasons=list(pair.reasons),
        state=pair.state.value,
        keep=await better_founded(uow, pair.person_id, pair.other_person_id),
        people=[await _side(uow, person_id) for person_id in (pair.person_id, pair.other_person_id)],
        found_at=pair.found_at,
        decided_at=pair.decided_at,
        decided_by=pair.decided_by,
    )


async def _side(uow: UnitOfWork, person_id: PersonId) -> SideShown:
    person = await uow.people.survivor(person_id)
    lead = await uow.leads.open_of(person.id) or next(iter(await uow.leads.of_person(person.id)), None)
    company = await uow.people.company(lead.company_id) if lead else None
    points = await uow.contact_points.of(person.id)
    return SideShown(person_shown(person, points), lead.id if lead else None, company.name if company else None)
