from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.compare_people import MEASURES, profile_of
from leads.contact_point import PointKind, normal_point
from leads.duplicate import (
    SUGGEST_AT,
    Commonness,
    Profile,
    Resemblance,
    candidate_pairs,
    commonness,
    match_keys,
    resemblance,
    sound,
)
from leads.identity import ContactPointId, PersonId
from leads.lead import Person
from store.contact_points import ContactPoint
from tests.builders import MONDAY


def a_profile(id: str = "per_1", *, emails: tuple[str, ...] = (), **known: Any) -> Profile:
    person = Person(PersonId(id), MONDAY, **{k: v for k, v in known.items() if k not in {"company", "fields"}})
    points = [
        ContactPoint(ContactPointId(e), person.id, PointKind.EMAIL, e, normal_point(PointKind.EMAIL, e)) for e in emails
    ]
    return profile_of(person, points, company=known.get("company"), fields=known.get("fields", {}))


def compared(one: dict[str, Any], other: dict[str, Any], common: Commonness = Commonness()) -> Resemblance:  # noqa: B008
    return resemblance(a_profile("per_1", **one), a_profile("per_2", **other), MEASURES, common)


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ({"name": "Jon Smith", "company": "Acme"}, {"name": "John Smith", "company": "Acme Inc"}, True),
        ({"name": "Smith John", "phone": "+4930123456"}, {"name": "John Smith", "phone": "+4930123456"}, True),
        ({"name": "Ana Weber"}, {"name": "Ana Weber"}, False),  # a name alone is no reason
        ({"name": "Ana Weber", "phone": "+4930123456"}, {"name": "Boris Klein", "phone": "+4930123456"}, False),
        ({"name": "Ana Weber", "company": "Acme"}, {"name": "Boris Klein", "company": "Acme"}, False),
        ({"phone": "+4930123456"}, {"name": "Ana Weber", "phone": "+4930123456"}, True),
        ({"name": "José Núñez", "company": "Acme"}, {"name": "jose nunez", "company": "ACME S.A."}, True),
        ({"name": "Ana Weber", "emails": ("a.weber@one.example",)}, {"name": "Ana Weber"}, False),
    ],
)
def test_which_pairs_are_shown(one: dict[str, Any], other: dict[str, Any], shown: bool) -> None:
    seen = compared(one, other)
    assert (seen.score >= SUGGEST_AT) is shown, seen


def test_reasons_are_words_with_the_strongest_first() -> None:
    seen = compared(
        {"name": "Jon Smith", "company": "Acme", "phone": "+49301"},
        {"name": "John Smith", "company": "Acme", "phone": "+49309999"},
    )
    assert seen.reasons == ("names alike 0.97", "same company", "other phones")


def test_a_number_that_many_have_says_little() -> None:
    crowd = [a_profile(f"per_{n}", name=f"Person{n} Name{n}", phone="+4930123456") for n in range(5)]
    common = commonness(crowd)
    one = {"name": "Ana", "phone": "+4930123456"}
    seen = compared(one, {"phone": "+4930123456"}, common)
    assert seen.score < compared(one, {"phone": "+4930123456"}).score
    assert "same phone, which several people share" in seen.reasons


def test_a_rare_answer_says_more_than_a_common_one() -> None:
    everybody = [
        a_profile(f"per_{n}", name=f"N{n} M{n}", fields={"town": "ghent" if n else "ypres"}) for n in range(300)
    ]
    common = commonness(everybody)
    rare = compared({"fields": {"town": "Ypres"}}, {"fields": {"town": "ypres"}}, common)
    usual = compared({"fields": {"town": "Ghent"}}, {"fields": {"town": "ghent"}}, common)
    assert rare.score > usual.score


def test_long_texts_and_yes_or_no_are_no_facts_about_anybody() -> None:
    profile = a_profile(fields={"message": "x" * 200, "terms": True, "lines": 4, "none": None, "blank": " "})
    assert dict(profile.facts) == {"lines": "4"}


TEXT = st.text(alphabet="abcde 1", max_size=8)
KNOWN = st.fixed_dictionaries(
    {"name": TEXT, "company": TEXT, "fields": st.dictionaries(TEXT, TEXT, max_size=3), "title": TEXT}
)


@given(KNOWN, KNOWN)
def test_the_score_is_a_probability_and_the_same_both_ways(one: dict[str, Any], other: dict[str, Any]) -> None:
    there, back = compared(one, other), compared(other, one)
    assert 0 <= there.score <= 1
    assert there.score == pytest.approx(back.score)
    assert compared(one, one).score >= there.score


@given(st.lists(KNOWN, max_size=8))
def test_a_pair_is_compared_once_and_only_when_it_shares_a_key(known: list[dict[str, Any]]) -> None:
    profiles = {PersonId(f"per_{n}"): a_profile(f"per_{n}", **what) for n, what in enumerate(known)}
    pairs = list(candidate_pairs(profiles))
    assert len(pairs) == len({frozenset(pair) for pair in pairs})
    assert all(match_keys(profiles[a]) & match_keys(profiles[b]) for a, b in pairs)


def test_a_key_that_everybody_has_makes_no_pairs() -> None:
    crowd = {PersonId(f"per_{n:03}"): a_profile(f"per_{n:03}", name="Ana Weber") for n in range(60)}
    assert list(candidate_pairs(crowd, largest=40)) == []
    assert len(list(candidate_pairs(dict(list(crowd.items())[:10]), largest=40))) == 45


@pytest.mark.parametrize(("word", "code"), [("robert", "r163"), ("rupert", "r163"), ("ashcraft", "a261"), ("李", "李")])
def test_how_a_word_sounds(word: str, code: str) -> None:
    assert sound(word) == code
