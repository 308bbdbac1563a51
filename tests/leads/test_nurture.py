from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leads.bant import assess
from leads.condition import Attribute, Condition, Facts, Happened, InSegment, read_condition
from leads.condition_words import in_words
from leads.nurture import (
    DEFAULT_RULES,
    NurturePolicy,
    Occasion,
    TrackRule,
    concerns,
    may_be_nurtured,
    shadowed,
    track_for,
)
from leads.signal import Activity, Property
from leads.stage import Outcome, ReasonCode, Standing

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def facts(*activities: Activity, **attributes: Property) -> Facts:
    return Facts(attributes, activities, assess(()), NOW)


def downloaded(name: str, *, days_ago: float = 0) -> Activity:
    at = NOW - timedelta(days=days_ago)
    return Activity("asset.downloaded", at, at, properties={"name": name})


@pytest.mark.parametrize(
    ("reason", "track"),
    [("not_now", "long_cycle"), ("no_need", "education"), ("no_authority", "champion"), ("unreachable", "long_cycle")],
)
def test_a_returned_lead_goes_where_its_reason_says(reason: str, track: str) -> None:
    choice = track_for(facts(reason=reason), NurturePolicy(), Occasion.RETURNED)
    assert choice is not None
    assert choice.track == track


def test_the_pricing_guide_brings_the_case_study_and_a_call_while_it_is_fresh() -> None:
    fresh = track_for(facts(downloaded("Pricing guide")), NurturePolicy(), Occasion.ACTIVITY)
    assert fresh is not None
    assert (fresh.track, fresh.task and fresh.task.kind.value) == ("case_study", "call")
    assert track_for(facts(downloaded("Pricing guide", days_ago=8)), NurturePolicy(), Occasion.ACTIVITY) is None
    assert track_for(facts(downloaded("Recipe book")), NurturePolicy(), Occasion.ACTIVITY) is None


def test_silence_always_finds_a_track_and_a_reader_of_newsletters_a_light_one() -> None:
    silent = track_for(facts(), NurturePolicy(), Occasion.SILENT)
    reader = track_for(facts(context="newsletter"), NurturePolicy(), Occasion.SILENT)
    assert (silent and silent.track, reader and reader.track) == ("long_cycle", "newsletter")


def test_only_activities_a_rule_asks_for_are_looked_at() -> None:
    assert concerns(NurturePolicy(), "asset.downloaded")
    assert not concerns(NurturePolicy(), "chat.message")


@pytest.mark.parametrize("when", [Happened("*engagement"), InSegment("lively", Happened("form.*"))])
def test_a_family_and_a_segment_ask_for_the_activities_in_them(when: Condition) -> None:
    policy = NurturePolicy((TrackRule("lively", "Does something", "active", frozenset({Occasion.ACTIVITY}), when),))
    assert concerns(policy, "form.demo")
    assert not concerns(policy, "order.placed")


@pytest.mark.parametrize(
    ("standing", "may"),
    [
        (Standing(), True),
        (Standing(outcome=Outcome.DISQUALIFIED), False),
        (Standing(reason=ReasonCode.DO_NOT_CONTACT), False),
    ],
)
def test_nobody_closed_or_not_to_be_contacted_is_nurtured(standing: Standing, may: bool) -> None:
    assert may_be_nurtured(standing) is may


def test_a_rule_behind_one_that_always_holds_is_found() -> None:
    always = TrackRule("all", "All", "a", frozenset({Occasion.SILENT}))
    never = TrackRule("late", "Late", "b", frozenset({Occasion.SILENT}), Attribute("source", "eq", "x"))
    assert shadowed((always, never)) == ("late",)
    assert shadowed(DEFAULT_RULES) == ()


def test_a_condition_is_told_in_words() -> None:
    raw = {
        "all": [
            {"attr": "company.size_band", "op": "in", "value": ["51-200", "201-500"]},
            {"any": [{"event": "product.invited", "count": 3, "within_days": 30}, {"bant": "need", "value": ["met"]}]},
            {"not": {"attr": "fields.lines", "op": "between", "value": [1, 2]}},
        ]
    }
    assert in_words(read_condition(raw)) == (
        "company.size_band is one of 51-200, 201-500 and (product.invited happened 3 times within 30 days or need is"
        " met) and not (fields.lines is between 1 and 2)"
    )
