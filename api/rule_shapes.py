"""What editors of rules send and get."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from actions.dry_run_rules import DryRun, RuleEffect, Sample
from actions.publish_rules import RuleShelf
from api.runs import RunShown
from store.rules import RuleSet

Comment = Annotated[str, Meta(max_length=400)]


class RulesBody(Struct, forbid_unknown_fields=True):
    """A draft. `base_version` is the version the editing began with; 409 when another one decides by now."""

    content: dict[str, Any]
    comment: Comment = ""
    base_version: Annotated[int, Meta(ge=0)] | None = None


class DryRunBody(Struct, forbid_unknown_fields=True):
    """What to try: a document, else the draft."""

    content: dict[str, Any] | None = None


class PublishBody(Struct, forbid_unknown_fields=True):
    """How far the new version may reach for what exists: figures only, telling the team, or acting."""

    apply_to_existing: Literal["none", "notify", "act"] = "none"
    comment: Comment = ""


class VersionShown(Struct):
    """One version, without its content. `state`: base (the playbook's file), draft, published or archived."""

    version: int
    state: str
    comment: str
    author: str
    created_at: datetime
    published_at: datetime | None


class RulesShown(VersionShown):
    """One version with its content."""

    content: dict[str, Any] = {}


class RuleShelfShown(Struct):
    """All there is of one kind of rules. `warnings` say what the owner should look at."""

    kind: str
    deciding: RulesShown
    draft: RulesShown | None
    versions: list[VersionShown]
    warnings: list[str]


class Published(Struct):
    """What was published, and the run that applies it to what exists."""

    rules: RulesShown
    run: RunShown | None


class SampleShown(Struct):
    """One lead that would move; `rule` is the one that moves it most."""

    lead_id: str
    before: float
    after: float
    rule: str | None


class EffectShown(Struct):
    """One rule whose effect differs: for how many of those looked at it holds, and its points over all of them."""

    rule: str
    leads_before: int
    leads_after: int
    points_before: float
    points_after: float


class DryRunShown(Struct):
    """What the rules would do. Counts are carried over from those `looked_at` to all `leads`; `exact`: all were."""

    would_become_mql: int
    would_drop: int
    would_change: int
    would_be_stopped: int
    leads: int
    looked_at: int
    exact: bool
    rising: list[SampleShown]
    dropping: list[SampleShown]
    rules: list[EffectShown]


def shelf_shown(kind: str, shelf: RuleShelf) -> RuleShelfShown:
    """All versions, as they are sent."""
    return RuleShelfShown(
        kind=kind,
        deciding=rules_shown(shelf.deciding),
        draft=rules_shown(shelf.draft) if shelf.draft else None,
        versions=[_version(one) for one in shelf.versions],
        warnings=list(shelf.warnings),
    )


def rules_shown(rules: RuleSet) -> RulesShown:
    """One version, as it is sent."""
    return RulesShown(
        rules.version,
        rules.state.value,
        rules.comment,
        rules.author,
        rules.created_at,
        rules.published_at,
        rules.content,
    )


def _version(rules: RuleSet) -> VersionShown:
    return VersionShown(
        rules.version, rules.state.value, rules.comment, rules.author, rules.created_at, rules.published_at
    )


def dry_run_shown(found: DryRun) -> DryRunShown:
    """A dry run, as it is sent."""
    return DryRunShown(
        would_become_mql=found.of_all(found.rise),
        would_drop=found.of_all(found.drop),
        would_change=found.of_all(found.changed),
        would_be_stopped=found.of_all(found.stopped),
        leads=found.leads,
        looked_at=found.looked_at,
        exact=found.whole,
        rising=[_sample(one) for one in found.rising],
        dropping=[_sample(one) for one in found.dropping],
        rules=[_effect(one) for one in found.effects],
    )


def _sample(one: Sample) -> SampleShown:
    return SampleShown(one.lead_id, one.before, one.after, one.rule)


def _effect(one: RuleEffect) -> EffectShown:
    return EffectShown(one.rule, one.leads_before, one.leads_after, one.points_before, one.points_after)
