"""The stage a lead has earned on the facts: who is known, what they did and said, and the playbook's policies."""

from leads.bant import QualificationPolicy, is_sales_qualified
from leads.compiled import compiled, looks_at
from leads.condition import Facts, ask
from leads.definition import ASKED, MEETING_HELD, Market, StagePolicy
from leads.stage import Stage, Standing, earned
from leads.track import Track

_asked = compiled(ASKED, every=False)
_met_us = compiled(MEETING_HELD, every=False)


def stage_earned(
    standing: Standing,
    facts: Facts,
    policy: StagePolicy,
    qualification: QualificationPolicy,
    *,
    known: bool,
    ready: bool,
    hand_raised: bool,
) -> Stage:
    """The stage by rule. `known` says that there is an address or a number, `ready` that the score is over the line."""
    track = Track(facts)
    return earned(
        standing,
        identified=known and bool(_asked(track)[0]),
        ready=ready,
        hand_raised=hand_raised,
        product=policy.product_qualified is not None and bool(ask(policy.product_qualified, facts).holds),
        sales_ready=is_sales_qualified(facts.bant, qualification) or bool(_met_us(track)[0]),
    )


def stages_look_at(policy: StagePolicy) -> frozenset[str]:
    """The events whose properties decide about a stage."""
    asked = (ASKED, MEETING_HELD, policy.product_qualified)
    return frozenset[str]().union(*(looks_at(condition) for condition in asked if condition))


def is_prospect(facts: Facts, market: Market) -> bool | None:
    """Whether the lead fits the ideal customer; None when that is not described or cannot be told yet."""
    return ask(market.ideal_customer, facts).holds if market.ideal_customer else None


def segments_of(facts: Facts, market: Market) -> tuple[str, ...]:
    """The keys of the segments and personas the lead belongs to."""
    return tuple(part.key for part in (*market.segments, *market.personas) if ask(part.when, facts).holds)
