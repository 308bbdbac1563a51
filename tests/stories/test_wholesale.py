"""A shop sells wholesale: bulk inquiries by a form, a least order, a call for one and a polite no for another."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from leads.condition import Attribute
from leads.form import Provider
from playbook.book import Playbook
from tests.api.test_lead_moves import DEAL
from tests.builders import ANA, StandingClock, a_playbook
from tests.form_payloads import SECRET, SIGNERS
from tests.stories.office import Office

FORM = {
    "provider": "wpforms",
    "name": "Bulk inquiry",
    "source": "bulk inquiry",
    "context": "quote",
    "field_map": {
        "Shop": "company",
        "Buyer": "name",
        "Which items (SKU)?": "fields.skus",
        "Pieces a month": "fields.order_volume",
    },
    "secrets": [SECRET],
}


def inquiry(shop: str, items: str, pieces: int) -> bytes:
    """What WPForms posts, with the labels of the shop's own form."""
    host = shop.lower().replace(" ", "-")
    body = {"Shop": shop, "Buyer": "Kim Ito", "Email": f"buyer@{host}.example.com", "Which items (SKU)?": items}
    return json.dumps(body | {"Pieces a month": str(pieces), "Country": "Germany"}).encode()


@pytest.fixture
def book() -> Playbook:
    """Wholesale begins at 500 pieces."""
    plain = a_playbook()
    return replace(plain, market=replace(plain.market, ideal_customer=Attribute("fields.order_volume", "gte", 500)))


async def inquired(office: Office, clock: StandingClock, *inquiries: bytes) -> dict[str, dict[str, Any]]:
    """The form is set up, retailers send it off; their leads by shop."""
    form = await office.form(**FORM)
    for body in inquiries:
        signed = SIGNERS[Provider.WPFORMS](body, at=clock())
        await office.submits(form, body, {"content-type": "application/json", **signed})
    return {lead["company"]["name"]: lead for lead in await office.leads()}


async def test_an_inquiry_above_the_least_order_is_called_and_one_below_is_turned_down_as_too_small(
    office: Office, clock: StandingClock
) -> None:
    leads = await inquired(
        office,
        clock,
        inquiry("Corner Shop", "A-12, B-7", 800),
        inquiry("Kiosk", "A-12", 20),
    )
    assert {shop: lead["fields"] for shop, lead in leads.items()} == {
        "Corner Shop": {"skus": "A-12, B-7", "order_volume": "800"},
        "Kiosk": {"skus": "A-12", "order_volume": "20"},
    }
    assert {(lead["source"], lead["context"], lead["stage"]) for lead in leads.values()} == {
        ("bulk inquiry", "quote", "mql")
    }
    large, small = leads["Corner Shop"]["id"], leads["Kiosk"]["id"]
    ana = office.rep(ANA)
    assert (await ana.get(f"/leads/{large}/standing"))["prospect"] is True
    assert (await ana.get(f"/leads/{small}/standing"))["prospect"] is False

    # The large one: accepted, and the wholesale call is booked in the chat and held.
    assert (await ana.post(f"/leads/{large}/accept")).json()["stage"] == "sal"
    meeting = await office.books_in_chat("buyer@corner-shop.example.com")
    booked = await office.lead(large)
    assert (booked["status"], booked["owner"]["name"], meeting["host"]["name"]) == (
        "meeting_scheduled",
        "Ana Ferreira",
        "Ana Ferreira",
    )

    # The small one: turned down with its reason, and nothing follows; the answer to them is the rep's own words.
    told = (await ana.post(f"/leads/{small}/disqualify", reason_code="too_small", note="20 of 500")).json()
    assert (told["outcome"], told["reason_code"], told["status"]) == ("disqualified", "too_small", "closed")
    found = await office.report("disqualifications")
    [row] = found["items"]
    assert (row["outcome"], row["reason_code"], row["leads"], row["share"]) == ("disqualified", "too_small", 1, 0.5)

    clock.forward(days=7)
    assert (await ana.post(f"/meetings/{meeting['id']}/outcome", outcome="held")).status_code == 200
    done = (await ana.post(f"/leads/{large}/convert", **DEAL)).json()
    assert done["lead"]["fields"] == {"skus": "A-12, B-7", "order_volume": "800"}
    won = (await ana.post(f"/opportunities/{done['opportunity']['id']}/won")).json()
    assert (won["state"], (await office.lead(large))["stage"]) == ("won", "customer")
    funnel = (await office.report("funnel"))["totals"]
    assert [funnel[step] for step in ("leads", "mql", "sql", "opportunity", "customer", "disqualified")] == [
        *(2, 2, 1, 1, 1, 1)
    ]
    # Nobody writes to the one that was turned down, however long the silence.
    clock.forward(days=60)
    await office.silence()
    assert await office.tracks(small) == []
    assert (await office.lead(small))["outcome"] == "disqualified"


async def test_everybody_reads_in_the_same_words_what_too_small_means(office: Office) -> None:
    told = await office.program.get("/definitions")
    [reason] = [reason for reason in told["reasons"] if reason["code"] == "too_small"]
    assert reason["advice"]
    assert (reason["label"], reason["again_after_days"]) == ("Too small", 180)


async def test_who_asks_again_for_enough_begins_anew(office: Office, clock: StandingClock) -> None:
    leads = await inquired(office, clock, inquiry("Kiosk", "A-12", 20))
    small = leads["Kiosk"]["id"]
    await office.rep(ANA).post(f"/leads/{small}/disqualify", reason_code="too_small")
    clock.forward(days=3)
    again = await inquired(office, clock, inquiry("Kiosk", "A-12", 600))
    second = again["Kiosk"]
    assert (second["id"] != small, second["cycle"], second["stage"]) == (True, 2, "mql")
    assert second["fields"]["order_volume"] == "600"
    assert (await office.lead(small))["outcome"] == "disqualified"
