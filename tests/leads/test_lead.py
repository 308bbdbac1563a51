from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.identity import CompanyId, LeadId, PersonId
from leads.lead import Company, Lead, Person, attributes, completeness, filled

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOBODY = Person(PersonId("per_1"), NOW)
BLANKS = ("email", "phone", "name", "title", "language", "zone", "country")
DETAILS = st.dictionaries(st.sampled_from(BLANKS), st.text(min_size=1, max_size=9))


@given(DETAILS, DETAILS)
def test_blanks_are_filled_and_what_is_known_is_never_overwritten(known: dict[str, str], told: dict[str, str]) -> None:
    person = filled(filled(NOBODY, **known), **told)
    for name in BLANKS:
        assert getattr(person, name) == known.get(name, told.get(name))
    assert filled(person, **told) == person


@pytest.mark.parametrize(("name", "first"), [("Lee Park", "Lee"), ("  Zoë ", "Zoë"), (" ", None), (None, None)])
def test_a_greeting_uses_the_first_name(name: str | None, first: str | None) -> None:
    assert Person(PersonId("per_1"), NOW, name=name).first_name == first


def test_rules_see_what_is_known_and_the_questions_of_a_form() -> None:
    lead = Lead(LeadId("lead_1"), PersonId("per_1"), NOW, NOW, fields=MappingProxyType({"lines": 3}), context="demo")
    person = filled(NOBODY, email="lee@gmail.com", title="Head of Planning")
    seen = attributes(lead, person, Company(CompanyId("cmp_1"), "Nordlicht", size_band="51-200"))
    assert seen["person.free_mail"] is True
    assert (seen["person.title"], seen["company.size_band"], seen["fields.lines"]) == ("Head of Planning", "51-200", 3)
    assert (seen["context"], seen["stage"], seen["source"]) == ("demo", "lead", "chat")
    unknown = attributes(lead, NOBODY, None)
    assert unknown["person.free_mail"] is unknown["company.name"] is None
    assert "lee@gmail.com" not in seen.values()  # a rule needs no address


def test_completeness_is_the_share_of_what_is_needed() -> None:
    whole = filled(NOBODY, name="Lee", email="l@example.com", title="CEO", phone="+49301234")
    assert completeness(NOBODY, None, need_known=False) == 0
    assert completeness(whole, Company(CompanyId("c"), "N"), need_known=True) == 1
    assert completeness(whole, None, need_known=True) == 0.83
