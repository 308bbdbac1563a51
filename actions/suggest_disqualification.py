"""A rule says that somebody should not be sold to: a person is asked to look, once a cycle. Nothing else happens.

A rule never disqualifies by itself (GDPR art. 22). It leaves a task and not a request in the conversation, because
nobody in the conversation has asked for a person, and a request would be routed to sales.
"""

from datetime import timedelta

from actions.add_task import add_task
from leads.actor import BY_RULE
from leads.lead import Lead
from leads.score_rules import ScoreRules
from leads.stage import Outcome
from leads.task import TaskKind
from store.unit import UnitOfWork

SOON = timedelta(days=1)


async def suggest_disqualification(uow: UnitOfWork, lead: Lead, stops: tuple[str, ...], rules: ScoreRules) -> None:
    """Leave a task to look at the lead, with the labels of the rules that stop it (`stops` are their ids)."""
    if not stops or lead.standing.outcome is not Outcome.OPEN or lead.is_test:
        return
    labels = ", ".join(rule.label for rule in rules.rules if rule.id in stops)
    title = f"Disqualify, or say why not: {labels}"
    due_at, key = uow.now + SOON, f"hard_stop:{lead.id}"
    await add_task(uow, lead, kind=TaskKind.REVIEW, title=title, due_at=due_at, actor=BY_RULE, key=key)
