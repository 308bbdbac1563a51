"""BANT: what a lead said about budget, authority, need and timeline, each claim with the words it rests on.

Claims are only ever added. The present view is folded from them, so an older value that was corrected stays visible.
Statuses: unknown, stated, confirmed (said the same in two messages, or confirmed by a rep), refused (rather not say),
contradicted (two different values, and no correction said which holds).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from leads.evidence import Evidence, plain


class Factor(StrEnum):
    """The four factors, in the order they are asked for (need first: Dynamics 365 and our own default)."""

    NEED = "need"
    TIMELINE = "timeline"
    BUDGET = "budget"
    AUTHORITY = "authority"


class FactorStatus(StrEnum):
    """How much is known of one factor."""

    UNKNOWN = "unknown"
    STATED = "stated"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    CONTRADICTED = "contradicted"


class AssertedBy(StrEnum):
    """Who recorded the claim; the words are the lead's own in each case but enrichment."""

    AGENT = "agent"
    FORM = "form"
    REP = "rep"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Claim:
    """One recorded statement. `value` is short and normalised; `corrects` says it replaces what was said before."""

    factor: Factor
    value: str
    status: FactorStatus
    evidence: Evidence
    by: AssertedBy
    at: datetime
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class FactorView:
    """What holds now for one factor, and what was said before and replaced.

    `met` is narrower than known: "no budget yet" and "I only look into it for my boss" are known and not met.
    """

    status: FactorStatus = FactorStatus.UNKNOWN
    value: str | None = None
    evidence: tuple[Evidence, ...] = ()
    superseded: tuple[Claim, ...] = ()
    met: bool = False

    @property
    def known(self) -> bool:
        """Whether there is a value to work with (stated or confirmed)."""
        return self.status in {FactorStatus.STATED, FactorStatus.CONFIRMED}

    @property
    def askable(self) -> bool:
        """Whether the agent may still ask: nothing said yet, or two answers that do not agree."""
        return self.status in {FactorStatus.UNKNOWN, FactorStatus.CONTRADICTED}


@dataclass(frozen=True, slots=True)
class Bant:
    """The four factors as they stand."""

    factors: Mapping[Factor, FactorView]

    def __getitem__(self, factor: Factor) -> FactorView:
        return self.factors[factor]

    @property
    def known(self) -> tuple[Factor, ...]:
        """Factors with a stated or confirmed value."""
        return tuple(f for f in Factor if self.factors[f].known)

    @property
    def met(self) -> tuple[Factor, ...]:
        """Factors that speak for a purchase."""
        return tuple(f for f in Factor if self.factors[f].met)

    @property
    def missing(self) -> tuple[Factor, ...]:
        """Factors the agent may still ask about, in asking order; refused ones are left alone."""
        return tuple(f for f in Factor if self.factors[f].askable)


@dataclass(frozen=True, slots=True)
class QualificationPolicy:
    """When a lead is qualified for sales: these factors confirmed, and at least so many in all, none contradicted."""

    required: frozenset[Factor] = frozenset({Factor.NEED})
    at_least: int = 2


def assess(claims: Sequence[Claim]) -> Bant:
    """Fold claims (any order; sorted by time here) into the present view."""
    if not claims:
        return NOTHING_SAID
    ordered = sorted(claims, key=lambda c: (c.at, c.evidence.at, c.evidence.message_id))
    views = {f: _fold([c for c in ordered if c.factor is f]) for f in Factor}
    return Bant(MappingProxyType(views))


NOTHING_SAID = Bant(MappingProxyType({factor: FactorView() for factor in Factor}))
"""What is known of somebody who has told nothing: most of them, so it is worked out once."""


def _fold(claims: Sequence[Claim]) -> FactorView:
    current: list[Claim] = []
    superseded: list[Claim] = []
    for claim in claims:
        if claim.status is FactorStatus.REFUSED:
            if not current:
                current = [claim]
            continue  # a later "rather not say" does not unsay a value
        if claim.corrects or (current and current[-1].status is FactorStatus.REFUSED) or _settles(current, claim):
            superseded += current
            current = [claim]
        else:
            current.append(claim)
    if not current:
        return FactorView()
    values: dict[str, str] = {}
    for claim in current:
        values.setdefault(_key(claim), claim.value)
    several = current[-1].factor in _MAY_HAVE_SEVERAL
    value = "; ".join(values.values()) if several else current[-1].value
    status = _status(current)
    met = status in {FactorStatus.STATED, FactorStatus.CONFIRMED} and not _UNMET[current[-1].factor].match(value)
    return FactorView(status, value, tuple(c.evidence for c in current), tuple(superseded), met)


_UNMET = MappingProxyType(
    {
        Factor.BUDGET: re.compile(r"(?:no\b|none\b|not (?:yet|decided|approved))", re.I),
        Factor.AUTHORITY: re.compile(r"(?:no\b|none\b|influencer|researcher|not )", re.I),
        Factor.NEED: re.compile(r"(?:no\b|none\b|no need)", re.I),
        Factor.TIMELINE: re.compile(r"(?:no\b|none\b|not )", re.I),
    }
)
"""How values begin that are known and say that there is none; tools and interviewer write them so."""
_MAY_HAVE_SEVERAL = frozenset({Factor.NEED})
"""A lead can have two problems; two budgets are a contradiction."""


def _settles(current: Sequence[Claim], claim: Claim) -> bool:
    """After two answers that do not agree the next decides; a refinement that contains the old value replaces it."""
    if claim.factor in _MAY_HAVE_SEVERAL:
        return False
    if len({_key(c) for c in current}) > 1:
        return True
    return bool(current) and _key(current[-1]) != _key(claim) and f" {_key(current[-1])} " in f" {_key(claim)} "


def _status(current: Sequence[Claim]) -> FactorStatus:
    if current[-1].status is FactorStatus.REFUSED:
        return FactorStatus.REFUSED
    if len({_key(c) for c in current}) > 1 and current[-1].factor not in _MAY_HAVE_SEVERAL:
        return FactorStatus.CONTRADICTED
    if any(c.by is AssertedBy.REP for c in current) or _said_twice(current):
        return FactorStatus.CONFIRMED
    return FactorStatus.STATED


def _said_twice(current: Sequence[Claim]) -> bool:
    """Whether one value stands in two messages; two problems named once each are not confirmed."""
    return len({(_key(c), c.evidence.message_id) for c in current}) > len({_key(c) for c in current})


def _key(claim: Claim) -> str:
    return plain(claim.value)


def is_sales_qualified(bant: Bant, policy: QualificationPolicy) -> bool:
    """Whether it is enough for sales: the policy's factors confirmed, so many in all, and none contradicted.

    Stated once is enough to ask a colleague in; a sales qualified lead said it twice, or a rep confirmed it
    (domain.md §1.3).
    """
    if any(bant[f].status is FactorStatus.CONTRADICTED for f in Factor):
        return False
    confirmed = {f for f in bant.met if bant[f].status is FactorStatus.CONFIRMED}
    return policy.required <= confirmed and len(confirmed) >= policy.at_least
