from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actions.read_contact import email_address, phone_number
from leads.identity import normal_email
from leads.refusal import ContactInvalid


@pytest.mark.parametrize(
    ("written", "sent_to"),
    [
        ("Lee Park <Lee.Park+news@Example.COM>", "Lee.Park+news@example.com"),
        ('"Park, Lee" <lee@example.com>', "lee@example.com"),
        ("<lee@example.com>", "lee@example.com"),
        ("mailto:lee@example.com?subject=Hi", "lee@example.com"),
        (" lee@example.com. ", "lee@example.com"),
        ("lee@xn--mnchen-3ya.de", "lee@münchen.de"),
        ("L.e.e@gmail.com", "L.e.e@gmail.com"),
    ],
)
def test_the_address_we_send_to_is_the_one_that_was_given(written: str, sent_to: str) -> None:
    """Case 8: dots, tags and case are folded for look-ups only."""
    assert email_address(written) == sent_to
    assert email_address(sent_to) == sent_to
    assert normal_email(email_address(written)) == normal_email(sent_to)


LOCALS = st.text("aAzZ09.+_-'@ ", max_size=8) | st.sampled_from(
    ["INFO", "Info", "Sales", "WebMaster", "info.Desk", "a" * 64, "a" * 65, "a." * 32 + "b", "Kim.Ito+x"]
)
HOSTS = st.text("aAzZ09.- ", max_size=9) | st.sampled_from(
    [
        *(
            "example.com",
            "Example.COM",
            "localhost",
            "example.invalid",
            "x.local",
            "a" * 63 + ".com",
            "a" * 64 + ".com",
        ),
        *("xn--mnchen-3ya.de", "ab--c.com", "münchen.de", "a.1", "-a.com", "a-.com", "example.com.", "a" * 99 + ".com"),
        ".".join(["a" * 50] * 4) + ".com",
    ]
)


@given(LOCALS, HOSTS)
@settings(max_examples=300)
def test_an_address_is_right_when_the_library_says_so_of_the_whole_of_it(local: str, host: str) -> None:
    written = f"{local}@{host}".strip()
    assume(not written.endswith("."))
    try:
        right = validate_email(written, check_deliverability=False, allow_smtputf8=True).normalized
    except EmailNotValidError:
        with pytest.raises(ContactInvalid):
            email_address(written)
    else:
        assert email_address(written) == right


@pytest.mark.parametrize(
    "written", ["lee", "Lee <lee@>", "a@b@c.example", "<>", "@example.com", "", "lee@example..com"]
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(ContactInvalid):
        email_address(written)


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("030 1234567", "DE", "+49301234567"),
        ("+1 (415) 555-0132", None, "+14155550132"),
        (15550000000, "DE", "+15550000000"),  # case 6: a JSON number
        ("15550000000", "DE", "+15550000000"),
        (4930123456, "DE", "+4930123456"),
        (15112345678, "DE", "+4915112345678"),  # a mobile number that lost its zero
        (4155550132, "US", "+14155550132"),
        ("0041 44 668 18 00", "CH", "+41446681800"),
        ("491711234567", "DE", "+491711234567"),
    ],
)
def test_a_number_is_read_as_the_one_that_exists(written: str | int, region: str | None, number: str) -> None:
    assert phone_number(written, region=region) == number
    assert phone_number(number, region=region) == number
