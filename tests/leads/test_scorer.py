"""The quick way to a score says what the plain one says, and when time alone will change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from leads.bant import AssertedBy, Claim, Factor, FactorStatus, assess
from leads.condition import (
    COUNTS,
    All,
    AnyOf,
    Attribute,
    BantIs,
    Condition,
    Facts,
    Happened,
    InSegment,
    Not,
    ask,
    read_condition,
)
from leads.condition_written import written
from leads.evidence import Evidence
from leads.identity import MessageId
from leads.score import Score, is_ready, score, stays_ready, tenths
from leads.score_rules import Decay, DecayKind, Group, Limits, Measure, Rule, ScoreRules, Threshold
from leads.scorer import Figures, Scorer
from leads.signal import ADJUSTED, Activity, ActorKind, BareDeed
from tests.leads.test_score import NOW, did, rule, rules

TYPES = ("page.viewed", "form.demo", "said.asked_price", "email.opened", "email.clicked", "webinar.attended")
EVENTS = st.sampled_from([*TYPES, "email.*", "*", "*engagement", "*email_engagement", "nothing.such"])
WHERE = st.sampled_from(
    [
        (),
        (Attribute("path", "starts_with", "/pricing"),),
        (Attribute("path", "matches", "^/pri"), Attribute("n", "gte", 2)),
    ]
)
LEAVES: st.SearchStrategy[Condition] = st.one_of(
    st.builds(
        Happened,
        EVENTS,
        WHERE,
        st.none() | st.sampled_from([0.5, 7.0, 30.0, 90.0]),
        st.integers(0, 3),
        st.sampled_from(sorted(COUNTS)),
    ),
    st.builds(
        Attribute,
        st.sampled_from(["size", "title", "email"]),
        st.sampled_from(["eq", "neq", "contains", "exists", "missing", "domain_is_free", "gt"]),
        st.sampled_from(["a", "b", 3]),
    ),
    st.builds(BantIs, st.sampled_from(Factor), st.sampled_from([frozenset({"met"}), frozenset({"unmet", "unknown"})])),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(InSegment, st.just("some"), inner),
    ),
    max_leaves=5,
)
DECAYS = st.one_of(
    st.just(Decay()),
    st.builds(Decay, st.sampled_from([DecayKind.HALF_LIFE, DecayKind.WINDOW]), st.sampled_from([1.0, 14.0, 60.0])),
    st.builds(Decay, st.just(DecayKind.STEP), st.sampled_from([1.0, 14.0]), st.sampled_from([10.0, 50.0, 100.0])),
)
RULES = st.lists(
    st.builds(
        Rule,
        id=st.uuids().map(str),
        group=st.sampled_from(Group),
        label=st.just("a rule"),
        when=CONDITIONS,
        points=st.sampled_from([-60.0, -7.3, 0.0, 2.5, 10.0, 33.3]),
        per_occurrence=st.booleans(),
        max_points=st.none() | st.sampled_from([0.0, 20.0]),
        cooldown_hours=st.sampled_from([0.0, 1.0, 24.0]),
        decay=DECAYS,
        exclusive_set=st.sampled_from([None, None, "one", "two"]),
        enabled=st.sampled_from([True, True, True, False]),
        hard_stop=st.sampled_from([False, False, True]),
    ),
    max_size=7,
).map(lambda made: tuple(replace(r, max_points=None) if r.points < 0 else r for r in made))
RULEBOOKS = st.builds(
    lambda made, high, cap: ScoreRules(
        4,
        made,
        MappingProxyType({g: Limits(-60 if g is Group.NEGATIVE else 0, high) for g in Group}),
        reported_cap=cap,
    ),
    RULES,
    st.sampled_from([12.5, 40.0, 100.0]),
    st.sampled_from([0.0, 15.0]),
)
DAYS = st.one_of(st.integers(0, 100).map(float), st.floats(0, 100))


def deed(type: str, days: float, actor: ActorKind, path: str, n: int, id: int) -> Activity:
    at = NOW - timedelta(days=days)
    return Activity(type, at, at, actor=actor, properties=MappingProxyType({"path": path, "n": n}), id=str(id))


def by_hand(points: float, days: float = 1, until: datetime | None = None) -> Activity:
    at = NOW - timedelta(days=days)
    told = {"points": points, "reason": "met them", "by": "Ana", "expires_at": until.isoformat() if until else None}
    return Activity(ADJUSTED, at, at, actor=ActorKind.REP, properties=MappingProxyType(told), id=f"hand{points}{days}")


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(TYPES),
        DAYS,
        st.sampled_from([ActorKind.HUMAN, ActorKind.HUMAN, ActorKind.MACHINE, ActorKind.REP]),
        st.sampled_from(["/pricing", "/", "/docs"]),
        st.integers(0, 3),
    ),
    max_size=10,
).map(lambda drawn: [deed(*one, id) for id, one in enumerate(drawn)])
HANDS = st.lists(
    st.builds(
        by_hand,
        st.sampled_from([-20.0, 5.5, 30.0]),
        st.sampled_from([0.5, 3.0]),
        st.sampled_from([None, NOW - timedelta(hours=1), NOW + timedelta(days=3)]),
    ),
    max_size=2,
)
CLAIMS = st.lists(
    st.sampled_from(
        [
            Claim(f, v, FactorStatus.STATED, Evidence(MessageId("m"), v, NOW), AssertedBy.AGENT, NOW)
            for f in Factor
            for v in ("yes, 30k", "no budget")
        ]
    ),
    max_size=3,
)
FACTS = st.builds(
    lambda attributes, deeds, hands, claims: Facts(attributes, [*deeds, *hands], assess(claims), NOW),
    st.dictionaries(st.sampled_from(["size", "title", "email"]), st.sampled_from(["a", "b@gmail.com", 4, True, ""])),
    DEEDS,
    HANDS,
    CLAIMS,
)


def same(figures: Figures, receipt: Score) -> bool:
    return (figures.total, figures.fit, figures.engagement, figures.negative, figures.grade, figures.stops) == (
        receipt.total,
        receipt.fit,
        receipt.engagement,
        receipt.negative,
        receipt.grade,
        receipt.stops,
    )


@given(RULEBOOKS, FACTS)
def test_compiled_and_plain_rules_agree(book: ScoreRules, facts: Facts) -> None:
    receipt = score(facts, book)
    assert same(Scorer(book).figures(facts), receipt)
    assert sum(tenths(line.points) for line in receipt.lines) == tenths(receipt.total)


@given(RULEBOOKS, st.lists(FACTS, min_size=2, max_size=6))
def test_what_is_remembered_of_one_lead_is_right_for_the_next(book: ScoreRules, everybody: list[Facts]) -> None:
    scorer = Scorer(book)
    for facts in everybody * 2:
        assert same(scorer.figures(facts), score(facts, book))
        assert scorer.figures(facts) == Scorer(book).figures(facts) == scorer.in_full(facts).figures


@given(RULEBOOKS, FACTS)
def test_the_least_that_is_read_of_a_lead_is_enough(book: ScoreRules, facts: Facts) -> None:
    scorer = Scorer(book)
    asked = {name: value for name, value in facts.attributes.items() if name in scorer.asks}
    bare = [BareDeed(a.type, a.occurred_at, a.id, a.actor, a.properties) for a in facts.activities]
    assert scorer.figures(replace(facts, attributes=asked, activities=bare)) == scorer.figures(facts)


@given(RULEBOOKS, FACTS, st.randoms(use_true_random=False))
def test_the_order_of_the_ledger_does_not_matter(book: ScoreRules, facts: Facts, random: object) -> None:
    shuffled = list(facts.activities)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Scorer(book).figures(replace(facts, activities=shuffled)) == Scorer(book).figures(facts)


@given(RULEBOOKS, FACTS, st.floats(0, 0.999))
def test_nothing_changes_before_the_instant_that_is_named(book: ScoreRules, facts: Facts, share: float) -> None:
    """Points that fade all the time are the exception: they are looked at again within a day."""
    steady = replace(book, rules=tuple(r for r in book.rules if r.decay.kind is not DecayKind.HALF_LIFE))
    now = Scorer(steady).figures(facts)
    horizon = now.changes_at or NOW + timedelta(days=400)
    later = Scorer(steady).figures(replace(facts, now=NOW + (horizon - timedelta(seconds=2) - NOW) * share))
    assert (later.total, later.fit, later.stops) == (now.total, now.fit, now.stops)


@given(RULEBOOKS, FACTS)
def test_points_that_fade_are_looked_at_again_within_a_day(book: ScoreRules, facts: Facts) -> None:
    fading = any(r.decay.kind is DecayKind.HALF_LIFE for r in book.rules)
    now = Scorer(book).figures(facts)
    if fading and now.changes_at is None:  # all of it has faded, or nothing of it ever counted
        later = Scorer(book).figures(replace(facts, now=NOW + timedelta(days=1)))
        assert later.total == now.total


@given(CONDITIONS, FACTS)
def test_a_condition_that_is_written_and_read_asks_the_same(condition: Condition, facts: Facts) -> None:
    def plain(inner: Condition) -> Condition:  # one segment of each name: here each stands for itself
        match inner:
            case InSegment(_, part):
                return plain(part)
            case Not(part):
                return Not(plain(part))
            case All(parts):
                return All(tuple(plain(p) for p in parts))
            case AnyOf(parts):
                return AnyOf(tuple(plain(p) for p in parts))
        return inner

    bare = plain(condition)
    assert read_condition(written(bare)) == bare
    assert ask(bare, facts).holds == ask(condition, facts).holds


# --- one thing at a time ---------------------------------------------------------------------------------------------


def test_steps_take_their_percent_of_what_is_left() -> None:
    book = rules(rule("visit", "page.viewed", 40, decay=Decay(DecayKind.STEP, 30, 50)))
    for days, total in ((0, 40), (29, 40), (30, 20), (61, 10), (90, 5)):
        facts = Facts({}, [did("page.viewed", days=days)], assess([]), NOW)
        assert score(facts, book).total == total
    assert Scorer(book).figures(Facts({}, [did("page.viewed")], assess([]), NOW)).changes_at == NOW + timedelta(
        days=30, seconds=1
    )


def test_what_people_give_by_hand_is_a_line_of_its_own_beside_all_limits() -> None:
    book = rules(rule("demo", "form.demo", 90))
    facts = Facts({}, [did("form.demo"), by_hand(25), by_hand(-5, 2), by_hand(9, 3, NOW)], assess([]), NOW)
    receipt = score(facts, book)
    assert (receipt.engagement, receipt.total) == (60, 80)
    assert [(line.points, line.label) for line in receipt.lines if line.rule == "manual"] == [
        (-5, "Ana: met them"),
        (25, "Ana: met them"),
    ]


def test_only_the_team_adjusts() -> None:
    forged = replace(by_hand(90), actor=ActorKind.HUMAN)
    assert score(Facts({}, [forged], assess([]), NOW), rules()).total == 0
    assert Scorer(rules()).figures(Facts({}, [forged], assess([]), NOW)).total == 0


def test_an_activity_that_two_parts_of_a_condition_mean_counts_once() -> None:
    both = AnyOf((Happened("form.*"), Happened("form.demo")))
    book = rules(rule("form", both, 10, per_occurrence=True))
    facts = Facts({}, [did("form.demo")], assess([]), NOW)
    assert score(facts, book).total == Scorer(book).figures(facts).total == 10


def test_families_mean_every_type_of_theirs() -> None:
    quiet = All((Happened("*email_engagement"), Not(Happened("*email_engagement", within_days=60))))
    book = rules(rule("quiet", quiet, -10, group=Group.NEGATIVE))
    opened, read = did("email.opened", days=61), did("page.viewed", days=1)
    assert score(Facts({}, [opened, read], assess([]), NOW), book).negative == -10
    assert score(Facts({}, [did("email.clicked", days=59)], assess([]), NOW), book).negative == 0
    assert score(Facts({}, [read], assess([]), NOW), book).negative == 0  # never read a mail: never stopped
    assert Scorer(book).figures(Facts({}, [did("email.clicked", days=59)], assess([]), NOW)).changes_at == (
        NOW + timedelta(days=1, seconds=1)
    )


def test_a_line_is_crossed_at_up_and_left_below_down() -> None:
    line = Threshold(50, 40, 15)
    figures = Figures(50, 15, 35, 0, "B2", 1)
    assert is_ready(figures, line)
    for total, was, stays in ((49, True, True), (40, True, True), (39.9, True, False), (49, False, False)):
        assert stays_ready(replace(figures, total=total), line, was=was) is stays
    assert is_ready(figures, replace(line, on=Measure.ENGAGEMENT, up=35))


@given(st.lists(st.sampled_from([49.0, 50.0, 49.9, 45.0, 40.0]), max_size=30))
def test_swaying_around_the_line_does_not_sway_the_lead(totals: list[float]) -> None:
    figures, ready, changes = Figures(50, 20, 30, 0, "B2", 1), False, 0
    for total in totals:
        now = stays_ready(replace(figures, total=total), Threshold(50, 40, 15), was=ready)
        changes += now is not ready
        ready = now
    assert changes <= 1
