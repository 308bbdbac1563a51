from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.identity import (
    company_key,
    domain_of,
    is_free_mail,
    is_role_address,
    name_key,
    normal_domain,
    normal_email,
    person_key,
)

LOCALS = st.from_regex(r"[a-zA-Z0-9._%+-]{1,20}", fullmatch=True)
DOMAINS = st.sampled_from(["example.com", "Gmail.com", "googlemail.com", "mail.example.co.uk", "EXAMPLE.org"])


@given(LOCALS, DOMAINS)
def test_the_key_of_an_address_does_not_change_when_it_is_made_again(local: str, domain: str) -> None:
    key = normal_email(f"{local}@{domain}")
    assert normal_email(key) == key
    assert normal_email(f"  {local}@{domain}".upper()) == key
    assert key.count("@") == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("lee@example.com", "LEE@Example.com ", True),
        ("lee@example.com", "lee+news@example.com", True),
        ("lee.park@gmail.com", "leepark@googlemail.com", True),
        ("lee.park@example.com", "leepark@example.com", False),
        ("lee@example.com", "lee@example.org", False),
        ("+a@example.com", "+b@example.com", False),
        ("lee@example.com.", "lee@example.com", True),
    ],
)
def test_which_addresses_are_one_person(one: str, other: str, same: bool) -> None:
    assert (normal_email(one) == normal_email(other)) is same


@pytest.mark.parametrize(
    ("address", "domain", "free", "role"),
    [
        ("Lee@Example.COM", "example.com", False, False),
        ("lee@gmail.com", "gmail.com", True, False),
        ("info@example.com", "example.com", False, True),
        (" Sales@gmx.de", "gmx.de", True, True),
    ],
)
def test_whose_address_it_is(address: str, domain: str, free: bool, role: bool) -> None:
    assert (domain_of(address), is_free_mail(address), is_role_address(address)) == (domain, free, role)


@given(st.text(max_size=14), st.text(max_size=14))
def test_every_normal_form_made_again_is_itself_whatever_was_typed(one: str, other: str) -> None:
    address = f"{one}@{other}"
    assert normal_email(normal_email(address)) == normal_email(address)
    assert normal_domain(normal_domain(other)) == normal_domain(other)
    assert normal_domain(normal_domain(f"xn--{other}")) == normal_domain(f"xn--{other}")
    assert name_key(name_key(one)) == name_key(one)
    assert company_key(company_key(other)) == company_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("info@münchen.example", "info@xn--mnchen-3ya.example"),
        ("a@MÜNCHEN.example.", "a@mu\u0308nchen.example"),
        ("jos\u00e9@example.com", "jose\u0301@example.com"),
        ("lee@example.com", "\u200blee@example.com"),
    ],
)
def test_unicode_and_punycode_are_one_address(one: str, other: str) -> None:
    assert normal_email(one) == normal_email(other)


def test_letters_that_only_look_alike_stay_apart() -> None:
    assert normal_email("a@straße.example") != normal_email("a@strasse.example")
    assert normal_email("\u0430na@example.com") != normal_email("ana@example.com")  # a Cyrillic a


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Acme GmbH", "ACME", True),
        ("Acme, Inc.", "Acme Ltd", True),
        ("Dupont S.A.S.", "dupont", True),
        ("Müller & Söhne GmbH & Co. KG", "Muller and Sohne", True),
        ("Nowak Sp. z o.o.", "Nowak", True),
        ("Acme Foods", "Acme", False),
        ("GmbH", "Inc", False),
    ],
)
def test_the_legal_form_of_a_company_is_folded(one: str, other: str, same: bool) -> None:
    assert (company_key(one) == company_key(other)) is same


def test_a_name_belongs_to_the_key_of_a_desk_and_not_to_the_key_of_a_person() -> None:
    assert person_key("info@example.com", "Ana") != person_key("info@example.com", "Ben")
    assert person_key("Info+x@example.com", " ANA ") == person_key("info@example.com", "ana")
    assert person_key("ana@example.com", "Ana") == person_key("ana@example.com", "Ben")
