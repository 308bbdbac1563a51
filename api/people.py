"""People for outside programs: who they are with all their leads, and the ways to reach them."""

from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody

from actions.add_contact_point import add_contact_point, remove_contact_point
from actions.add_key import Scope
from api.auth import ActorDep, needs
from api.desk import DeskDep
from api.lead_shapes import ContactPointShown
from api.lead_views import point_shown
from api.person_shapes import ConsentShown, ContactPointBody, CycleShown, MergeShown, PersonDetail
from leads.identity import ContactPointId, PersonId
from leads.lead import Lead
from store.merges import MergeRecord
from store.unit import UnitOfWork


class PeopleRoutes(Controller):
    """`/v1/people`."""

    path = "/people"

    @get("/{person_id:str}", operation_id="readPerson", guards=[needs(Scope.LEADS_READ)])
    async def read(self, desk: DeskDep, person_id: FromPath[str]) -> PersonDetail:
        """One person; an id that was merged answers with the person it became part of."""
        async with desk.workspace.reading() as uow:
            return await _detail(uow, PersonId(person_id))

    @post("/{person_id:str}/contact-points", operation_id="addContactPoint", guards=[needs(Scope.PEOPLE_WRITE)])
    async def add_point(
        self, desk: DeskDep, actor: ActorDep, person_id: FromPath[str], data: JSONBody[ContactPointBody]
    ) -> ContactPointShown:
        """Add a way to reach somebody. An e-mail address belongs to one person: 409 when it is another one's."""
        async with desk.workspace.unit() as uow:
            point = await add_contact_point(
                uow, desk.book, PersonId(person_id), data.kind, data.value, primary=data.primary, actor=actor
            )
            return point_shown(point)

    @delete(
        "/{person_id:str}/contact-points/{point_id:str}",
        operation_id="removeContactPoint",
        guards=[needs(Scope.PEOPLE_WRITE)],
    )
    async def remove_point(
        self, desk: DeskDep, actor: ActorDep, person_id: FromPath[str], point_id: FromPath[str]
    ) -> None:
        """Take a way to reach somebody away; 409 when it is the last one."""
        async with desk.workspace.unit() as uow:
            await remove_contact_point(uow, PersonId(person_id), ContactPointId(point_id), actor=actor)


async def _detail(uow: UnitOfWork, person_id: PersonId) -> PersonDetail:
    person = await uow.people.survivor(person_id)
    return PersonDetail(
        id=person.id,
        name=person.name,
        email=person.email,
        phone=person.phone,
        title=person.title,
        seniority=person.seniority,
        department=person.department,
        language=person.language,
        zone=person.zone,
        country=person.country,
        region=person.region,
        created_at=person.created_at,
        contact_points=[point_shown(point) for point in await uow.contact_points.of(person.id)],
        leads=[_cycle(lead) for lead in await uow.leads.of_person(person.id)],
        consents=[
            ConsentShown(c.purpose.value, c.granted, c.text_version, c.source, c.at)
            for c in await uow.ledger.consents(person.id)
        ],
        merged_from=[str(merged) for merged in await uow.people.merged_from(person.id)],
        merges=[_merge(record) for record in await uow.merges.into(person.id)],
    )


def _cycle(lead: Lead) -> CycleShown:
    at = lead.standing
    return CycleShown(
        lead.id,
        lead.cycle_no,
        at.stage.value,
        at.status.value,
        at.outcome.value,
        lead.source,
        lead.score.total,
        lead.created_at,
    )


def _merge(record: MergeRecord) -> MergeShown:
    return MergeShown(
        record.id,
        record.merged_person_id,
        record.merged_lead_id,
        record.actor.name or record.actor.kind.value,
        record.why,
        dict(record.moved),
        dict(record.left_out),
        record.at,
    )
