"""Work the score and the earned stage out again after something new is known."""

from collections.abc import Sequence
from dataclasses import replace

from actions.move_lead import move_lead
from actions.stage_reached import stage_reached
from leads.activity_types import is_late
from leads.actor import BY_RULE
from leads.bant import Bant, Claim, assess
from leads.condition import Facts
from leads.identity import LeadId
from leads.lead import Lead, Person, ScoreFigures, attributes
from leads.score import Group, Score, is_ready, score
from leads.signal import SAID, Activity, ActorKind
from leads.stage import advance, earned
from playbook.book import Playbook
from store.unit import UnitOfWork

HAND_RAISES = frozenset({"meeting.booked", "form.demo", "form.quote", "form.consultation", "form.contact"})


async def rescore_lead(
    uow: UnitOfWork, book: Playbook, lead_id: LeadId, *, why: str, claims: Sequence[Claim] | None = None
) -> Lead:
    """Fold the ledger into score and stage, keep both, and record a stage change with its cause.

    `claims` are the lead's BANT claims when the caller has just read them.
    """
    lead = await uow.leads.get(lead_id, lock=True)
    person = await uow.people.get(lead.person_id)
    activities = await uow.ledger.activities(lead_id)
    bant = assess(await uow.ledger.claims(lead_id) if claims is None else claims)
    receipt = score(await _facts(uow, lead, person, activities, bant), book.scoring)
    stage = earned(
        lead.standing,
        identified=bool(person.email or person.phone),
        ready=is_ready(receipt, book.scoring.threshold),
        hand_raised=_is_welcome(receipt, book) and any(_raises_hand(a, book) for a in activities),
    )
    figures = ScoreFigures(
        receipt.total, receipt.fit, receipt.engagement, receipt.negative, receipt.grade, receipt.version
    )
    scored = replace(lead, score=figures, updated_at=uow.now)
    if stage is lead.standing.stage:
        return await uow.leads.save(scored)
    advance(lead.standing, stage, actor=BY_RULE.kind)
    moved = await move_lead(uow, scored, replace(lead.standing, stage=stage), actor=BY_RULE, why=why)
    return await stage_reached(uow, book, moved, before=lead.standing.stage)


async def explain_score(uow: UnitOfWork, book: Playbook, lead_id: LeadId) -> Score:
    """The receipt of a lead's score as of now."""
    lead = await uow.leads.get(lead_id)
    person = await uow.people.get(lead.person_id)
    activities, bant = await uow.ledger.activities(lead_id), assess(await uow.ledger.claims(lead_id))
    return score(await _facts(uow, lead, person, activities, bant), book.scoring)


async def _facts(uow: UnitOfWork, lead: Lead, person: Person, activities: list[Activity], bant: Bant) -> Facts:
    company = await uow.people.company(lead.company_id)
    return Facts(attributes(lead, person, company), activities, bant, uow.now)


def _is_welcome(receipt: Score, book: Playbook) -> bool:
    """A student or a competitor who asks for a demo raises no hand: everything speaks against them that can."""
    return receipt.negative > book.scoring.limits[Group.NEGATIVE].low


def _raises_hand(activity: Activity, book: Playbook) -> bool:
    if activity.actor is ActorKind.MACHINE:
        return False
    if activity.type in HAND_RAISES:
        return not is_late(activity.occurred_at, activity.received_at)  # history asks for nothing now
    signal = book.signal(activity.type.removeprefix(SAID)) if activity.reported else None
    return bool(signal and signal.hand_raise)
