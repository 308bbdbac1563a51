from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.bant import assess
from leads.condition import All, AnyOf, Attribute, Condition, Facts, Happened
from leads.evidence import Evidence
from leads.identity import MessageId
from leads.score import Decay, DecayKind, Group, Limits, Rule, Score, ScoreRules, Threshold, is_ready, score
from leads.signal import Activity, ActorKind

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMITS = {Group.FIT: Limits(0, 40), Group.ENGAGEMENT: Limits(0, 60), Group.NEGATIVE: Limits(-60, 0)}
HALF_LIFE, WINDOW = Decay(DecayKind.HALF_LIFE, 30), Decay(DecayKind.WINDOW, 30)


def did(type: str, *, days: float = 0, id: str = "", actor: ActorKind = ActorKind.HUMAN) -> Activity:
    at = NOW - timedelta(days=days)
    evidence = Evidence(MessageId(f"msg_{id}"), "their words", at) if type.startswith("said.") else None
    return Activity(type, at, at, actor=actor, id=id or f"{type}{days}", evidence=evidence)


def rules(*given: Rule, cap: float = 15) -> ScoreRules:
    return ScoreRules(3, given, MappingProxyType(LIMITS), reported_cap=cap)


def rule(id: str, when: Condition | str, points: float, *, group: Group | None = None, **known: object) -> Rule:
    found = Happened(when) if isinstance(when, str) else when
    where = group or (Group.NEGATIVE if points < 0 else Group.ENGAGEMENT)
    return Rule(id, where, id, found, points, **known)  # type: ignore[arg-type]


def scored(by: ScoreRules, *activities: Activity, now: datetime = NOW, **attributes: str) -> Score:
    return score(Facts(attributes, activities, assess([]), now), by)


def tenths(points: float) -> int:
    return round(points * 10)


def adds_up(receipt: Score) -> bool:
    lines = sum(tenths(line.points) for line in receipt.lines)
    groups = tenths(receipt.fit) + tenths(receipt.engagement) + tenths(receipt.negative)
    return lines == tenths(receipt.total) == min(max(groups, 0), 1000)


# --- whatever the rules and whatever happened ------------------------------------------------------------------------

EVENTS = st.sampled_from(["page.viewed", "form.demo", "said.asked_price", "said.asked_demo", "mail.clicked"])
CONDITIONS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Happened, EVENTS | st.sampled_from(["said.*", "*"]), count=st.integers(1, 3)),
    st.builds(lambda a, b: AnyOf((Happened(a), Happened(b))), EVENTS, EVENTS),
    st.builds(lambda a: All((Happened(a), Attribute("size", "exists"))), EVENTS),
    st.builds(Attribute, st.sampled_from(["size", "title"]), st.just("eq"), st.sampled_from(["a", "b"])),
)
DECAYS = st.one_of(
    st.just(Decay()),
    st.builds(Decay, st.sampled_from([DecayKind.HALF_LIFE, DecayKind.WINDOW]), st.floats(0.5, 200)),
)
RULES = st.lists(
    st.builds(
        Rule,
        id=st.uuids().map(str),
        group=st.sampled_from(Group),
        label=st.just("a rule"),
        when=CONDITIONS,
        points=st.floats(-80, 80),
        per_occurrence=st.booleans(),
        max_points=st.none() | st.floats(0, 50),
        cooldown_hours=st.sampled_from([0.0, 1.0, 24.0]),
        decay=DECAYS,
        exclusive_set=st.sampled_from([None, None, "one", "two"]),
        enabled=st.sampled_from([True, True, True, False]),
    ),
    max_size=8,
).map(lambda made: tuple(replace(r, max_points=None) if r.points < 0 else r for r in made))
RULEBOOKS = st.builds(
    lambda made, high, low, cap: ScoreRules(
        1,
        made,
        MappingProxyType({g: Limits(-low if g is Group.NEGATIVE else 0, high) for g in Group}),
        reported_cap=cap,
    ),
    RULES,
    st.sampled_from([0.0, 12.5, 40.0, 100.0]),
    st.sampled_from([0.0, 33.3, 60.0]),
    st.sampled_from([0.0, 7.7, 15.0]),
)
ACTIVITIES = st.lists(
    st.tuples(EVENTS, st.floats(0, 400), st.sampled_from([ActorKind.HUMAN, ActorKind.HUMAN, ActorKind.MACHINE])),
    max_size=12,
).map(lambda drawn: [did(type, days=days, id=str(n), actor=actor) for n, (type, days, actor) in enumerate(drawn)])
ATTRIBUTES = st.dictionaries(st.sampled_from(["size", "title"]), st.sampled_from(["a", "b"]))


