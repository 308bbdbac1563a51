"""The demo company is complete, contradicts itself nowhere, and its rules say what a seller would say."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.bant import AssertedBy, Claim, Factor, FactorStatus, assess
from leads.condition import Facts, Happened
from leads.evidence import Evidence
from leads.identity import CompanyId, LeadId, MessageId, PersonId
from leads.lead import Company, Lead, Person, attributes
from leads.score import Score, is_ready, score
from leads.signal import Activity, Property
from playbook.book import KnowledgePage, Playbook
from playbook.conditions import leaves
from playbook.fields import contrast_with_white, host_of
from playbook.loader import check_playbook, read_playbook
from tests.cpu import least_cpu_s
from tests.playbook.drafts import SAMPLE

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
PLANS = ("Harbour", "Current", "Ocean")
BOOK = read_playbook(SAMPLE)
PAGES = {page.slug: page for page in BOOK.knowledge}


@pytest.fixture
def book() -> Playbook:
    return BOOK


def test_it_has_no_fault() -> None:
    assert check_playbook(SAMPLE) == []


def test_it_is_read_fast_enough_for_a_demo_that_starts_in_seconds() -> None:
    assert least_cpu_s(lambda: read_playbook(SAMPLE)) < 0.15


# --- what it says ----------------------------------------------------------------------------------------------------


def test_it_is_worth_talking_to(book: Playbook) -> None:
    assert len(book.knowledge) >= 14
    assert len(book.meetings) == 3
    assert [(m.key, m.minutes) for m in book.meetings] == [("intro", 30), ("demo", 45), ("technical", 20)]
    assert len({rep.hours.zone for rep in book.reps}) == 2
    assert all(2 <= len(wordings) <= 3 for wordings in book.agent.questions.values())
    assert len(book.company.suggestions) == 3
    assert contrast_with_white(book.company.accent) >= 4.5


def test_signals_other_rooms_name_are_defined(book: Playbook) -> None:
    wanted = (
        "asked_price asked_demo comparing_vendors named_competitor_tool urgent uses_spreadsheets integration_question "
        "security_question student_project job_search vendor_pitch not_interested"
    )
    assert set(wanted.split()) <= {signal.name for signal in book.signals}
    assert [signal.name for signal in book.signals if signal.hand_raise] == ["asked_demo"]


@pytest.mark.parametrize("page", BOOK.knowledge, ids=lambda page: page.slug)
def test_a_page_is_long_enough_to_answer_and_short_enough_to_read(page: KnowledgePage) -> None:
    assert 150 <= len(page.body.split()) <= 400
    assert page.url is not None
    assert host_of(page.url) == "tidewell.example.com"


def test_links_and_addresses_lead_nowhere_real(book: Playbook) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SAMPLE.rglob("*") if path.is_file())
    hosts = {host_of(url) for url in re.findall(r"https?://[^\s)\"']+", text)} | set(re.findall(r"@([\w.-]+\w)", text))
    assert {host for host in hosts if host != "example.com" and not host.endswith(".example.com")} == set()
    assert {rep.email.partition("@")[2] for rep in book.reps} == {"example.com"}


def test_the_pages_never_say_what_the_agent_must_never_say(book: Playbook) -> None:
    said = "\n".join(page.body for page in book.knowledge).casefold()
    assert [phrase for phrase in book.agent.never_say if phrase.casefold() in said] == []


# --- it does not contradict itself -----------------------------------------------------------------------------------


def row(page: str, name: str) -> list[str]:
    """The cells of a table's row for the three plans."""
    line = next(line for line in PAGES[page].body.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.split("|")[2:-1]]


def euros(text: str) -> list[int]:
    return [int(found.replace(",", "")) for found in re.findall(r"€(\d[\d,]*\d|\d)", text)]


MONTHLY = {plan: euros(cell)[0] for plan, cell in zip(PLANS, row("pricing", "Price per plant and month"), strict=True)}


def test_a_year_costs_twelve_months() -> None:
    assert [euros(cell)[0] for cell in row("pricing", "Price per plant and year")] == [12 * p for p in MONTHLY.values()]


