"""A score has crossed lines: each one sets off its steps once a cycle, whoever else works the score out meanwhile."""

from enum import IntEnum

from actions.notify import notify
from actions.route_lead import route_lead
from leads.actor import BY_RULE
from leads.lead import Lead
from leads.score import is_ready
from leads.score_rules import ScoreRules, Step, Threshold
from leads.scorer import Figures
from leads.stage import Stage
from playbook.book import Playbook
from store.firings import Firing
from store.unit import UnitOfWork

CROSSED = "score.crossed"
"""The kind of notice that tells of a line crossed."""
_STAGES = {Step.MQL: Stage.MQL, Step.PQL: Stage.PQL}


class Reach(IntEnum):
    """How far a score that was worked out again may reach: figures only, telling the team, or acting."""

    FIGURES = 0
    NOTIFY = 1
    ACT = 2


def crossed(figures: Figures, rules: ScoreRules) -> tuple[Threshold, ...]:
    """The lines these figures stand above; none for somebody whom a rule with a hard stop holds for."""
    return () if figures.stops else tuple(line for line in rules.thresholds if is_ready(figures, line))


async def fire_lines(uow: UnitOfWork, lead: Lead, figures: Figures, rules: ScoreRules) -> tuple[Threshold, ...]:
    """Keep which lines were crossed; those that were not before in this cycle are returned."""
    above = crossed(figures, rules)
    known = {firing.threshold_id for firing in await uow.firings.of(lead)} if above else set()
    new = []
    for line in above:
        firing = Firing(lead.id, lead.cycle_no, line.id, uow.now, figures.version, figures.total)
        if line.id not in known and await uow.firings.fire(firing):
            new.append(line)
    return tuple(new)


def stage_of(lines: tuple[Threshold, ...]) -> Stage | None:
    """The stage these lines move a lead to."""
    return next((_STAGES[step] for line in lines for step in line.steps if step in _STAGES), None)


async def take_steps(
    uow: UnitOfWork, book: Playbook, lead: Lead, lines: tuple[Threshold, ...], *, reach: Reach
) -> Lead:
    """What the lines set off besides a stage: the team is told, the lead is routed. Test leads wake nobody."""
    for line in lines:
        for step in line.steps:
            if step.tells and not lead.is_test:
                await _tell(uow, lead, line, step)
            elif step is Step.ROUTE and reach is Reach.ACT:
                lead = await route_lead(uow, book, lead.id, actor=BY_RULE, why=f"crossed the line {line.id}")
    return lead


async def _tell(uow: UnitOfWork, lead: Lead, line: Threshold, step: Step) -> None:
    """`notify:slack` tells the whole team, `notify:email` whoever has the lead."""
    to = lead.owner if step is Step.EMAIL else None
    key = f"{lead.id}:{lead.cycle_no}:{line.id}"
    await notify(
        uow, CROSSED, key, lead_id=lead.id, to=to, why=f"the score of {lead.score.total:g} crossed “{line.id}”"
    )