@given(RULEBOOKS, ACTIVITIES, ATTRIBUTES)
def test_the_lines_add_up_to_the_total_and_the_total_is_between_0_and_100(
    book: ScoreRules, activities: list[Activity], attributes: dict[str, str]
) -> None:
    receipt = scored(book, *activities, **attributes)
    assert adds_up(receipt)
    assert 0 <= receipt.total <= 100
    assert (receipt.as_of, receipt.version) == (NOW, book.version)


@given(RULEBOOKS, ACTIVITIES, ATTRIBUTES)
def test_no_group_brings_more_or_less_than_its_limits(
    book: ScoreRules, activities: list[Activity], attributes: dict[str, str]
) -> None:
    receipt = scored(book, *activities, **attributes)
    for group, points in zip(Group, (receipt.fit, receipt.engagement, receipt.negative), strict=True):
        assert tenths(book.limits[group].low) <= tenths(points) <= tenths(book.limits[group].high)
        lines = sum(tenths(ln.points) for ln in receipt.lines if ln.group is group and ln.rule != "bounds")
        assert lines == tenths(points)


@given(RULEBOOKS, ACTIVITIES, ATTRIBUTES, st.randoms(use_true_random=False))
def test_the_order_in_which_activities_arrive_does_not_matter(
    book: ScoreRules, activities: list[Activity], attributes: dict[str, str], random: object
) -> None:
    shuffled = list(activities)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert scored(book, *shuffled, **attributes) == scored(book, *activities, **attributes)


@given(RULEBOOKS, ACTIVITIES, ATTRIBUTES, EVENTS, st.floats(0, 100))
def test_what_a_machine_did_never_counts(
    book: ScoreRules, activities: list[Activity], attributes: dict[str, str], type: str, days: float
) -> None:
    by_people = [a for a in activities if a.actor is ActorKind.HUMAN]
    machine = did(type, days=days, id="machine", actor=ActorKind.MACHINE)
    assert scored(book, *activities, machine, **attributes) == scored(book, *by_people, **attributes)


@given(RULEBOOKS, ACTIVITIES, ATTRIBUTES)
def test_what_was_reported_brings_no_more_than_its_cap(
    book: ScoreRules, activities: list[Activity], attributes: dict[str, str]
) -> None:
    wide = replace(book, limits=MappingProxyType({g: Limits(-9999, 9999) for g in Group}))
    only_good = replace(wide, rules=tuple(r for r in wide.rules if r.points >= 0))
    reported = [a for a in activities if a.reported]
    without = scored(only_good, **attributes)
    brought = sum(tenths(ln.points) for ln in scored(only_good, *reported, **attributes).lines if ln.rule != "bounds")
    bare = sum(tenths(ln.points) for ln in without.lines if ln.rule != "bounds")
    if all(r.exclusive_set is None for r in only_good.rules):
        assert brought - bare <= tenths(book.reported_cap) + 1


@given(RULEBOOKS, ACTIVITIES, st.floats(0, 500), st.floats(0, 500))
def test_good_points_only_fade_with_time(
    book: ScoreRules, activities: list[Activity], one: float, other: float
) -> None:
    simple = tuple(replace(r, exclusive_set=None) for r in book.rules if r.points >= 0)
    early, late = sorted((NOW + timedelta(days=one), NOW + timedelta(days=other)))
    good = replace(book, rules=simple)
    assert scored(good, *activities, now=late).total <= scored(good, *activities, now=early).total


@given(st.floats(0.5, 500), st.lists(st.floats(0, 2000), min_size=2, max_size=2).map(sorted))
def test_decay_starts_at_one_never_grows_and_never_falls_below_zero(days: float, ages: list[float]) -> None:
    for kind in DecayKind:
        decay = Decay(kind, days)
        young, old = (decay.factor(timedelta(days=age)) for age in ages)
        assert 1 >= young >= old >= 0
        assert decay.factor(timedelta(days=-5)) == decay.factor(timedelta(0)) == 1
    assert Decay(DecayKind.HALF_LIFE, days).factor(timedelta(days=days)) == pytest.approx(0.5)


# --- one thing at a time ---------------------------------------------------------------------------------------------


def test_points_halve_after_a_half_life_and_are_gone_after_a_window() -> None:
    book = rules(rule("click", "mail.clicked", 20, decay=HALF_LIFE), rule("visit", "page.viewed", 10, decay=WINDOW))
    assert scored(book, did("mail.clicked"), did("page.viewed")).total == 30
    assert scored(book, did("mail.clicked", days=30), did("page.viewed", days=30)).total == 20
    assert scored(book, did("mail.clicked", days=60), did("page.viewed", days=31)).total == 5