@pytest.mark.parametrize("page", BOOK.knowledge, ids=lambda page: page.slug)
def test_a_plan_costs_the_same_on_every_page(page: KnowledgePage) -> None:
    named = re.findall(r"(?<!on )\b(Harbour|Current|Ocean)(?:,| costs)?(?: from)? €(\d[\d,]*\d)", page.body)
    assert [(plan, price) for plan, price in named if euros(f"€{price}") != [MONTHLY[plan]]] == []
    monthly = re.findall(r"(€\d[\d,]*\d) per plant and month", page.body)
    assert [price for price in monthly if euros(price)[0] not in MONTHLY.values()] == []


def test_the_short_answers_give_the_prices_of_the_price_page() -> None:
    answer = PAGES["faq"].body.partition("## How much does Tidewell cost?")[2].partition("##")[0]
    onboarding = row("pricing", "One-off onboarding")
    assert euros(answer) == [*MONTHLY.values(), euros(onboarding[0])[0], euros(onboarding[1])[0]]


def test_every_sum_has_one_page_that_answers_for_it() -> None:
    """A sum that is told on two pages must stand on the page about prices or about the pilot."""
    reference = {*euros(PAGES["pricing"].body), *euros(PAGES["pilot"].body)}
    told = Counter(sum for page in BOOK.knowledge for sum in set(euros(page.body)) - reference)
    assert [sum for sum, pages in told.items() if pages > 1] == []
    assert reference >= {490, 990, 1900, 2900, 7500, 1500}


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ("pricing faq", ["10", "40", "unlimited"]),
        ("pilot faq", ["14 days", "30 days", "€1,500"]),
        ("enterprise-terms support pricing", ["99.9 %"]),
        ("enterprise-terms support", ["10 %", "25 %", "99.0 %"]),
        ("security faq", ["March 2023", "Type I report", "SOC 2 Type II"]),
        ("security roadmap", ["first half of 2027"]),
        ("security data-protection", ["35 days", "Frankfurt", "Dublin"]),
        ("enterprise-terms contract faq", ["24 months", "12 months"]),
        ("contract faq pricing", ["8 %"]),
        ("contract faq", ["60 days"]),
        ("limits pricing minimum-size", ["60"]),
        ("planning-board limits", ["24 months", "twelve months"]),
        ("integrations pricing", ["€120"]),
    ],
)
def test_what_two_pages_tell_they_tell_alike(pages: str, words: list[str]) -> None:
    for page in pages.split():
        body = " ".join(PAGES[page].body.split())
        assert [
            word for word in words if word not in body and not (page == "enterprise-terms" and word == "12 months")
        ] == []


def test_what_the_agent_says_about_itself_holds(book: Playbook) -> None:
    about = PAGES["about-nora"].body
    assert all(f"{meeting.minutes} minutes" in about for meeting in book.meetings)
    assert all(rep.name in about for rep in book.reps)
    assert f"{book.company.retention_days} days" in PAGES["data-protection"].body
    (hours,) = {(block.start, block.end) for block in book.company.hours.blocks}
    assert f"between {hours[0]:%H:%M} and {hours[1]:%H:%M}" in about
    assert f"from {hours[0]:%H:%M} to {hours[1]:%H:%M}" in PAGES["support"].body


# --- its rules -------------------------------------------------------------------------------------------------------


def activity(kind: str, days_ago: float = 0, **properties: Property) -> Activity:
    at = NOW - timedelta(days=days_ago)
    return Activity(kind, at, at, properties=properties, id=f"{kind}{days_ago}")


def told(*factors: Factor) -> list[Claim]:
    evidence = Evidence(MessageId("m1"), "their words", NOW)
    return [Claim(f, "a value", FactorStatus.STATED, evidence, AssertedBy.AGENT, NOW) for f in factors]


STRANGER = Person(PersonId("p"), NOW)


def scored(
    activities: Sequence[Activity],
    claims: Sequence[Claim] = (),
    person: Person = STRANGER,
    company: Company | None = None,
) -> Score:
    lead = Lead(LeadId("l"), person.id, NOW, NOW)
    return score(Facts(attributes(lead, person, company), activities, assess(claims), NOW), BOOK.scoring)


def test_a_stranger_who_tells_everything_and_books_is_ready() -> None:
    person = replace(STRANGER, title="Production planner", email="kim@brightwater.example.com")
    company = Company(CompanyId("c"), "Brightwater Dairy", "brightwater.example.com")
    receipt = scored([activity("chat.started"), activity("meeting.booked")], told(*Factor), person, company)
    assert receipt.total >= BOOK.scoring.threshold.up
    assert is_ready(receipt, BOOK.scoring.threshold)


