"""A webinar: 240 registrants come in, are looked up and followed up; the 18 who reply or book become deals."""

from __future__ import annotations

import shutil
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from channels.enrich_table import TableSource
from playbook.book import Playbook
from playbook.loader import read_playbook
from tests.builders import StandingClock
from tests.playbook.drafts import SAMPLE, Draft
from tests.stories.office import Office

GUESTS = range(240)
ENGAGED = GUESTS[::13][:18]
REPLY, BOOK = ENGAGED[::2], ENGAGED[1::2]
UNSUBSCRIBED = range(1, 13)
REFUSE = range(14, 19)
ATTENDED = range(100, 160)
ABOUT = {"context": "webinar", "source": "webinar", "campaign": "forecasting"}
FOLLOW_UP = """    - id: webinar
      label: Registered for the webinar
      occasions: [activity]
      when: {event: webinar.registered}
      track: webinar
      sequence: after_chat
"""


def address(number: int) -> str:
    return f"guest{number:03}@plant{number:03}.example.com"


def registrants(guests: range = GUESTS) -> str:
    """The list as the webinar tool exports it: everybody but five ticked the box beside Tidewell's own sentence."""
    lands = cycle(["DE", "PT", "US", "FR"])
    rows = [
        f"{address(n)},Guest {n:03},{land},2026-03-01T10:00:00Z,{'no' if n in REFUSE else 'yes'},2026-03-01,2026-01"
        for n, land in zip(guests, lands, strict=False)
    ]
    return "\n".join(
        ["Email,Full name,Country,Registration time,Marketing consent,Consent date,Consent text", *rows, ""]
    )


def facts(folder: Path) -> Path:
    """The company's own table: what is known of domains, and the titles of addresses."""
    others = cycle(["Buyer", "Student", "Data Analyst"])
    rows = ["domain,email,title,company.name,company.industry,company.employees"]
    for n in GUESTS:
        title = "Head of Production" if n in ENGAGED else next(others)
        firm = ("Food and beverage", 240) if n in ENGAGED else ("Software", 30)
        rows += [f"plant{n:03}.example.com,,,Plant {n:03},{firm[0]},{firm[1]}", f",{address(n)},{title},,,"]
    table = folder / "facts.csv"
    table.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return table


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """On SQLite alone: what is large here is told apart by no database."""
    return str(request.param)


@pytest.fixture
def book(tmp_path: Path) -> Playbook:
    """Tidewell's own playbook with one more rule in it, as its owner would write it."""
    shutil.copytree(SAMPLE, tmp_path / "book")
    draft = Draft(tmp_path / "book")
    draft.replace("sequences.yaml", "  silence_days: 14\n  rules:\n", f"  silence_days: 14\n  rules:\n{FOLLOW_UP}")
    return read_playbook(draft.folder)


async def registered(office: Office, guests: range = GUESTS) -> dict[int, dict[str, Any]]:
    """They come in as a list; twelve of them had unsubscribed from us before. The leads by number."""
    for n in UNSUBSCRIBED:
        answer = await office.program.post("/suppressions", email=address(n), reason="unsubscribed", source="old tool")
        assert answer.status_code == 201, answer.text
    brought = await office.brings_in(registrants(guests), **ABOUT)
    assert (brought["new"], brought["refused"]) == (len(guests), 0)
    leads = by_number(await office.leads())
    assert sorted(leads) == list(guests)
    return leads


