"""Scores of many leads worked out again: because time has passed, or because new rules were published.

One act takes one batch, and a batch knows one version of the rules: what a newer version has scored meanwhile is left
alone, and a run whose version is not the published one any more ends (domain.md §8 case 11).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.cross_thresholds import Reach, crossed
from actions.current_rules import current_scorer
from actions.rescore_lead import earned_by_facts, is_ready_now, settle_score
from leads.condition import Facts
from leads.identity import LeadId
from leads.lead import attributes
from leads.qualify import stages_look_at
from leads.scorer import Figures, Scorer
from playbook.book import Playbook
from store.runs import Run, RunState
from store.scores import Rescored, Scorable
from store.unit import UnitOfWork

BATCH = 1000
RESCORING = "rescoring"
"""The kind of run that scores every open lead by a new version."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch did: leads scored, and of them those whose total changed, that rose or fell over the line."""

    scored: int = 0
    changed: int = 0
    rose: int = 0
    fell: int = 0


async def rescore_due(uow: UnitOfWork, book: Playbook) -> bool:
    """One batch of the leads whose score time has changed; True when there are more. Time alone wakes nobody."""
    due = await uow.scores.due(uow.now, limit=BATCH, lock=True)
    if due:
        scorer = await current_scorer(uow, book)
        await _batch(uow, book, scorer, due, reach=Reach.FIGURES)
    return len(due) == BATCH


async def continue_rescoring(uow: UnitOfWork, book: Playbook) -> bool:
    """One batch of the oldest run that is not over; True when there is more to do."""
    run = await uow.runs.unfinished(RESCORING, lock=True)
    if run is None:
        return False
    scorer = await current_scorer(uow, book)
    if scorer.rules.version != run.result["version"]:
        ended = run.result | {"superseded_by": scorer.rules.version}
        await uow.runs.save(replace(run, state=RunState.DONE, result=ended, finished_at=uow.now))
        return True
    stale = await uow.scores.stale(scorer.rules.version, after=run.result["after"], limit=BATCH, lock=True)
    if not stale:
        return await _again_or_over(uow, run)
    done = await _batch(uow, book, scorer, stale, reach=Reach[run.result["reach"]])
    await uow.runs.save(await _further(uow, run, done, stale[-1]))
    return True


async def _further(uow: UnitOfWork, run: Run, done: Batch, last: LeadId) -> Run:
    counted = {name: run.result[name] + getattr(done, name) for name in ("changed", "rose", "fell")}
    total = run.total if run.total is not None else await uow.scores.count_open()
    result = run.result | counted | {"after": last}
    return replace(run, state=RunState.RUNNING, done=run.done + done.scored, total=total, result=result)


async def _again_or_over(uow: UnitOfWork, run: Run) -> bool:
    """The end of the list: those that somebody else held are looked for once more, then it is over."""
    left = await uow.scores.stale(run.result["version"], after="", limit=1)
    if left and run.result["passes"] < 5:
        again = run.result | {"after": "", "passes": run.result["passes"] + 1}
        await uow.runs.save(replace(run, result=again))
        return True
    await uow.runs.save(replace(run, state=RunState.DONE, finished_at=uow.now, total=run.done))
    return False


async def _batch(uow: UnitOfWork, book: Playbook, scorer: Scorer, wanted: Sequence[LeadId], *, reach: Reach) -> Batch:
    quiet: list[Rescored] = []
    loud: list[tuple[Scorable, Figures]] = []
    changed = rose = fell = 0
    rules, quietly = scorer.rules, reach is Reach.FIGURES
    looks_at = scorer.looks_at if quietly else scorer.looks_at | stages_look_at(book.stages)
    for one in await uow.scores.read(wanted, looks_at=looks_at, asks=scorer.asks):
        figures = scorer.figures(facts_of(one, uow))
        ready = is_ready_now(figures, rules, was=one.ready, reach=reach)
        changed += figures.total != one.total
        rose += ready and not one.ready
        fell += one.ready and not ready
        if not quietly and (figures.stops or crossed(figures, rules)):
            loud.append((one, figures))
        else:
            quiet.append(Rescored(one.lead_id, figures, ready, figures.changes_at))
    await uow.scores.store(quiet, at=uow.now)
    if loud:
        await _settle(uow, book, scorer, loud, reach)
    return Batch(len(quiet) + len(loud), changed, rose, fell)


async def _settle(
    uow: UnitOfWork, book: Playbook, scorer: Scorer, loud: Sequence[tuple[Scorable, Figures]], reach: Reach
) -> None:
    """Let figures that stand above a line, or that a rule stops, bring about what they may."""
    leads = await uow.scores.leads([one.lead_id for one, _ in loud])
    people = await uow.people.many({lead.person_id for lead in leads.values()})
    companies = await uow.people.companies({lead.company_id for lead in leads.values() if lead.company_id})
    for one, figures in loud:
        lead = leads[one.lead_id]
        person, company = people[lead.person_id], companies.get(lead.company_id) if lead.company_id else None
        facts = replace(facts_of(one, uow), attributes=attributes(lead, person, company))
        earned = earned_by_facts(lead, person, facts, book)
        why = f"rules version {figures.version}"
        await settle_score(uow, book, lead, figures, scorer.rules, why=why, reach=reach, earned=earned)


def facts_of(one: Scorable, uow: UnitOfWork) -> Facts:
    """What the rules may look at, as of now."""
    return Facts(one.attributes, one.activities, one.bant, uow.now)