def test_four_answers_and_a_booking_cross_the_threshold_even_from_a_private_address() -> None:
    person = replace(STRANGER, email="kim@gmail.com")
    receipt = scored([activity("chat.started"), activity("meeting.booked")], told(*Factor), person)
    assert receipt.total >= BOOK.scoring.threshold.up


@pytest.mark.parametrize(
    "title",
    "CEO, COO, Owner, Managing Director, Head of Operations, Plant Manager, Production planner, IT Manager, "
    "Produktionsleiter, Supply Chain Manager".split(", "),
)
def test_a_role_and_a_work_address_told_in_a_chat_are_enough_fit(title: str) -> None:
    person = replace(STRANGER, title=title, email="kim@brightwater.example.com")
    company = Company(CompanyId("c"), "Brightwater", "brightwater.example.com")
    assert scored([], person=person, company=company).fit >= BOOK.scoring.threshold.fit_at_least


@pytest.mark.parametrize("title", ["Product Owner", "Cook", "Coordinator", "Headhunter's assistant", "Accountant"])
def test_words_inside_other_words_make_nobody_a_chief(title: str) -> None:
    lines = scored([], person=replace(STRANGER, title=title)).lines
    assert "fit.top" not in {line.rule for line in lines}


def test_the_points_of_the_well_known_examples() -> None:
    """The examples every article on scoring gives (seeds 002 and 003)."""
    pricing = activity("page.viewed", path="/pricing")
    assert scored([pricing]).total == 10
    assert scored([activity("webinar.attended")]).total == 20
    assert scored([activity("form.demo")]).total == 30
    assert scored([activity("form.quote")]).total == 20
    assert scored([activity("email.clicked")]).total == 10
    assert scored([activity("chat.started", 61)]).negative == -10
    assert scored([activity("chat.started", 59)]).negative == 0


NOT_BUYERS = ["said.student_project", "said.job_search", "said.vendor_pitch", "said.competitor"]
EVENTS = sorted({leaf.event for rule in BOOK.scoring.rules for leaf in leaves(rule.when) if isinstance(leaf, Happened)})
TITLES = ["", "CEO", "Head of Production Planning", "Student", "VP Operations", "Professor"]
anything = st.builds(
    lambda kind, days, path: activity(kind, days, path=path, name="pricing"),
    st.sampled_from(EVENTS),
    st.floats(0, 100),
    st.sampled_from(["/pricing", "/customers", "/careers"]),
)


@given(
    st.sampled_from(NOT_BUYERS),
    st.lists(anything, max_size=40),
    st.sets(st.sampled_from(list(Factor))),
    st.sampled_from(TITLES),
    st.sampled_from(["51-200", "5001+", None]),
    st.sampled_from(["kim@uni.example.com", "kim@gmail.com"]),
)
def test_who_is_not_buying_never_crosses_the_threshold(
    why: str, activities: list[Activity], factors: set[Factor], title: str, size: str | None, email: str
) -> None:
    person = replace(STRANGER, title=title, email=email)
    company = Company(CompanyId("c"), "A University", size_band=size, industry="food research")
    receipt = scored([*activities, activity(why)], told(*factors), person, company)
    assert receipt.total < BOOK.scoring.threshold.up
    assert receipt.total <= BOOK.scoring.threshold.down


def test_what_the_agent_reports_brings_at_most_its_cap() -> None:
    everything = [
        activity(f"said.{s.name}") for s in BOOK.signals if s.name not in {n.removeprefix("said.") for n in NOT_BUYERS}
    ]
    receipt = scored([a for a in everything if a.type != "said.not_interested"])
    assert receipt.engagement == BOOK.scoring.reported_cap


def test_every_signal_that_counts_has_a_rule_and_every_rule_a_label_of_its_own() -> None:
    labels = [rule.label for rule in BOOK.scoring.rules]
    assert len(labels) == len(set(labels))
    counted = {event.removeprefix("said.") for event in EVENTS if event.startswith("said.")}
    assert {signal.name for signal in BOOK.signals} - counted == {"price_concern"}  # noted for the rep, worth nothing
