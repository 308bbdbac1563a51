"""A score worked out for another moment or under other rules: what it was, what it would be, what would change it."""

from dataclasses import dataclass, replace
from datetime import datetime

from actions.current_rules import base_scorer, compiled_version, current_scorer
from leads.bant import assess
from leads.condition import Facts
from leads.identity import LeadId
from leads.lead import attributes
from leads.outlook import Ahead, Learnable, ahead, what_would_change
from leads.refusal import NotKnown
from leads.score import Score, is_ready, score
from leads.scorer import Scorer
from playbook.book import Playbook
from store.firings import Firing
from store.rules import RuleKind
from store.unit import UnitOfWork

DRAFT = "draft"
"""The version that is being worked on, in place of a number."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The receipt, what lies ahead, which answers would change it most, and the lines crossed in this cycle."""

    receipt: Score
    ahead: tuple[Ahead, ...]
    learnable: tuple[Learnable, ...]
    ready: bool
    firings: tuple[Firing, ...]


async def replay_score(
    uow: UnitOfWork, book: Playbook, lead_id: LeadId, *, as_of: datetime | None = None, version: str | None = None
) -> Explanation:
    """The score of a lead at a moment (now unless told) by a version (the one that decides unless told).

    What had reached us by then counts; attributes are today's, because their past is not kept. Raises NotKnown.
    """
    lead = await uow.leads.get(lead_id)
    person, company = await uow.people.get(lead.person_id), await uow.people.company(lead.company_id)
    at = min(as_of or uow.now, uow.now)
    activities = [a for a in await uow.ledger.activities(lead_id) if a.received_at <= at]
    claims = [claim for claim in await uow.ledger.claims(lead_id) if claim.at <= at]
    facts = Facts(attributes(lead, person, company), activities, assess(claims), at)
    scorer = await scorer_of(uow, book, version)
    receipt = score(facts, scorer.rules)
    return Explanation(
        receipt=receipt,
        ahead=ahead(facts, scorer),
        learnable=what_would_change(facts, scorer, receipt.missing),
        ready=is_ready(receipt, scorer.rules.threshold) and not receipt.stops,
        firings=tuple(firing for firing in await uow.firings.of(lead) if firing.at <= at),
    )


async def scorer_of(uow: UnitOfWork, book: Playbook, version: str | None) -> Scorer:
    """The rules of a version by its number, of the draft, or those that decide. Raises NotKnown."""
    if version is None:
        return await current_scorer(uow, book)
    if version == "0":
        return base_scorer(book)
    known = None
    if version == DRAFT:
        known = await uow.rules.draft(RuleKind.SCORING)
    elif version.isascii() and version.isdigit() and len(version) < 9:
        known = await uow.rules.version(RuleKind.SCORING, int(version))
    if known is None:
        raise NotKnown("There is no such version of the scoring rules. Give a number, or draft.")
    return compiled_version(replace(known, fingerprint=known.fingerprint or known.id))
