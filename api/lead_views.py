"""Leads as outside programs see them: read from the unit of work, put into the contract's shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions.offer_slots import host_names
from api.lead_shapes import (
    CompanyShown,
    ConsentNow,
    ContactPointShown,
    EnrichedShown,
    LeadShown,
    OwnerShown,
    PersonShown,
    ScoreExplained,
    ScoreLineShown,
    ScoreShown,
    SlaShown,
    TimelineItem,
)
from api.shapes import bant_shown, evidence_shown
from leads.bant import Claim, Factor, assess
from leads.consent import ConsentEvent, is_granted
from leads.contact_point import ContactPoint
from leads.enrichment import Enriched
from leads.handoff import Handoff, HandoffState
from leads.identity import CompanyId, LeadId, PersonId, RepId
from leads.lead import Company, Lead, Person, ScoreFigures, completeness, completeness_missing
from leads.score import Score
from leads.sla import Clock
from leads.stage import Change
from store.timelines import Stretch
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Team:
    """The names of the team, read once for a whole page."""

    names: Mapping[RepId, str]

    def owner(self, rep_id: RepId | None) -> OwnerShown | None:
        """Who it is; None for nobody."""
        return OwnerShown(rep_id, self.names.get(rep_id, "")) if rep_id else None


async def read_team(uow: UnitOfWork) -> Team:
    """The team as it is now."""
    return Team(await host_names(uow))


async def lead_shown(uow: UnitOfWork, lead: Lead, team: Team) -> LeadShown:
    """One lead with everything the contract promises."""
    [shown] = await leads_shown(uow, [lead], team)
    return shown


async def leads_shown(uow: UnitOfWork, leads: Sequence[Lead], team: Team) -> list[LeadShown]:
    """A page of leads; what stands beside them is read for all of them at once."""
    beside = await _beside(uow, leads)
    return [_lead(uow, lead, team, beside) for lead in leads]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is told with leads, by their ids and by those of their people and companies."""

    people: Mapping[PersonId, Person]
    companies: Mapping[CompanyId, Company]
    points: Mapping[PersonId, Sequence[ContactPoint]]
    claims: Mapping[LeadId, Sequence[Claim]]
    handoffs: Mapping[LeadId, Sequence[Handoff]]
    clocks: Mapping[LeadId, Sequence[Clock]]
    words: Mapping[PersonId, Sequence[ConsentEvent]]
    merged: Mapping[LeadId, Sequence[LeadId]]
    last: Mapping[LeadId, datetime]
    facts: Mapping[PersonId | CompanyId | None, Sequence[Enriched]]


async def _beside(uow: UnitOfWork, leads: Sequence[Lead]) -> _Beside:
    ids = [lead.id for lead in leads]
    people = list({lead.person_id for lead in leads})
    companies = list({lead.company_id for lead in leads if lead.company_id})
    return _Beside(
        people=await uow.people.many(people),
        companies=await uow.people.companies(companies),
        points=await uow.contact_points.of_people(people),
        claims=await uow.ledger.claims_of(ids),
        handoffs=await uow.handoffs.of_leads(ids),
        clocks=await uow.clocks.running_of(ids),
        words=await uow.ledger.consents_of(people),
        merged=await uow.leads.merged_from(ids),
        last=await uow.ledger.last_activities(ids),
        facts=await uow.enrichments.of_all(people, companies),
    )


def _lead(uow: UnitOfWork, lead: Lead, team: Team, beside: _Beside) -> LeadShown:
    person = beside.people[lead.person_id]
    company = beside.companies.get(lead.company_id) if lead.company_id else None
    bant = assess(beside.claims.get(lead.id, ()))
    standing = lead.standing
    facts = [*beside.facts.get(lead.company_id, ()), *beside.facts.get(lead.person_id, ())]
    return LeadShown(
        id=lead.id,
        person=person_shown(person, beside.points[person.id]),
        company=_company(company),
        stage=standing.stage.value,
        status=standing.status.value,
        outcome=standing.outcome.value,
        reason_code=standing.reason.value if standing.reason else None,
        owner=team.owner(lead.owner),
        queue=lead.queue,
        source=lead.source,
        campaign=lead.campaign,
        context=lead.context,
        cycle=lead.cycle_no,
        score=figures_shown(lead.score),
        bant=bant_shown(bant),
        completeness=completeness(person, company, need_known=bant[Factor.NEED].known),
        completeness_missing=list(completeness_missing(person, company, need_known=bant[Factor.NEED].known)),
        sla=_sla(uow, beside.handoffs.get(lead.id, ()), beside.clocks.get(lead.id, ())),
        fields=dict(lead.fields),
        consent=consent_now(beside.words.get(person.id, ()), uow.now),
        follow_up_on=lead.follow_up_on,
        track=lead.track,
        opportunity_id=lead.opportunity_id,
        accepted_at=lead.accepted_at,
        closed_at=lead.closed_at,
        created_at=lead.created_at,
        updated_at=lead.updated_at,
        merged_from=[str(merged) for merged in beside.merged.get(lead.id, ())],
        last_activity_at=beside.last.get(lead.id),
        enrichment=[enriched_shown(one) for one in facts],
    )


