"""The shared definitions: what each word of the funnel means here, rendered from the very rules the code asks.

Labels may be changed by the playbook, the types behind them may not (domain.md §1.1). `owner` says which team owns the
next action, which is what the words are for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from leads.bant import QualificationPolicy
from leads.condition import AnyOf, Condition, Happened
from leads.condition_words import in_words
from leads.nurture import NurturePolicy
from leads.score import ScoreRules
from leads.stage import Stage

ASKED = AnyOf(
    tuple(
        Happened(event)
        for event in (
            "form.newsletter",
            "form.webinar",
            "form.trial",
            "form.consultation",
            "form.quote",
            "form.booking",
            "form.demo",
            "form.contact",
            "form.other",
            "chat.*",
            "said.*",
            "asset.downloaded",
            "webinar.*",
            "product.trial_started",
            "newsletter.subscribed",
            "email.replied",
            "meeting.*",
        )
    )
)
"""What counts as asking for information; standing on a list or looking at a page does not."""
MEETING_HELD = Happened("meeting.held")


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the market, or a kind of person, by a rule; `motion` is b2b or b2c where it is said."""

    key: str
    label: str
    when: Condition
    motion: str | None = None


@dataclass(frozen=True, slots=True)
class Market:
    """Whom we sell to: the ideal customer (who fits is a prospect), segments and personas; all may be left out."""

    ideal_customer: Condition | None = None
    motion: str | None = None
    segments: tuple[Segment, ...] = ()
    personas: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class StagePolicy:
    """What the owner may decide about stages: labels, when product use qualifies, from where to convert, cool-off.

    `cool_off` is how long a disqualified or recycled person's new activity is only noted before it begins a new cycle;
    a raised hand never waits.
    """

    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    product_qualified: Condition | None = None
    cool_off: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Definition:
    """One word: its fixed type, its label here, the rule in words, and which team owns the next action."""

    key: str
    label: str
    rule: str
    owner: str


_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "lead": "Lead",
        "prospect": "Prospect",
        "iql": "Information qualified lead (IQL)",
        "mql": "Marketing qualified lead (MQL)",
        "pql": "Product qualified lead (PQL)",
        "sal": "Sales accepted lead (SAL)",
        "sql": "Sales qualified lead (SQL)",
        "opportunity": "Opportunity",
        "customer": "Customer",
        "disqualified": "Disqualified",
        "recycled": "Recycled",
        "nurture": "Nurture",
    }
)
KEYS = tuple(_LABELS)
"""Every word that is defined, in the order of the funnel."""
_OWNERS: Mapping[str, str] = MappingProxyType(
    {
        "lead": "marketing",
        "prospect": "marketing",
        "iql": "marketing",
        "mql": "sales development",
        "pql": "sales development",
        "sal": "sales",
        "sql": "sales",
        "opportunity": "sales",
        "customer": "customer success",
        "disqualified": "nobody",
        "recycled": "marketing",
        "nurture": "marketing",
    }
)


def definitions(
    stages: StagePolicy, market: Market, scoring: ScoreRules, qualification: QualificationPolicy, nurture: NurturePolicy
) -> tuple[Definition, ...]:
    """Every word with its rule, from the thresholds and policies as they are now."""
    threshold = scoring.threshold
    ideal = (
        in_words(market.ideal_customer) if market.ideal_customer else "no ideal customer is described in the playbook"
    )
    product = in_words(stages.product_qualified) if stages.product_qualified else "no rule on product use is set"
    rules = {
        "lead": "A person or company that showed some interest, or that we put on a list. Not qualified yet.",
        "prospect": f"A lead that fits the ideal customer, at whatever stage: {ideal}.",
        "iql": "We know who it is (an address or a number) and they asked for information: a form, a download, a "
        "webinar, a chat.",
        "mql": f"A score of at least {threshold.up:g} with at least {threshold.fit_at_least:g} points of fit, or a "
        f"raised hand (a demo, quote, consultation or contact form, a booked meeting). It takes a score below "
        f"{threshold.down:g} and a new rise to cross the line again; the stage itself is not taken away.",
        "pql": f"Used the product in a way that shows they mean it: {product}.",
        "sal": "A person of sales has looked at it and accepted it.",
        "sql": f"{_policy(qualification)}; or a meeting was held (booked is not held). Only after sales accepted it.",
        "opportunity": "Converted by a person: a contact, a company and a deal with an amount, a currency and a close "
        "date. The lead cannot be edited any more.",
        "customer": "The deal is won.",
        "disqualified": "Closed with a reason code: not for us. A new cycle begins when they raise a hand, or with a "
        f"new sign of interest after {_days(stages.cool_off)}.",
        "recycled": "Closed for now, with a date or without. On the date, or with a new sign of interest after "
        f"{_days(stages.cool_off)}, a new cycle begins.",
        "nurture": f"Not ready: on a track chosen by intent, stage, source and reason; after {_days(nurture.silence)} "
        "without a sign of life on the long cycle.",
    }
    return tuple(Definition(key, stages.labels.get(key, _LABELS[key]), rules[key], _OWNERS[key]) for key in KEYS)


def label_of(stage: Stage, policy: StagePolicy) -> str:
    """What a stage is called here."""
    return policy.labels.get(stage.value, _LABELS[stage.value])


def _policy(policy: QualificationPolicy) -> str:
    required = " and ".join(sorted(f.value for f in policy.required)) or "nothing in particular"
    return (
        f"Of budget, authority, need and timeline at least {policy.at_least} are confirmed in the lead's own words, "
        f"among them {required}, and none is contradicted"
    )


def _days(span: timedelta) -> str:
    return f"{span.days} day{'' if span.days == 1 else 's'}"
