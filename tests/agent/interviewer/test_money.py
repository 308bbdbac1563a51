"""Sums in a visitor's words: what is money, how much, whose, how often."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.interviewer.money import Money, find_money


def only(text: str, *, default_currency: str | None = None) -> Money:
    """The one sum in the text."""
    (money,) = find_money(text, default_currency=default_currency)
    return money


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("about 30k a year", 30_000, 30_000),
        ("between 20 and 30 thousand euros", 20_000, 30_000),
        ("20-30k", 20_000, 30_000),
        ("somewhere between $500 and 1k", 500, 1_000),
        ("$5 to $10 million", 5_000_000, 10_000_000),
        ("under 30k", None, 30_000),
        ("up to $15,000/mo", None, 15_000),
        ("no more than 500 per user", None, 500),
        ("we can't go over 30k", None, 30_000),
        ("5k max", None, 5_000),
        ("at least 50k", 50_000, None),
        ("50k+", 50_000, None),
        ("no less than 20k", 20_000, None),
        ("€1.2m", 1_200_000, 1_200_000),
        ("30.000 €", 30_000, 30_000),
        ("CHF 12'000", 12_000, 12_000),
        ("10 000 €", 10_000, 10_000),
        ("1,50,000 rupees", 150_000, 150_000),
        ("1.234,50 EUR", Decimal("1234.50"), Decimal("1234.50")),
        ("a couple hundred bucks", 200, 200),
        ("ten grand", 10_000, 10_000),
        ("half a million dollars", 500_000, 500_000),
        ("two and a half million dollars", 2_500_000, 2_500_000),
        ("twenty-five hundred dollars", 2_500, 2_500),
        ("thirteen dollars and forty-five cents", Decimal("13.45"), Decimal("13.45")),
        ("20 cents a call", Decimal("0.20"), Decimal("0.20")),
        ("mid five figures", 40_000, 69_999),
        ("budget is 30000", 30_000, 30_000),
        ("120 MEUR", 120_000_000, 120_000_000),
        ("75 USD million", 75_000_000, 75_000_000),
    ],
)
def test_an_amount_is_read_as_it_was_meant(text: str, low: int | None, high: int | None) -> None:
    money = only(text)
    assert (money.low, money.high) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "we are 40 people",
        "30k contacts in the CRM",
        "we'd spend 40 hours a week on it",
        "our budget cycle starts in 2027",
        "what does it cost for 25 users?",
        "we pay 40 people to do this",
        "we use 4k monitors",
        "10 PHP developers",
        "3 won deals",
        "it takes 5m to load",
        "call me at 0151 23456789",
        "budget is set on the 15th",
        "",
    ],
)
def test_other_numbers_are_not_money(text: str) -> None:
    assert find_money(text) == []


@pytest.mark.parametrize(
    ("text", "default", "currency"),
    [
        ("$500", None, "USD"),
        ("$500", "CAD", "CAD"),
        ("$500", "EUR", "USD"),
        ("C$500", "EUR", "CAD"),
        ("30k", None, None),
        ("30k", "EUR", "EUR"),
        ("500 Danish kroner", "EUR", "DKK"),
        ("500 kroner", "NOK", "NOK"),
        ("10 hong kong dollars", None, "HKD"),
        ("20 quid", "EUR", "GBP"),
        ("500 pesos", "EUR", None),
        ("EUR 20/user/mo", "USD", "EUR"),
    ],
)
def test_the_currency_is_the_one_they_said_or_the_workspace_s_own(
    text: str, default: str | None, currency: str | None
) -> None:
    assert only(text, default_currency=default).currency == currency


@pytest.mark.parametrize(
    ("text", "period", "per_user"),
    [
        ("30k a year", "year", False),
        ("our annual budget is 25k", "year", False),
        ("8-10K EUR p.a.", "year", False),
        ("$20 per user per month", "month", True),
        ("USD 20/user/mo", "month", True),
        ("not more than $500 upfront", "once", False),
        ("$20 a seat", None, True),
        ("$150 an hour", "hour", False),
        ("30k", None, False),
    ],
)
def test_the_period_and_the_head_are_heard(text: str, period: str | None, per_user: bool) -> None:
    money = only(text)
    assert (money.period, money.per_user) == (period, per_user)


def test_a_limit_is_quoted_with_the_words_that_make_it_one() -> None:
    money = only(
        "No budget line yet, but my CFO Ana signs anything under 30k and we must be live before the March audit"
    )
    assert (money.low, money.high, money.text, money.phrase) == (None, 30_000, "30k", "under 30k")


@pytest.mark.parametrize(
    ("text", "approximate"), [("roughly 12k", True), ("30k-ish", True), ("a few grand", True), ("12k", False)]
)
def test_rough_figures_are_marked(text: str, approximate: bool) -> None:
    assert only(text).approximate is approximate


def test_two_sums_in_a_message_are_two() -> None:
    found = find_money("we pay $1,200 a month today and could go to $2,000")
    assert [(money.low, money.period) for money in found] == [(1_200, "month"), (2_000, None)]


@given(st.text())
def test_any_text_is_read_without_an_error_and_quoted_verbatim(text: str) -> None:
    for money in find_money(text):
        assert money.text == text[money.start : money.end]
        assert money.phrase in text


PIECES = [
    "30",
    "20.5",
    "1,000",
    "k",
    " ",
    "$",
    "€",
    "EUR",
    "to",
    "-",
    "under",
    "per user",
    "/mo",
    "a",
    "and",
    "İ",
    "٣",
    "²",
    "million",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_shapes_close_to_money_are_read_without_an_error(text: str) -> None:
    for money in find_money(text, default_currency="EUR"):
        assert money.text == text[money.start : money.end]
        assert money.low is not None or money.high is not None


@given(st.integers(min_value=20, max_value=10**9), st.sampled_from(["$", "€", "£"]))
def test_a_sum_comes_back_whatever_its_size_and_separators(value: int, sign: str) -> None:
    for written in (f"{sign}{value}", f"{sign}{value:,}", f"{sign} {value:,}.00"):
        assert only(f"we have {written}.").low == value


def test_other_scripts_digits_count_too() -> None:
    assert only("بودجه ٣٠٠٠٠ €").low == 30_000
