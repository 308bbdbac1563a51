"""Addresses, numbers, names, companies and team sizes in a visitor's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.interviewer.contact import find_company, find_emails, find_name, find_phones, find_team_size


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("mail me: Ada.O+x@Example.COM.", ["Ada.O+x@example.com"]),
        ("<ada@example.com>, lee@example.org", ["ada@example.com", "lee@example.org"]),
        ("ada (at) example (dot) com", ["ada@example.com"]),
        ("mailto:ada@example.com", ["ada@example.com"]),
        ("a@b", []),
        ("two..dots@example.com", []),
        (".dot@example.com", []),
        ("we meet at example dot com", []),
        ("@ada said hi", []),
    ],
)
def test_only_valid_addresses_are_found(text: str, addresses: list[str]) -> None:
    assert [email.value for email in find_emails(text)] == addresses


@pytest.mark.parametrize(
    ("text", "region", "numbers"),
    [
        ("call me at +49 30 901820", None, ["+4930901820"]),
        ("0049 30 901820", None, ["+4930901820"]),
        ("030 901820", "DE", ["+4930901820"]),
        ("(415) 555-2671", "US", ["+14155552671"]),
        ("my cell is 415 555 2671", None, []),
        ("budget 30.000 €", "DE", []),
        ("$1,200,000", "US", []),
        ("2026-06-15", "DE", []),
        ("15.06.2026", "DE", []),
        ("between 2000 - 3000", "US", []),
    ],
)
def test_phone_numbers_come_back_in_e164(text: str, region: str | None, numbers: list[str]) -> None:
    assert [phone.value for phone in find_phones(text, region=region)] == numbers


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I'm Ada Okafor", "Ada Okafor"),
        ("hi, this is Ada from Acme", "Ada"),
        ("Ada here", "Ada"),
        ("my name is ada okafor and i work at acme", "ada okafor"),
        ("I’m Ludwig van der Berg, CFO", "Ludwig van der Berg"),
        ("I'm Jean-Luc O'Neill.", "Jean-Luc O'Neill"),
        ("Happy to talk.\n\nBest regards,\nAda Okafor\nAcme Castings", "Ada Okafor"),
        ("Hi, Ada Okafor from Acme Castings here", "Ada Okafor"),
        ("my name is 山田太郎", "山田太郎"),
        ("I'm looking for a planner", None),
        ("I'm Looking", None),
        ("I'M LOOKING FOR HELP", None),
        ("I'm German", None),
        ("I'm Head of Sales", None),
        ("I'm in Berlin", None),
        ("Hi Ada, thanks", None),
        ("it's Monday", None),
        ("call me tonight", None),
        ("Ana, our CFO, signs", None),
        ("Was kostet der Tarif im Monat?", None),
    ],
)
def test_a_name_is_only_what_was_given_as_one(text: str, name: str | None) -> None:
    found = find_name(text)
    assert (found.value if found else None) == name


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("this is Ada from Acme Castings", "Acme Castings"),
        ("head of planning at Acme Castings. We're 40", "Acme Castings"),
        ("CFO of Foo & Bar GmbH", "Foo & Bar GmbH"),
        ("our company is Northwind Traders", "Northwind Traders"),
        ("i'm ada from acme", "acme"),
        ("I work for 3M", "3M"),
        ("We are Initech, a consultancy", "Initech"),
        ("I'm from Berlin", None),
        ("we switched from HubSpot", None),
        ("does it work with CI/CD?", None),
        ("let's talk at 3pm on Monday", None),
        ("from March on", None),
        ("I heard from Salesforce", None),
        ("Director of Social Media", None),
    ],
)
def test_a_company_is_only_the_speaker_s_own(text: str, company: str | None) -> None:
    found = find_company(text)
    assert (found.value if found else None) == company


@pytest.mark.parametrize(
    ("text", "low", "high", "noun"),
    [
        ("we're 40 people", 40, 40, "people"),
        ("a team of 12", 12, 12, "people"),
        ("10-15 planners", 10, 15, "planners"),
        ("50+ seats", 50, None, "seats"),
        ("up to 50 users", None, 50, "users"),
        ("just me", 1, 1, "people"),
        ("about 1,200 employees", 1200, 1200, "employees"),
        ("there are twenty five of us", 25, 25, "people"),
        ("headcount: 250", 250, 250, "people"),
    ],
)
def test_people_are_counted(text: str, low: int | None, high: int | None, noun: str) -> None:
    found = find_team_size(text)
    assert found is not None
    assert (found.low, found.high, found.noun) == (low, high, noun)


@pytest.mark.parametrize(
    "text",
    ["30k a year", "we have 3 sites", "40 tickets", "500 per user", "they met 44 people", "it is not just me"],
)
def test_other_counts_are_no_team(text: str) -> None:
    assert find_team_size(text) is None


PIECES = [
    "I'm",
    "Ada",
    "van",
    "from",
    "Acme",
    "@",
    "ada@example.com",
    "+49",
    "030",
    "901820",
    "team of",
    "12",
    "-",
    "people",
    "here",
    "İ",
    "٣",
    "(at)",
    "dot",
    "com",
    "\n",
    "Best,",
    "&",
    "our company is",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join)))
def test_any_text_is_read_without_an_error_and_quoted_verbatim(text: str) -> None:
    singles = [find_name(text), find_company(text), find_team_size(text)]
    for found in [*find_emails(text), *find_phones(text, region="DE"), *filter(None, singles)]:
        assert found.text == text[found.start : found.end]
        assert found.text
