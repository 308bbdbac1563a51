"""Work the score and the earned stage out again after something new is known."""

from collections.abc import Sequence
from dataclasses import replace

from actions.carry_along import carry_along
from actions.cross_thresholds import Reach, fire_lines, stage_of, take_steps
from actions.current_rules import current_scorer
from actions.hand_raise import raises_hand
from actions.move_lead import move_lead
from actions.stage_reached import stage_reached
from actions.suggest_disqualification import suggest_disqualification
from leads.actor import BY_RULE
from leads.bant import Claim, assess
from leads.condition import Facts
from leads.identity import LeadId
from leads.lead import Company, Lead, Person, ScoreFigures, attributes
from leads.qualify import stage_earned
from leads.score import Score, score, stays_ready
from leads.score_rules import Group, ScoreRules, Threshold
from leads.scorer import Figures
from leads.signal import Activity, is_late
from leads.stage import Outcome, Stage, advance
from playbook.book import Playbook
from store.unit import UnitOfWork


async def rescore_lead(
    uow: UnitOfWork,
    book: Playbook,
    lead_id: LeadId,
    *,
    why: str,
    claims: Sequence[Claim] | None = None,
    news: Activity | None = None,
) -> Lead:
    """Fold the ledger into score and stage, keep both, and record a stage change with its cause.

    `claims` are the lead's BANT claims when the caller has just read them. `news` is the activity that is the reason,
    if one is: what reached us late counts, but crosses no line (domain.md §8 case 9).
    """
    lead = await uow.leads.get(lead_id, lock=True)
    if lead.merged_into is not None:
        return await rescore_lead(uow, book, (await carry_along(uow, lead)).id, why=why)
    person = await uow.people.get(lead.person_id)
    company = await uow.people.company(lead.company_id)
    return await rescore_known(uow, book, lead, person, company, why=why, claims=claims, news=news)


async def rescore_known(
    uow: UnitOfWork,
    book: Playbook,
    lead: Lead,
    person: Person,
    company: Company | None,
    *,
    why: str,
    claims: Sequence[Claim] | None = None,
    news: Activity | None = None,
) -> Lead:
    """The same for a lead that this act holds, with its person and company as they are stored by now."""
    activities = await uow.ledger.activities(lead.id)
    bant = assess(await uow.ledger.claims(lead.id) if claims is None else claims)
    facts = Facts(attributes(lead, person, company), activities, bant, uow.now)
    scorer = await current_scorer(uow, book)
    figures = scorer.figures(facts)
    raised = _is_welcome(figures, scorer.rules) and any(raises_hand(a, book) for a in activities)
    reached = earned_by_facts(lead, person, facts, book, hand_raised=raised)
    reach = Reach.FIGURES if news is not None and is_late(news) else Reach.ACT
    return await settle_score(uow, book, lead, figures, scorer.rules, why=why, reach=reach, earned=reached)


def earned_by_facts(lead: Lead, person: Person, facts: Facts, book: Playbook, *, hand_raised: bool = False) -> Stage:
    """The stage the lead has earned without its score: by being known, by what it did and said, by a raised hand."""
    return stage_earned(
        lead.standing,
        facts,
        book.stages,
        book.qualification,
        known=bool(person.email or person.phone),
        ready=False,
        hand_raised=hand_raised,
    )


async def settle_score(
    uow: UnitOfWork,
    book: Playbook,
    lead: Lead,
    figures: Figures,
    rules: ScoreRules,
    *,
    why: str,
    reach: Reach,
    earned: Stage,
) -> Lead:
    """Keep new figures of a lead and let them bring about what they may: lines crossed, a stage, steps.

    `earned` is the stage it has earned whatever its score is.
    """
    was_open = lead.standing.outcome is Outcome.OPEN
    lines = await fire_lines(uow, lead, figures, rules) if was_open and reach is not Reach.FIGURES else ()
    ready = is_ready_now(figures, rules, was=lead.ready, reach=reach)
    scored = replace(
        lead,
        score=figures_of(figures, uow),
        ready=ready,
        rescore_at=figures.changes_at if was_open else None,
        updated_at=uow.now,
    )
    stage = _reached(lead, lines, reach, ready=ready, earned=earned)
    if stage is lead.standing.stage:
        kept = await uow.leads.save(scored)
    else:
        advance(lead.standing, stage, actor=BY_RULE.kind)
        moved = await move_lead(uow, scored, replace(lead.standing, stage=stage), actor=BY_RULE, why=why)
        kept = await stage_reached(uow, book, moved, before=lead.standing.stage)
    if reach is not Reach.FIGURES:
        await suggest_disqualification(uow, kept, figures.stops, rules)
    return await take_steps(uow, book, kept, lines, reach=reach)


def _reached(lead: Lead, lines: tuple[Threshold, ...], reach: Reach, *, ready: bool, earned: Stage) -> Stage:
    """The stage reached: what was earned anyway, by standing above the line, or by a line just crossed."""
    if reach is Reach.NOTIFY or lead.standing.outcome is not Outcome.OPEN:
        return lead.standing.stage
    named = stage_of(lines) or (Stage.MQL if ready and reach is Reach.ACT else earned)
    return named if named.rank > earned.rank else earned


def is_ready_now(figures: Figures, rules: ScoreRules, *, was: bool, reach: Reach) -> bool:
    """Whether the lead stands above the line for sales: it falls whenever it falls, and rises only with news."""
    above = not figures.stops and stays_ready(figures, rules.threshold, was=was)
    return above and (was or reach is not Reach.FIGURES)


def figures_of(figures: Figures, uow: UnitOfWork) -> ScoreFigures:
    """The figures as the lead keeps them."""
    return ScoreFigures(
        figures.total,
        figures.fit,
        figures.engagement,
        figures.negative,
        figures.grade,
        figures.version,
        uow.now,
    )


async def explain_score(uow: UnitOfWork, book: Playbook, lead_id: LeadId) -> Score:
    """The receipt of a lead's score as of now."""
    lead = await uow.leads.get(lead_id)
    person = await uow.people.get(lead.person_id)
    company = await uow.people.company(lead.company_id)
    activities, bant = await uow.ledger.activities(lead_id), assess(await uow.ledger.claims(lead_id))
    rules = (await current_scorer(uow, book)).rules
    return score(Facts(attributes(lead, person, company), activities, bant, uow.now), rules)


def _is_welcome(figures: Figures, rules: ScoreRules) -> bool:
    """A student or a competitor who asks for a demo raises no hand: everything speaks against them that can."""
    return figures.negative > rules.limits[Group.NEGATIVE].low and not figures.stops
