from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.bant import AssertedBy, Claim, Factor, FactorStatus, assess
from leads.comparison import OPS
from leads.condition import (
    All,
    AnyOf,
    Attribute,
    BadCondition,
    BantIs,
    Condition,
    Facts,
    Happened,
    Not,
    ask,
    read_condition,
)
from leads.evidence import Evidence
from leads.identity import MessageId
from leads.signal import Activity, ActorKind, Property

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def facts(*activities: Activity, bant: tuple[Claim, ...] = (), **attributes: Property) -> Facts:
    return Facts(MappingProxyType(attributes), activities, assess(bant), NOW)


def seen(
    path: str = "/pricing", *, days: float = 0, actor: ActorKind = ActorKind.HUMAN, type: str = "page.viewed"
) -> Activity:
    at = NOW - timedelta(days=days)
    return Activity(type, at, at, actor=actor, properties=MappingProxyType({"path": path}), id=f"{path}{days}")


def holds(condition: Condition, facts: Facts) -> bool | None:
    return ask(condition, facts).holds


# --- three values ----------------------------------------------------------------------------------------------------

TRUE, FALSE, UNKNOWN = Attribute("a", "eq", 1), Attribute("a", "eq", 2), Attribute("nobody", "eq", 1)
LEAVES = st.sampled_from([TRUE, FALSE, UNKNOWN])
TREES: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
A = facts(a=1)


def order_of(answer: bool | None) -> int:
    """False below unknown below true: in Kleene's logic `all` is the least, `any` the greatest, `not` the mirror."""
    return {False: -1, None: 0, True: 1}[answer]


@given(st.lists(TREES, min_size=1, max_size=4))
def test_all_is_the_least_and_any_the_greatest_of_its_parts(parts: list[Condition]) -> None:
    values = [order_of(holds(part, A)) for part in parts]
    assert order_of(holds(All(tuple(parts)), A)) == min(values)
    assert order_of(holds(AnyOf(tuple(parts)), A)) == max(values)


@given(TREES)
def test_not_is_the_mirror_and_twice_not_is_nothing(tree: Condition) -> None:
    assert order_of(holds(Not(tree), A)) == -order_of(holds(tree, A))
    assert holds(Not(Not(tree)), A) == holds(tree, A)


@given(st.lists(TREES, min_size=1, max_size=3).map(tuple))
def test_the_laws_of_de_morgan(parts: tuple[Condition, ...]) -> None:
    mirrored = tuple(Not(part) for part in parts)
    assert holds(Not(All(parts)), A) == holds(AnyOf(mirrored), A)
    assert holds(Not(AnyOf(parts)), A) == holds(All(mirrored), A)


@given(TREES, TREES, TREES)
def test_parts_may_be_swapped_grouped_and_shared_out(a: Condition, b: Condition, c: Condition) -> None:
    assert holds(All((a, b)), A) == holds(All((b, a)), A)
    assert holds(AnyOf((a, AnyOf((b, c)))), A) == holds(AnyOf((AnyOf((a, b)), c)), A)
    assert holds(All((a, AnyOf((b, c)))), A) == holds(AnyOf((All((a, b)), All((a, c)))), A)


@given(TREES)
def test_learning_more_never_turns_an_answer_around(tree: Condition) -> None:
    before = holds(tree, A)
    if before is not None:
        for learnt in (1, 2):
            assert holds(tree, facts(a=1, nobody=learnt)) is before


def test_unknown_is_not_false_and_says_what_is_missing() -> None:
    answer = ask(All((TRUE, UNKNOWN)), A)
    assert (answer.holds, answer.missing) == (None, frozenset({"nobody"}))
    assert ask(All((FALSE, UNKNOWN)), A).missing == frozenset()  # it would not matter
    assert holds(Attribute("nobody", "neq", 1), A) is None
    assert holds(Attribute("nobody", "not_in", (1,)), A) is None
    assert holds(Attribute("empty", "eq", ""), facts(empty="")) is None


# --- leaves ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "have", "want", "expected"),
    [
        ("eq", "Food", "food", True),
        ("eq", "food", "drink", False),
        ("neq", "food", "drink", True),
        ("in", "51-200", ("51-200", "201-500"), True),
        ("not_in", "11-50", ("51-200",), True),
        ("gt", 5, 5, False),
        ("gte", "5", 5, True),
        ("lt", 4.9, "5", True),
        ("lte", 6, 5, False),
        ("gt", "many", 5, None),
        ("gt", True, 0, None),
        ("gte", "nan", 0, None),
        ("gte", 10**400, 0, None),
        ("between", 3, (1, 3), True),
        ("between", 4, (1, 3), False),
        ("between", 4, (1,), None),
        ("contains", "Head of Planning", ("planning", "supply"), True),
        ("contains", "Head of IT", ("planning", "supply"), False),
        ("starts_with", "/pricing/plans", "/pricing", True),
        ("starts_with", "/docs", ("/pricing", "/customers"), False),
        ("exists", "x", None, True),
        ("missing", "x", None, False),
        ("exists", None, None, False),
        ("missing", "", None, True),
    ],
)
def test_comparisons(op: str, have: Property, want: Any, expected: bool | None) -> None:
    assert holds(Attribute("x", op, want), facts(x=have)) is expected


