from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.identity import domain_of, is_free_mail, is_role_address, normal_email

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
