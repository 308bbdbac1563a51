"""Reports over HTTP: cohorts and not months divided by months, rates with what they rest on, CSV that cannot run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from actions.refresh_reports import refresh_reports
from leads.actor import BY_RULE
from leads.identity import LeadId
from leads.stage import Change, Dimension, Outcome, ReasonCode, Standing
from tests.api.door import Door
from tests.builders import ANA, MONDAY, StandingClock, a_conversation
from tests.store.records import a_lead, a_person

DAYS = {"from": "2026-03-01", "to": "2026-03-31"}


async def tell(door: Door, id: str, *, source: str = "website", at: datetime = MONDAY, **what: Any) -> None:
    """A lead with the stages it came to: `stages={"mql": 3}` is three days later."""
    async with door.house.workspace.unit() as uow:
        await uow.people.add(a_person(f"per_{id}"))
        known = {"source": source, "created_at": at, "updated_at": at} | what.pop("known", {})
        await uow.leads.add(a_lead(id, f"per_{id}", **known))
        for stage, days in what.pop("stages", {}).items():
            change = Change("lead", stage, BY_RULE, "test")
            await uow.leads.record(LeadId(id), change, id=uow.new_id("stg"), at=at + timedelta(days=days))
        for outcome, days in what.pop("ended", {}).items():
            change = Change("open", outcome, BY_RULE, "test", Dimension.OUTCOME)
            await uow.leads.record(LeadId(id), change, id=uow.new_id("stg"), at=at + timedelta(days=days))


async def report(client: Any, door: Door, name: str, **asked: Any) -> dict[str, Any]:
    answer = await client.get(f"/v1/reports/{name}", params=DAYS | asked, headers=door.bearer)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_funnel_counts_who_reached_what_and_only_within_the_horizon(door: Door, client: Any) -> None:
    await tell(door, "lead_a", stages={"mql": 1, "sal": 2, "sql": 5, "opportunity": 9, "customer": 20})
    await tell(door, "lead_b", stages={"mql": 100})
    await tell(door, "lead_c")
    await tell(door, "lead_d", at=datetime(2026, 2, 27, tzinfo=UTC), stages={"mql": 3})  # of another cohort
    totals = (await report(client, door, "funnel"))["totals"]
    assert (totals["leads"], totals["mql"], totals["customer"], totals["people"]) == (3, 2, 1, 3)
    assert totals["lead_to_mql"] == round(1 / 3, 4)  # lead_b took longer than 90 days
    assert totals["lead_to_mql_low"] < totals["lead_to_mql"] < totals["lead_to_mql_high"]
    assert totals["opportunity_to_customer"] == 1.0
    assert totals["median_days_mql_to_sal"] == 1.0
    longer = (await report(client, door, "funnel", horizon=180))["totals"]
    assert longer["lead_to_mql"] == round(2 / 3, 4)


async def test_whoever_skips_a_stage_has_reached_it(door: Door, client: Any) -> None:
    await tell(door, "lead_a", stages={"pql": 2})
    await tell(door, "lead_b", stages={"sql": 2})
    totals = (await report(client, door, "funnel"))["totals"]
    assert [totals[name] for name in ("iql", "mql", "pql", "sal", "sql")] == [2, 2, 1, 1, 1]


async def test_tests_junk_and_merged_leads_are_no_leads(door: Door, client: Any) -> None:
    await tell(door, "lead_a")
    await tell(door, "lead_b", known={"is_test": True})
    await tell(door, "lead_c", known={"standing": Standing(outcome=Outcome.JUNK)})
    await tell(door, "lead_d", known={"standing": Standing(outcome=Outcome.MERGED)})
    totals = (await report(client, door, "funnel"))["totals"]
    assert (totals["leads"], totals["junk"]) == (1, 1)


async def test_days_are_the_readers_own(door: Door, client: Any) -> None:
    await tell(door, "lead_a", at=datetime(2026, 3, 28, 23, 30, tzinfo=UTC))  # Sunday 00:30 in Berlin
    await tell(door, "lead_b", at=datetime(2026, 3, 29, 22, 30, tzinfo=UTC))  # Monday 00:30: clocks went forward
    berlin = await report(client, door, "funnel", tz="Europe/Berlin", group_by="day")
    assert [row["day"] for row in berlin["items"]] == ["2026-03-29", "2026-03-30"]
    new_york = await report(client, door, "funnel", tz="America/New_York", group_by="day")
    assert [row["day"] for row in new_york["items"]] == ["2026-03-28", "2026-03-29"]
    weeks = await report(client, door, "funnel", tz="Europe/Berlin", group_by="week")
    assert [(row["week"], row["leads"]) for row in weeks["items"]] == [("2026-W13", 1), ("2026-W14", 1)]


async def test_a_source_has_its_price(door: Door, client: Any) -> None:
    for number in range(4):
        await tell(door, f"lead_{number}", source="ads", stages={"mql": 1} if number < 2 else {})
    await tell(door, "lead_web")
    cost = {"source": "ads", "first_day": "2026-02-15", "last_day": "2026-03-14", "amount": "280.00"}
    entered = await client.post("/v1/costs", json=cost, headers=door.bearer)
    assert entered.status_code == 201, entered.text
    rows = {row["source"]: row for row in (await report(client, door, "sources"))["items"]}
    assert rows["ads"]["cost"] == "140.00"  # half of its days lie in March
    assert (rows["ads"]["cost_per_lead"], rows["ads"]["cost_per_mql"]) == ("35.00", "70.00")
    assert (rows["website"]["cost"], rows["website"]["cost_per_lead"]) == (None, None)  # unknown is not nothing
    assert rows["ads"]["share"] == 0.8
    gone = await client.delete(f"/v1/costs/{entered.json()['id']}", headers=door.bearer)
    assert gone.status_code == 204
    assert (await client.get("/v1/costs", headers=door.bearer)).json()["items"] == []


async def test_the_unanswered_stay_in_the_median(door: Door, client: Any) -> None:
    for number, minutes in enumerate((1, 4, 90)):
        await tell(door, f"lead_{number}", known={"first_response_at": MONDAY + timedelta(minutes=minutes)})
    for number in (3, 4):
        await tell(door, f"lead_{number}")
    totals = (await report(client, door, "response-times"))["totals"]
    assert (totals["human_answered"], totals["human_never"]) == (3, 2)
    assert (totals["human_median_s"], totals["human_p90_s"]) == (5400, None)
    assert (totals["human_within_5_min"], totals["human_within_1_hour"]) == (0.4, 0.4)


async def test_a_weekend_is_no_waiting_time_in_working_time(door: Door, client: Any) -> None:
    friday = datetime(2026, 3, 6, 19, tzinfo=UTC)  # in the evening
    monday = datetime(2026, 3, 9, 8, 4, tzinfo=UTC)  # 09:04 in Berlin, where the company opens at nine
    junk = Standing(outcome=Outcome.JUNK)
    for number, (answered, known) in enumerate(
        [(monday, {}), (monday, {}), (monday + timedelta(hours=3), {"source": "ads"}), (None, {"source": "ads"})]
    ):
        await tell(door, f"lead_{number}", at=friday, known=known | {"first_response_at": answered})
    for number, hidden in enumerate([{"is_test": True}, {"standing": junk}]):
        await tell(door, f"lead_hidden_{number}", at=friday, known=hidden | {"first_response_at": friday})
    for ahead in (False, True):  # counted lead by lead, and from what is kept
        if ahead:
            async with door.workspace.unit() as uow:
                await refresh_reports(uow, door.workspace.book.company.hours)
        found = await report(client, door, "response-times", group_by="source", to="2026-04-15")
        totals, rows = found["totals"], {row["source"]: row for row in found["items"]}
        assert (totals["human_median_working_s"], totals["human_p90_working_s"]) == (240, None)
        assert totals["human_median_s"] > 60 * 3600
        assert (rows["website"]["human_p90_working_s"], rows["ads"]["human_median_working_s"]) == (240, 11040)


async def test_reasons_are_counted(door: Door, client: Any) -> None:
    small = Standing(outcome=Outcome.DISQUALIFIED, reason=ReasonCode.TOO_SMALL)
    await tell(door, "lead_a", known={"standing": small}, ended={"disqualified": 2})
    await tell(door, "lead_b")
    found = await report(client, door, "disqualifications")
    [row] = found["items"]
    assert (row["outcome"], row["reason_code"], row["leads"], row["share"]) == ("disqualified", "too_small", 1, 0.5)
    assert found["totals"]["rate"] == 0.5
    assert (await report(client, door, "funnel"))["totals"]["disqualification"] == 0.5


async def test_a_csv_does_not_run_in_a_spreadsheet(door: Door, client: Any) -> None:
    await tell(door, "lead_a", source="=HYPERLINK(1)")
    headers = door.bearer | {"Accept": "text/csv"}
    answer = await client.get("/v1/reports/sources", params=DAYS, headers=headers)
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert lines[0].startswith("source,leads,share")
    assert lines[1].startswith("'=HYPERLINK(1),1,")


async def test_what_cannot_be_answered_is_refused_with_the_way_out(door: Door, client: Any) -> None:
    wrong = [
        {"tz": "Mars/Olympus"},
        {"from": "2026-04-02", "to": "2026-04-01"},
        {"group_by": "colour"},
        {"from": "0001-01-01", "to": "2026-01-01"},
        {"horizon": 0},
        {"from": "yesterday"},
        {"to": "9999-12-31"},
    ]
    for asked in wrong:
        answer = await client.get("/v1/reports/funnel", params=asked, headers=door.bearer)
        assert answer.status_code in {400, 409, 422}, (asked, answer.text)
        assert answer.json()["detail"]


async def test_an_empty_house_has_figures_too(door: Door, client: Any) -> None:
    for name in ("funnel", "sources", "response-times", "disqualifications", "agent", "scoring"):
        found = await report(client, door, name)
        assert found["totals"], name
    assert (await report(client, door, "funnel"))["totals"]["lead_to_mql"] is None


async def test_the_agents_report_counts_what_it_did(door: Door, client: Any) -> None:
    await a_conversation(door.house.workspace, says="Hello, we need a plan")
    await a_conversation(door.house.workspace)
    totals = (await report(client, door, "agent"))["totals"]
    assert (totals["conversations"], totals["talked"], totals["containment_rate"]) == (2, 1, 1.0)


async def test_the_pipeline_report_follows_a_deal_from_open_to_won(door: Door, client: Any) -> None:
    lead = {"source": "ads", "email": "kim@bakery.example.com", "context": "demo"}
    made = (await client.post("/v1/leads", json=lead, headers=door.bearer)).json()
    rep = door.bearer | {"Opener-Rep": ANA}
    assert (await client.post(f"/v1/leads/{made['id']}/accept", headers=rep)).status_code < 300
    deal = {"amount": "1200.00", "currency": "EUR", "close_date": "2026-04-30"}
    converted = await client.post(f"/v1/leads/{made['id']}/convert", json=deal, headers=rep)
    assert converted.status_code < 300, converted.text
    assert (await report(client, door, "pipeline"))["totals"]["open_amount"] == "1200.00"
    opportunity = (await client.get("/v1/opportunities", headers=door.bearer)).json()["items"][0]["id"]
    assert (await client.post(f"/v1/opportunities/{opportunity}/won", headers=rep)).status_code < 300
    [row] = (await report(client, door, "pipeline", group_by="source"))["items"]
    assert (row["source"], row["won"], row["won_amount"], row["revenue"]) == ("ads", 1, "1200.00", "1200.00")
    funnel = (await report(client, door, "funnel", group_by="source"))["items"]
    assert [(line["source"], line["customer"]) for line in funnel] == [("ads", 1)]


async def test_promises_that_were_kept_are_told(door: Door, client: Any) -> None:
    for number in range(2):
        lead = {"source": "website", "email": f"kim{number}@bakery.example.com", "context": "demo"}
        made = (await client.post("/v1/leads", json=lead, headers=door.bearer)).json()
        if number == 0:
            headers = door.bearer | {"Opener-Rep": ANA}
            assert (await client.post(f"/v1/leads/{made['id']}/accept", headers=headers)).status_code < 300
    clock = door.house.workspace.clock
    assert isinstance(clock, StandingClock)
    clock.forward(days=2)
    totals = (await report(client, door, "response-times"))["totals"]
    assert totals["sla_acceptance"] == 0.5
    assert totals["sla_handoff_chat"] is None


async def test_case_33_a_deal_that_changes_after_it_was_reported_is_reported_as_it_is_and_its_changes_are_kept(
    door: Door, client: Any
) -> None:
    lead = {"source": "ads", "email": "kim@bakery.example.com", "context": "demo"}
    made = (await client.post("/v1/leads", json=lead, headers=door.bearer)).json()
    rep = door.bearer | {"Opener-Rep": ANA}
    await client.post(f"/v1/leads/{made['id']}/accept", headers=rep)
    deal = {"amount": "1200.00", "currency": "EUR", "close_date": "2026-04-30"}
    done = (await client.post(f"/v1/leads/{made['id']}/convert", json=deal, headers=rep)).json()
    place = f"/v1/opportunities/{done['opportunity']['id']}"

    async def revenue() -> tuple[Any, Any]:
        found = await report(client, door, "pipeline", group_by="source")
        return sum(float(row["revenue"]) for row in found["items"]), found["totals"]["other_currency_deals"]

    await client.post(f"{place}/won", headers=rep)
    assert await revenue() == (1200, 0)
    closed = await client.patch(place, json={"amount": "900.00"}, headers=rep)
    assert closed.status_code == 409  # what was reported as won is not rewritten behind anybody's back
    await client.post(f"{place}/reopen", headers=rep)
    assert await revenue() == (0, 0)
    await client.patch(place, json={"amount": "900.00"}, headers=rep)
    await client.post(f"{place}/won", headers=rep)
    assert await revenue() == (900, 0)
    await client.post(f"{place}/reopen", headers=rep)
    await client.patch(place, json={"amount": "900.00", "currency": "USD"}, headers=rep)
    await client.post(f"{place}/won", headers=rep)
    assert await revenue() == (0, 1)  # amounts of another currency are counted and never added up
    history = (await client.get(place, headers=door.bearer)).json()["history"]
    told = {(c["what"], c["before"], c["after"], c["by"]) for c in history}
    assert {("amount", "1200", "900", "Ana Ferreira"), ("currency", "EUR", "USD", "Ana Ferreira")} <= told
