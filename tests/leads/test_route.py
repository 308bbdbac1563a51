"""The way of a lead: guards, owners, rules, the fallback; with every step told."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.bant import assess
from leads.condition import All, AnyOf, Attribute, Condition, Facts, Happened, Not, ask
from leads.condition_words import in_words
from leads.identity import RepId
from leads.route import (
    Case,
    KnownOwner,
    Pool,
    RouteRule,
    RouteRules,
    Target,
    TargetKind,
    Territory,
    Verdict,
    backups,
    decide,
)
from leads.shadow import implies, shadowed
from leads.signal import Activity
from leads.verdict import missed
from tests.builders import MONDAY

ANA = RepId("rep_ana")
QUEUE = Target(TargetKind.QUEUE, "partners")


def facts(*events: str, **attributes: Any) -> Facts:
    named = {name.replace("__", "."): value for name, value in attributes.items()}
    did = [Activity(type=e, occurred_at=MONDAY, received_at=MONDAY) for e in events]
    return Facts(named, did, assess(()), MONDAY)


def speaks(language: str) -> Attribute:
    return Attribute("person.language", "starts_with", language)


def a_rule(id: str, when: Condition, to: Target = QUEUE, **known: Any) -> RouteRule:
    return RouteRule(id, id.title(), when, to, **known)


GERMAN, LARGE = a_rule("german", speaks("de")), a_rule("large", Attribute("company.employees", "gte", 1000))
RULES = RouteRules(rules=(GERMAN, LARGE))


def test_the_first_rule_that_holds_decides() -> None:
    decision = decide(Case(facts(person__language="de-AT", company__employees=5000)), RULES)
    assert (decision.rule, decision.target) == ("german", QUEUE)


def test_without_a_rule_that_holds_the_fallback_takes_it() -> None:
    decision = decide(Case(facts(person__language="fr", company__employees=3)), RULES)
    assert (decision.rule, decision.target) == ("fallback", RULES.fallback)


def test_every_step_says_which_predicate_decided_and_what_was_seen() -> None:
    steps = decide(Case(facts(person__language="fr")), RULES).steps
    assert [(s.rule, s.verdict, s.asked, s.seen) for s in steps] == [
        ("guards", Verdict.PASSED_ON, "", None),
        ("german", Verdict.FAILED, "person.language begins with de", "fr"),
        ("large", Verdict.UNKNOWN, "company.employees is at least 1000", None),
        ("fallback", Verdict.HELD, "goes to queue sales", None),
    ]


@pytest.mark.parametrize("guard", ["test", "spam", "suppressed", "closed"])
def test_a_guarded_lead_is_not_routed(guard: str) -> None:
    decision = decide(Case(facts(person__language="de"), guard=guard), RULES)
    assert (decision.target, decision.rule) == (None, f"guard.{guard}")


def test_whoever_has_the_person_keeps_them_whatever_the_rules_say() -> None:
    decision = decide(Case(facts(person__language="de"), owners=(KnownOwner("lead", "Ana", ANA),)), RULES)
    assert (decision.rep, decision.rule) == (ANA, "owner.lead")


def test_an_owner_who_is_not_there_is_passed_over_and_that_is_told() -> None:
    decision = decide(Case(facts(person__language="de"), owners=(KnownOwner("account", "Ana", None),)), RULES)
    assert decision.rule == "german"
    assert decision.steps[1].rule == "owner.account"


def test_a_rule_for_the_account_owner_passes_on_where_there_is_none() -> None:
    first = a_rule("account", Attribute("source", "exists"), Target(TargetKind.ACCOUNT_OWNER))
    rules = RouteRules(rules=(first, GERMAN))
    case = Case(facts(source="form", person__language="de"))
    assert decide(case, rules).rule == "german"
    owned = Case(case.facts, account_owner=KnownOwner("account", "Ana", ANA))
    assert (decide(owned, rules).rule, decide(owned, rules).rep) == ("account", ANA)


def test_a_lead_is_held_for_facts_once() -> None:
    hold = a_rule("hold", Attribute("company.size_band", "missing"), Target(TargetKind.HOLD, wait=timedelta(minutes=2)))
    rules = RouteRules(rules=(hold, GERMAN))
    asked = facts(person__language="de")
    assert decide(Case(asked), rules).target == hold.to
    assert decide(Case(asked, held=True), rules).rule == "german"


def test_a_rule_that_is_switched_off_is_not_asked() -> None:
    off = a_rule("off", speaks("de"), enabled=False)
    assert decide(Case(facts(person__language="de")), RouteRules(rules=(off,))).rule == "fallback"


@pytest.mark.parametrize(
    ("country", "region", "postal", "held"),
    [
        ("AT", None, None, True),
        ("at", None, None, True),
        ("FR", "Bavaria", None, True),
        ("DE", None, "80331", True),
        ("DE", None, "10115", False),
        ("DE", None, None, False),
        ("DE", "Bavaria", "10115", False),
        (None, None, None, False),
    ],
)
def test_a_territory_is_countries_regions_and_beginnings_of_postal_codes(
    country: str | None, region: str | None, postal: str | None, held: bool
) -> None:
    south = Territory("south", frozenset({"AT"}), frozenset({"bavaria"}), MappingProxyType({"DE": ("8", "9")}))
    assert south.holds(country=country, region=region, postal=postal) is held


def test_backups_are_asked_in_order_and_a_ring_ends() -> None:
    a, b = Pool("a", "A", (), backup="b"), Pool("b", "B", (), backup="a")
    assert [pool.key for pool in backups(a, RouteRules(pools=(a, b)))] == ["a", "b"]


# --- why not ---------------------------------------------------------------------------------------------------------


def test_of_all_the_first_that_fails_is_told_of_any_all_of_them() -> None:
    both = All((speaks("de"), Attribute("source", "eq", "form")))
    found = missed(both, facts(person__language="de", source="chat"))
    assert found is not None
    assert (found.asked, found.seen) == ("source is form", "chat")
    either = missed(AnyOf((speaks("de"), speaks("fr"))), facts(person__language="es"))
    assert either is not None
    assert either.asked == "person.language begins with de or person.language begins with fr"


def test_a_condition_is_said_in_words() -> None:
    condition = All((Happened("page.viewed", (Attribute("path", "eq", "/pricing"),), 7, 2), Not(speaks("de"))))
    words = "page.viewed with path is /pricing happened 2 times within 7 days and not (person.language begins with de)"
    assert in_words(condition) == words


# --- rules in the shadow of others -----------------------------------------------------------------------------------


def one_of(*values: str) -> Attribute:
    return Attribute("company.size_band", "in", values)


def number(op: str, value: object) -> Attribute:
    return Attribute("score.total", op, value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "proved"),
    [
        (one_of("a"), one_of("a", "b"), True),
        (one_of("a", "c"), one_of("a", "b"), False),
        (Attribute("company.size_band", "eq", "A"), one_of("a", "b"), True),
        (number("gte", 70), number("gt", 50), True),
        (number("gte", 50), number("gt", 50), False),
        (number("between", (60, 70)), number("gte", 50), True),
        (number("eq", 55), number("between", (50, 60)), True),
        (speaks("de-AT"), speaks("de"), True),
        (speaks("de"), speaks("de-AT"), False),
        (All((speaks("de"), one_of("a"))), speaks("de"), True),
        (speaks("de"), All((speaks("de"), one_of("a"))), False),
        (speaks("de"), AnyOf((one_of("a"), speaks("de"))), True),
        (AnyOf((speaks("de"), one_of("a"))), speaks("de"), False),
        (speaks("de"), Attribute("person.language", "exists"), True),
        (Attribute("person.language", "missing"), Attribute("person.language", "exists"), False),
        (Happened("form.demo", within_days=7), Happened("form.*", within_days=30), True),
        (Happened("form.demo"), Happened("form.*", within_days=30), False),
        (Happened("form.*"), Happened("form.demo"), False),
        (Happened("form.demo", count=3), Happened("form.demo", count=2), True),
        (Happened("form.demo", count=3, op="<="), Happened("form.demo"), False),
        (Happened("form.demo", count=3), Happened("form.demo", count=2, op="<="), False),
        (Happened("form.demo"), Happened("*engagement"), True),
    ],
)
def test_what_must_follow_is_proved_and_nothing_else(one: Condition, other: Condition, proved: bool) -> None:
    assert implies(one, other) is proved


leaf = st.one_of(
    st.builds(one_of, st.sampled_from("ab")),
    st.builds(number, st.sampled_from(["gt", "gte", "lt", "lte"]), st.integers(0, 3)),
    st.builds(speaks, st.sampled_from(["d", "de", "fr"])),
    st.just(Attribute("person.language", "exists")),
)
conditions = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda p: All(tuple(p))),
        st.lists(inner, min_size=1, max_size=3).map(lambda p: AnyOf(tuple(p))),
        inner.map(Not),
    ),
    max_leaves=5,
)


@given(
    conditions, conditions, st.sampled_from(["de", "fr", None]), st.integers(0, 4), st.sampled_from(["a", "b", None])
)
def test_the_lint_never_warns_wrongly(
    one: Condition, other: Condition, language: str | None, score: int, size: str | None
) -> None:
    asked = facts(person__language=language, score__total=score, company__size_band=size)
    if implies(one, other) and ask(one, asked).holds:
        assert ask(other, asked).holds


def test_a_broad_rule_shadows_the_narrow_one_below_it() -> None:
    narrow = a_rule("austrian", speaks("de-AT"))
    (shadow,) = shadowed((GERMAN, LARGE, narrow))
    assert (shadow.rule, shadow.by) == ("austrian", "german")
    assert shadowed((narrow, GERMAN, LARGE)) == ()


def test_a_rule_that_may_pass_on_shadows_nothing() -> None:
    account = a_rule("account", Attribute("person.language", "exists"), Target(TargetKind.ACCOUNT_OWNER))
    assert shadowed((account, GERMAN)) == ()