def by_number(leads: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {int(lead["person"]["name"][-3:]): lead for lead in leads}


async def test_of_240_registrants_the_18_who_reply_or_book_become_deals(
    office: Office, clock: StandingClock, tmp_path: Path
) -> None:
    # Monday: the list comes in, is looked up, and everybody who may be written to is followed up.
    leads = await registered(office)
    assert await office.looks_up(TableSource(facts(tmp_path))) == 240
    assert {lead["stage"] for lead in leads.values()} == {"iql"}
    decider, buyer = await office.lead(leads[0]["id"]), await office.lead(leads[20]["id"])
    assert (decider["person"]["seniority"], decider["person"]["department"]) == ("director", "operations")
    assert (decider["company"]["industry"], decider["company"]["size_band"]) == ("Food and beverage", "201-500")
    assert {one["source"] for one in decider["enrichment"]} == {"table:facts"}
    assert buyer["company"]["size_band"] == "11-50"
    silent = {*UNSUBSCRIBED, *REFUSE}
    assert {n: leads[n]["track"] for n in GUESTS} == {n: None if n in silent else "webinar" for n in GUESTS}
    assert [await office.tracks(leads[n]["id"]) for n in (0, 13, 239)] == [["webinar"]] * 3
    assert [await office.tracks(leads[n]["id"]) for n in silent] == [[]] * 17

    # Wednesday: the webinar takes place. Nine reply to the follow-up, nine book a call in the chat.
    clock.forward(days=2)
    await office.did(*({"type": "webinar.attended", "email": address(n)} for n in ATTENDED))
    await office.did(*({"type": "email.replied", "email": address(n), "dedup_key": f"<{n}@mail>"} for n in REPLY))
    meetings = {n: await office.books_in_chat(address(n)) for n in BOOK}
    now = by_number(await office.leads(stage="mql"))
    assert sorted(now) == list(ENGAGED)
    assert all(lead["owner"] and lead["track"] is None for lead in now.values())
    assert [await office.tracks(leads[n]["id"]) for n in ENGAGED] == [[]] * 18  # and what waited is withdrawn
    assert {now[n]["owner"]["name"] for n in REPLY if n % 4 == 0} == {"Jonas Brandt"}  # Germany is his
    given = (await office.program.get(f"/leads/{leads[0]['id']}/route"))["current"]
    assert (given["rule"], given["owner"]["name"]) == ("in_dach", "Jonas Brandt")

    # The reps accept theirs, hold the calls, and make deals of them.
    for n in REPLY:
        accepted = await office.owner_of(now[n]).post(f"/leads/{leads[n]['id']}/accept")
        assert (accepted.status_code, accepted.json()["stage"]) == (200, "sal")
    clock.forward(days=7)
    for n in BOOK:
        host = office.owner_of(now[n])
        assert (await host.post(f"/meetings/{meetings[n]['id']}/outcome", outcome="held")).status_code == 200
        assert (await office.lead(leads[n]["id"]))["stage"] == "sql"
    for place, n in enumerate(ENGAGED, start=1):
        deal = {"amount": f"{place * 1000}.00", "currency": "EUR", "close_date": "2026-06-30"}
        done = await office.owner_of(now[n]).post(f"/leads/{leads[n]['id']}/convert", **deal)
        assert (done.status_code, done.json()["lead"]["stage"]) == (201, "opportunity")

    # The others stay where they are, and nobody who did nothing was passed on.
    others = by_number(await office.leads(stage="iql"))
    assert sorted(others) == [n for n in GUESTS if n not in ENGAGED]
    assert {(lead["outcome"], lead["owner"]) for lead in others.values()} == {("open", None)}
    await reports_say_exactly_this(office)


async def reports_say_exactly_this(office: Office) -> None:
    """240, 18, 18, 18 and the sum of the deals, wherever one looks, also after the sums were kept."""
    for _ in range(2):
        funnel = (await office.report("funnel"))["totals"]
        steps = ("leads", "people", "iql", "mql", "sal", "opportunity", "customer", "disqualified")
        assert [funnel[step] for step in steps] == [240, 240, 240, 18, 18, 18, 0, 0]
        assert (funnel["lead_to_mql"], funnel["mql_to_sal"]) == (round(18 / 240, 4), 1.0)
        [source] = (await office.report("sources"))["items"]
        assert (source["source"], source["leads"], source["share"], source["mql"]) == ("webinar", 240, 1.0, 18)
        assert source["opportunity"] == 18
        [campaign] = (await office.report("sources", group_by="campaign"))["items"]
        assert (campaign["campaign"], campaign["leads"], campaign["opportunity"]) == ("forecasting", 240, 18)
        pipeline = (await office.report("pipeline"))["totals"]
        whole = sum(range(1, 19)) * 1000
        assert (pipeline["created"], pipeline["open"], pipeline["won"], pipeline["lost"]) == (18, 18, 0, 0)
        assert Decimal(pipeline["created_amount"]) == Decimal(pipeline["open_amount"]) == whole
        [by_source] = (await office.report("pipeline", group_by="source"))["items"]
        assert (by_source["source"], by_source["open"]) == ("webinar", 18)
        owners = (await office.report("pipeline", group_by="owner"))["items"]
        assert sum(row["open"] for row in owners) == 18
        while await office.rounds.sums():
            pass


async def test_the_list_again_changes_nothing_and_an_unsubscribed_guest_may_still_ask_for_a_call(
    office: Office, clock: StandingClock
) -> None:
    leads = await registered(office, GUESTS[:20])
    again = await office.brings_in(registrants(GUESTS[:20]), **ABOUT)
    assert (again.get("new", 0), again["unchanged"]) == (0, 20)
    # Not to be written to is not the same as not to be called back: who asks for a demo is routed like anybody.
    clock.forward(days=1)
    await office.program.lead(address(3), context="demo")
    asking = await office.lead(leads[3]["id"])
    assert (asking["stage"], asking["track"], bool(asking["owner"])) == ("mql", None, True)
    # Who complained is left alone by everybody.
    await office.program.post("/suppressions", email=address(0), reason="complained", source="mailbox provider")
    await office.program.lead(address(0), context="demo")
    assert (await office.lead(leads[0]["id"]))["owner"] is None