@given(
    st.sampled_from(sorted(OPS)),
    st.one_of(st.text(), st.integers(), st.floats(), st.booleans()),
    st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.lists(st.text() | st.integers()).map(tuple)),
)
def test_no_comparison_breaks_on_anything(op: str, have: Property, want: Any) -> None:
    assert holds(Attribute("x", op, want), facts(x=have)) in {True, False, None}


@given(st.integers() | st.floats(allow_nan=False), st.integers() | st.floats(allow_nan=False))
def test_of_two_numbers_one_is_less_greater_or_equal(a: float, b: float) -> None:
    answers = {op: holds(Attribute("x", op, b), facts(x=a)) for op in ("gt", "gte", "lt", "lte")}
    if None in answers.values():
        return  # an integer no float can hold
    assert answers["gt"] is not answers["lte"]
    assert answers["lt"] is not answers["gte"]
    assert not (answers["gt"] and answers["lt"])


def test_only_what_a_person_did_counts() -> None:
    visit = Happened("page.viewed")
    for actor in ActorKind:
        assert holds(visit, facts(seen(actor=actor))) is (actor is ActorKind.HUMAN)


def test_activities_are_told_apart_by_type_properties_age_and_number() -> None:
    three = facts(seen("/pricing", days=1), seen("/pricing", days=40), seen("/docs", days=2))
    priced = (Attribute("path", "starts_with", "/pricing"),)
    assert len(ask(Happened("page.*"), three).because) == 3
    assert len(ask(Happened("page.viewed", priced), three).because) == 2
    assert len(ask(Happened("page.viewed", priced, within_days=30), three).because) == 1
    assert holds(Happened("page.viewed", priced, count=3), three) is False
    assert ask(Happened("page.viewed", count=4), three).because == ()
    assert holds(Happened("form.demo"), three) is False  # what did not happen is known not to have happened
    assert holds(Happened("page.viewed", (Attribute("nothing", "eq", 1),)), three) is False


def test_a_factor_can_be_asked_for_its_status_and_for_whether_it_speaks_for_a_purchase() -> None:
    def said(value: str) -> Facts:
        evidence = Evidence(MessageId("m"), value, NOW)
        return facts(bant=(Claim(Factor.BUDGET, value, FactorStatus.STATED, evidence, AssertedBy.AGENT, NOW),))

    stated, met = BantIs(Factor.BUDGET, frozenset({"stated"})), BantIs(Factor.BUDGET, frozenset({"met"}))
    assert (holds(stated, said("30k")), holds(met, said("30k"))) == (True, True)
    assert (holds(stated, said("no budget")), holds(met, said("no budget"))) == (True, False)
    assert holds(stated, facts()) is False


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_condition_is_read_from_plain_data() -> None:
    raw = {
        "all": [
            {"any": [{"attr": "person.title", "op": "contains", "value": ["head"]}, {"bant": "need"}]},
            {
                "not": {
                    "event": "page.viewed",
                    "within_days": 30,
                    "count": 2,
                    "where": [{"prop": "path", "value": "/x"}],
                }
            },
            {"bant": "budget", "value": ["met"]},
        ]
    }
    assert read_condition(raw) == All(
        (
            AnyOf(
                (
                    Attribute("person.title", "contains", ("head",)),
                    BantIs(Factor.NEED, frozenset({"met"})),
                )
            ),
            Not(Happened("page.viewed", (Attribute("path", "eq", "/x"),), 30.0, 2)),
            BantIs(Factor.BUDGET, frozenset({"met"})),
        )
    )


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("x", "when"),
        ({}, "when"),
        ({"attr": "a", "event": "b"}, "when"),
        ({"all": []}, "when.all"),
        ({"all": [{"attr": "a"}, {"any": "x"}]}, "when.all[1].any"),
        ({"not": {"attr": ""}}, "when.not.attr"),
        ({"attr": "a", "op": "like"}, "when.op"),
        ({"attr": "a", "value": {"x": 1}}, "when.value"),
        ({"bant": "money"}, "when.bant"),
        ({"event": 7}, "when.event"),
        ({"event": "e", "within_days": 0}, "when.within_days"),
        ({"event": "e", "within_days": True}, "when.within_days"),
        ({"event": "e", "count": 0}, "when.count"),
        ({"event": "e", "where": [{"prop": "p", "op": "?"}]}, "when.where[0].op"),
    ],
)
def test_a_condition_that_cannot_be_read_says_where(raw: object, path: str) -> None:
    with pytest.raises(BadCondition) as refused:
        read_condition(raw)
    assert refused.value.path.startswith(path.rsplit(".", 1)[0])
    assert refused.value.message


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["all", "any", "not", "attr", "event", "bant", "op", "value", "where", "count"]), x
            )
        ),
        max_leaves=8,
    )
)
def test_nothing_that_is_written_breaks_the_reader(raw: object) -> None:
    try:
        condition = read_condition(raw)
    except BadCondition:
        return
    assert holds(condition, facts(seen(), a=1)) in {True, False, None}
