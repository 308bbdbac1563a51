"""A broker buys a list of funded startups: given out by territory, and on the long cycle when all is silent."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from playbook.book import Playbook
from playbook.loader import read_playbook
from tests.builders import ANA, JONAS, StandingClock
from tests.playbook.drafts import SAMPLE, Draft
from tests.stories.office import Office

LANDS = {"DE": JONAS, "AT": JONAS, "PT": ANA, "ES": ANA}
COUNTRIES = ["DE", "PT", "AT", "ES"]
STARTUPS = range(8)
LINE = "  - {id: funded, on: total, up: 5, down: 1, require: {fit_gte: 0}, action: [route], once_per: cycle}\n"


def funded() -> str:
    """The list as it was bought, with columns of its own."""
    rows = [f"Startup {n},founder@startup{n}.example.com,{COUNTRIES[n % 4]},{n + 2} m EUR" for n in STARTUPS]
    return "\n".join(["Startup,Founder,Country,Round", *rows, ""])


@pytest.fixture
def book(tmp_path: Path) -> Playbook:
    """Every lead with a work address is given out at once: one line of the scoring rules, and the territories do it."""
    shutil.copytree(SAMPLE, tmp_path / "book")
    draft = Draft(tmp_path / "book")
    draft.replace("scoring.yaml", "thresholds:\n", f"thresholds:\n{LINE}")
    return read_playbook(draft.folder)


async def given_out(office: Office) -> dict[int, dict[str, Any]]:
    """The list is in, and each startup has its producer; the leads by number."""
    about = {"source": "funding list", "context": "list", "map": ["Startup=company", "Founder=email"]}
    brought = await office.brings_in(funded(), **about)
    assert (brought["new"], brought["refused"]) == (8, 0)
    leads = {int(lead["company"]["name"].split()[1]): lead for lead in await office.leads()}
    for n in STARTUPS:
        given = (await office.program.get(f"/leads/{leads[n]['id']}/route"))["current"]
        assert given["rule"] == ("in_dach" if LANDS[COUNTRIES[n % 4]] == JONAS else "in_iberia")
        assert office.owner_of(leads[n]).headers["Opener-Rep"] == LANDS[COUNTRIES[n % 4]]
        assert (leads[n]["stage"], leads[n]["fields"]) == ("lead", {"round": f"{n + 2} m EUR"})
    return leads


async def test_startups_go_to_their_territorys_producer_and_to_the_long_cycle_after_14_silent_days(
    office: Office, clock: StandingClock
) -> None:
    leads = await given_out(office)
    # The producers call and write; that is their work, and no sign of life of anybody else.
    clock.forward(days=6)
    await office.did(*({"type": "call.logged", "lead_id": lead["id"]} for lead in leads.values()))
    clock.forward(days=7)
    # On day 13 one of them looks at the prices, and another one's mail scanner clicks every link.
    await office.did({"type": "page.viewed", "lead_id": leads[0]["id"], "properties": {"path": "/pricing"}})
    await office.did({"type": "email.clicked", "lead_id": leads[1]["id"], "machine": True})
    clock.forward(hours=23)
    await office.silence()
    assert {(await office.lead(lead["id"]))["track"] for lead in leads.values()} == {None}
    # Fourteen days are over.
    clock.forward(hours=2)
    await office.silence()
    await office.silence()
    for n in STARTUPS[1:]:
        told, standing = (
            await office.lead(leads[n]["id"]),
            await office.program.get(f"/leads/{leads[n]['id']}/standing"),
        )
        assert (told["status"], told["outcome"], told["track"]) == ("nurture", "open", "long_cycle")
        assert [(t["track"], t["sequence"], t["taken_at"]) for t in standing["tracks"]] == [
            ("long_cycle", "long_cycle", None)
        ]
        assert told["owner"] == leads[n]["owner"]
    assert (await office.lead(leads[0]["id"]))["track"] is None
    # One wakes up and asks for a demo: off the track, with the producer it had, and the wish is withdrawn.
    await office.program.lead("founder@startup3.example.com", context="demo")
    woken = await office.lead(leads[3]["id"])
    assert (woken["stage"], woken["track"], woken["owner"]) == ("mql", None, leads[3]["owner"])
    assert await office.tracks(leads[3]["id"]) == []
    # Who looked at the prices falls silent too, fourteen days later.
    clock.forward(days=13)
    await office.silence()
    assert await office.tracks(leads[0]["id"]) == ["long_cycle"]


async def test_of_an_account_a_producer_has_accepted_they_are_told_and_their_word_puts_it_on_the_long_cycle(
    office: Office, clock: StandingClock
) -> None:
    leads = await given_out(office)
    producer = office.owner_of(leads[0])
    assert (await producer.post(f"/leads/{leads[0]['id']}/accept")).json()["stage"] == "sal"
    clock.forward(days=14, hours=1)
    await office.silence()
    assert (await office.lead(leads[0]["id"]))["track"] is None
    tasks = (await producer.get("/tasks", lead=leads[0]["id"]))["items"]
    assert [(t["kind"], t["owner"]["name"]) for t in tasks] == [("call", "Jonas Brandt")]
    back = (await producer.post(f"/leads/{leads[0]['id']}/return", reason_code="not_now")).json()
    assert (back["status"], back["outcome"], back["track"]) == ("nurture", "open", "long_cycle")


async def test_a_list_brings_back_nobody_who_said_no(office: Office, clock: StandingClock) -> None:
    leads = await given_out(office)
    refused = await office.program.post(
        "/suppressions", email="founder@startup5.example.com", reason="unsubscribed", source="call"
    )
    assert refused.status_code == 201
    clock.forward(days=15)
    await office.silence()
    told = await office.lead(leads[5]["id"])
    assert (told["track"], told["status"]) == (None, "on_hold")
    assert await office.tracks(leads[5]["id"]) == []