def test_one_rule_counts_the_newest_once_or_each_one_outside_the_pause() -> None:
    visits = [did("page.viewed", days=days) for days in (0, 0.5, 2, 2.2, 9)]
    assert scored(rules(rule("once", "page.viewed", 4)), *visits).total == 4
    each = rule("each", "page.viewed", 4, per_occurrence=True)
    assert scored(rules(each), *visits).total == 20
    assert scored(rules(replace(each, cooldown_hours=24)), *visits).total == 12
    assert scored(rules(replace(each, max_points=10)), *visits).total == 10


def test_of_an_exclusive_set_only_the_best_counts() -> None:
    top = rule("top", Attribute("title", "eq", "ceo"), 12, group=Group.FIT, exclusive_set="seniority")
    any_title = rule("any", Attribute("title", "exists"), 9, group=Group.FIT, exclusive_set="seniority")
    for order in ((top, any_title), (any_title, top)):
        assert [line.rule for line in scored(rules(*order), title="ceo").lines] == ["top"]
        assert [line.rule for line in scored(rules(*order), title="cto").lines] == ["any"]


@pytest.mark.parametrize(
    "when",
    [
        Happened("said.asked_demo"),
        Happened("said.*"),
        AnyOf((Happened("said.asked_demo"), Happened("form.trial"))),
        All((Happened("said.asked_demo"), Attribute("title", "exists"))),
    ],
)
@pytest.mark.parametrize("group", [Group.FIT, Group.ENGAGEMENT])
def test_no_rule_lets_what_the_model_reported_past_the_cap(when: Condition, group: Group) -> None:
    receipt = scored(rules(rule("said", when, 35, group=group)), did("said.asked_demo"), title="ceo")
    assert (receipt.total, adds_up(receipt)) == (15, True)
    assert [line.rule for line in receipt.lines] == ["said", "cap.reported"]


def test_what_we_saw_ourselves_is_not_under_that_cap_and_neither_is_what_speaks_against() -> None:
    book = rules(rule("demo", "form.demo", 30), rule("said", "said.asked_demo", 12), rule("bad", "said.student", -40))
    assert scored(book, did("form.demo"), did("said.asked_demo")).total == 42
    assert scored(book, did("said.student")).negative == -40


def test_groups_are_capped_and_the_total_has_a_floor_and_a_ceiling_with_a_line_for_each() -> None:
    much = rules(rule("demo", "form.demo", 90), rule("fit", Attribute("title", "exists"), 70, group=Group.FIT))
    receipt = scored(much, did("form.demo"), title="ceo")
    assert (receipt.total, receipt.fit, receipt.engagement, receipt.grade) == (100, 40, 60, "A1")
    assert {line.rule for line in receipt.lines} == {"demo", "fit", "cap.fit", "cap.engagement"}
    bad = scored(rules(rule("bad", "page.viewed", -90)), did("page.viewed"))
    assert (bad.total, bad.negative) == (0, -60)
    assert {line.rule for line in bad.lines} == {"bad", "cap.negative", "bounds"}
    assert adds_up(bad)


def test_a_receipt_shows_the_words_it_rests_on_and_what_would_help_to_know() -> None:
    book = rules(rule("price", "said.asked_price", 5), rule("title", Attribute("person.title", "eq", "x"), 9))
    receipt = scored(book, did("said.asked_price", id="7"))
    assert [e.message_id for e in receipt.lines[0].evidence] == ["msg_7"]
    assert receipt.missing == ("person.title",)


def test_a_rule_that_is_switched_off_does_nothing() -> None:
    off = rule("demo", "form.demo", 30, enabled=False)
    assert scored(rules(off), did("form.demo")).lines == ()


def test_a_lead_is_ready_by_total_and_fit_both() -> None:
    receipt = scored(rules())
    for total, fit, expected in ((50, 15, True), (49.9, 40, False), (90, 14.9, False)):
        assert is_ready(replace(receipt, total=total, fit=fit), Threshold()) is expected


@pytest.mark.parametrize(
    ("fit", "engagement", "grade"), [(0, 0, "C3"), (13, 19, "C3"), (14, 20, "B2"), (27, 40, "A1"), (40, 60, "A1")]
)
def test_the_grade_is_fit_by_letter_and_engagement_by_number_in_thirds(
    fit: float, engagement: float, grade: str
) -> None:
    book = rules(rule("fit", Attribute("title", "exists"), fit, group=Group.FIT), rule("demo", "form.demo", engagement))
    assert scored(book, did("form.demo"), title="x").grade == grade
