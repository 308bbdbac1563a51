"""What lies ahead of a score, and which answer would change it most."""

from __future__ import annotations

from datetime import timedelta

from leads.bant import Factor, assess
from leads.condition import All, Attribute, BantIs, Facts, Happened, Not
from leads.outlook import ahead, what_would_change
from leads.score import score
from leads.score_rules import Decay, DecayKind, Group
from leads.scorer import Scorer
from tests.leads.test_score import NOW, did, rule, rules
from tests.leads.test_scorer import by_hand

HALF_LIFE, WINDOW = Decay(DecayKind.HALF_LIFE, 30), Decay(DecayKind.WINDOW, 30)


def test_points_that_end_and_penalties_that_begin_are_told_with_their_rule() -> None:
    silence = All((Happened("*"), Not(Happened("*", within_days=60))))
    book = rules(
        rule("visit", "page.viewed", 20, decay=WINDOW),
        rule("form", "form.demo", 30),
        rule("silent", silence, -10, group=Group.NEGATIVE),
    )
    facts = Facts({}, [did("page.viewed", days=10), did("form.demo", days=10)], assess([]), NOW)
    found = [(one.total, one.why, one.rule) for one in ahead(facts, Scorer(book)) if one.why != "decay"]
    assert found == [(30, "ended", "visit"), (20, "began", "silent")]
    first = next(one for one in ahead(facts, Scorer(book)) if one.rule == "visit")
    assert first.at == NOW + timedelta(days=20, seconds=1)


def test_a_line_that_fading_points_will_fall_below_is_told_to_the_day() -> None:
    book = rules(rule("demo", "form.demo", 58, decay=HALF_LIFE))
    found = ahead(Facts({}, [did("form.demo")], assess([]), NOW), Scorer(book))
    below = next(one for one in found if one.total < 50)
    assert (below.why, below.rule) == ("decay", "demo")
    assert NOW + timedelta(days=6) < below.at < NOW + timedelta(days=8)


def test_an_adjustment_that_runs_out_is_told() -> None:
    facts = Facts({}, [by_hand(30, 1, NOW + timedelta(days=3))], assess([]), NOW)
    (only,) = [one for one in ahead(facts, Scorer(rules())) if one.why != "decay"]
    assert (only.total, only.why, only.rule) == (0, "adjustment_ended", None)


def test_nothing_lies_ahead_of_what_time_does_not_touch() -> None:
    facts = Facts({"title": "x"}, [], assess([]), NOW)
    assert ahead(facts, Scorer(rules(rule("t", Attribute("title", "exists"), 9, group=Group.FIT)))) == ()


def test_the_answer_that_would_change_most_comes_first_and_says_how() -> None:
    book = rules(
        rule("small", Attribute("size", "eq", "1-10"), -20, group=Group.NEGATIVE),
        rule("right", Attribute("size", "in", ("51-200", "201-500")), 10, group=Group.FIT),
        rule("lines", Attribute("fields.lines", "gte", 2), 8, group=Group.FIT),
        rule("budget", BantIs(Factor.BUDGET, frozenset({"met"})), 12),
        rule("demo", "form.demo", 30),
    )
    facts = Facts({}, [did("form.demo")], assess([]), NOW)
    found = what_would_change(facts, Scorer(book), score(facts, book).missing)
    assert [(one.points, one.attribute or one.factor, one.how) for one in found] == [
        (-20, "size", "size is 1-10"),
        (12, Factor.BUDGET, "they tell their budget"),
        (8, "fields.lines", "fields.lines is 2"),
    ]


def test_an_answer_that_a_limit_would_swallow_is_not_worth_asking_for() -> None:
    book = rules(
        rule("fit", Attribute("title", "exists"), 40, group=Group.FIT),
        rule("size", Attribute("size", "eq", "51-200"), 10, group=Group.FIT),
    )
    facts = Facts({"title": "x"}, [], assess([]), NOW)
    assert what_would_change(facts, Scorer(book), score(facts, book).missing) == ()