def enriched_shown(one: Enriched) -> EnrichedShown:
    """A fact with its source and date."""
    fact = one.fact
    return EnrichedShown(fact.field.value, fact.value, fact.source, fact.at, one.used)


def consent_now(words: Sequence[ConsentEvent], now: datetime) -> dict[str, ConsentNow]:
    """What counts of the person's words, by purpose; a purpose without a word is missing."""
    found: dict[str, ConsentNow] = {}
    for word in (w for w in words if not w.pending):
        granted, purpose = is_granted(words, word.purpose, now=now), word.purpose.value
        found[purpose] = ConsentNow(granted, word.basis.value, word.text_version, word.source, word.at, word.expires_at)
    return found


def person_shown(person: Person, points: Sequence[ContactPoint] = ()) -> PersonShown:
    """The person behind a lead."""
    return PersonShown(
        id=person.id,
        name=person.name,
        email=person.email,
        phone=person.phone,
        title=person.title,
        seniority=person.seniority,
        department=person.department,
        country=person.country,
        contact_points=[point_shown(point) for point in points],
    )


def point_shown(point: ContactPoint) -> ContactPointShown:
    """One way to reach somebody."""
    return ContactPointShown(
        point.id,
        point.kind.value,
        point.raw,
        point.normalised,
        point.is_primary,
        point.verified_at,
        point.deliverability.value,
    )


def figures_shown(score: ScoreFigures) -> ScoreShown:
    """The stored figures of the score."""
    return ScoreShown(score.total, score.fit, score.engagement, score.negative, score.grade, score.version)


def _company(company: Company | None) -> CompanyShown | None:
    if company is None:
        return None
    return CompanyShown(
        company.id,
        company.name,
        company.domain,
        company.size_band,
        company.industry,
        company.region,
        company.country,
        company.employees,
        company.revenue_band,
    )


def _sla(uow: UnitOfWork, handoffs: Sequence[Handoff], clocks: Sequence[Clock]) -> SlaShown | None:
    """The most pressing time: of a running clock, or of a request for a person that nobody has decided on."""
    waiting = [h for h in handoffs if h.state in {HandoffState.OPEN, HandoffState.CLAIMED}]
    timed = {clock.handoff_id for clock in clocks}
    found = [SlaShown(c.due_at, c.due_at < uow.now, c.kind.value, c.handoff_id) for c in clocks if c.due_at]
    found += [SlaShown(h.due_at, h.due_at < uow.now, "handoff", h.id) for h in waiting if h.id not in timed]
    return min(found, key=lambda sla: sla.due_at, default=None)


def score_explained(receipt: Score) -> ScoreExplained:
    """The receipt, line by line."""
    lines = [
        ScoreLineShown(
            line.rule,
            line.label,
            line.group.value if line.group else "adjustment",
            line.points,
            line.raw,
            line.at,
            [evidence_shown(e) for e in line.evidence],
        )
        for line in receipt.lines
    ]
    return ScoreExplained(
        total=receipt.total,
        fit=receipt.fit,
        engagement=receipt.engagement,
        negative=receipt.negative,
        grade=receipt.grade,
        lines=lines,
        missing=list(receipt.missing),
        as_of=receipt.as_of,
        version=receipt.version,
    )


async def timeline_of(uow: UnitOfWork, wanted: Stretch) -> list[TimelineItem]:
    """The newest things that happened to a lead, up to an instant, newest first."""
    known = uow.timelines
    items = await _noted(uow, wanted)
    items += [
        TimelineItem(m.at, "message", m.author.value, text=m.text, message_id=m.id)
        for m in await known.messages(wanted)
    ]
    items += [
        TimelineItem(m.booked_at, "meeting", m.state.value, text=m.title, properties={"start": m.start, "id": m.id})
        for m in await known.meetings(wanted)
    ]
    items += [
        TimelineItem(h.created_at, "handoff", h.reason.value, text=h.note, properties={"id": h.id, "due_at": h.due_at})
        for h in await known.handoffs(wanted)
    ]
    return sorted(items, key=lambda item: item.at, reverse=True)[: wanted.most]


def _move(change: Change) -> dict[str, Any]:
    """From where a lead was moved, by whom, and with which reason code."""
    known = {"before": change.before, "actor": change.actor.kind.value, "by": change.actor.name}
    return known | ({"reason_code": change.reason.value} if change.reason else {})


async def _noted(uow: UnitOfWork, wanted: Stretch) -> list[TimelineItem]:
    """What was noted: activities, BANT claims, changes of stage."""
    items = [
        TimelineItem(
            a.occurred_at,
            "activity",
            a.type,
            quote=a.evidence.quote if a.evidence else None,
            message_id=a.evidence.message_id if a.evidence else None,
            properties=dict(a.properties),
        )
        for a in await uow.timelines.activities(wanted)
    ]
    items += [
        TimelineItem(
            c.at, "bant", c.factor.value, text=c.value, quote=c.evidence.quote, message_id=c.evidence.message_id
        )
        for c in await uow.timelines.claims(wanted)
    ]
    return items + [
        TimelineItem(s.at, s.change.dimension.value, s.change.after, text=s.change.why, properties=_move(s.change))
        for s in await uow.timelines.changes(wanted)
    ]
