"""Lists of leads: in bulk what one after the other would give, once, without consent and without raising a hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.event import listens_for

from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.erase_person import erase_person
from actions.find_duplicates import look_for_duplicates
from actions.import_leads import Ending, RowDone, import_leads, import_row
from actions.install_playbook import install_playbook
from actions.move_lead import move_lead
from actions.suppress import suppress_person, suppress_point
from actions.workspace import Workspace
from leads.actor import BY_RULE
from leads.condition import Happened
from leads.consent import Purpose, is_granted
from leads.import_plan import columns_of, read_plan
from leads.import_row import ImportRow, read_row
from leads.nurture import Occasion, TrackRule
from leads.sheet import read_sheet
from leads.stage import Outcome, Stage, WorkStatus
from leads.suppression import SuppressionReason
from playbook.book import Playbook
from store.engine import open_engine, transaction
from store.identity_tables import contact_points, match_keys
from store.intake_tables import enrichment_asks
from store.people_tables import activities, companies, leads, people, stage_changes
from store.pipeline_tables import enrollment_wishes
from store.privacy_tables import consents, suppressions
from store.report_tables import milestones
from store.score_tables import threshold_firings
from store.unit import UnitOfWork
from tests.builders import MONDAY, CountedIds, StandingClock, a_playbook
from tests.store.databases import Templates

HEADER = "Email,Name,Company,Job title,Phone,Lead source,Opt in,Opt in date,Opt in text,Outcome,Created at,Lines\n"


def read(text: str, mapping: dict[str, Any] | None = None) -> list[ImportRow]:
    sheet, plan = read_sheet(text.encode()), read_plan(mapping or {})
    columns = columns_of(plan, sheet.columns, sheet.sample())
    return [read_row(row, columns, plan, source="list", now=MONDAY) for row in sheet.rows()]


async def bring(workspace: Workspace, text: str, *, event: str | None = None, **mapping: Any) -> list[RowDone]:
    async with workspace.unit() as uow:
        return await import_leads(uow, workspace.book, read(text, mapping), event=event)


async def test_everybody_in_a_list_becomes_a_lead_of_a_person(workspace: Workspace) -> None:
    done = await bring(
        workspace, "Email,Name,Job title\nkim@bakery.example.com,Kim Ito,Head of IT\nlee@example.com,Lee,\n"
    )
    assert [one.ending for one in done] == [Ending.NEW, Ending.NEW]
    async with workspace.reading() as uow:
        lead = await uow.leads.get(done[0].lead_id)  # type: ignore[arg-type]
        person = await uow.people.get(lead.person_id)
        [activity] = await uow.ledger.activities(lead.id)
        asked = await uow.enrichments.due(MONDAY, limit=9)
    assert (person.name, person.seniority, person.department) == ("Kim Ito", "director", "it")
    assert (activity.type, activity.actor.value) == ("list.imported", "system")
    assert lead.score.fit == 30
    assert len(asked) == 2


async def test_the_same_file_again_changes_nothing(workspace: Workspace) -> None:
    text = "Email,Name,Phone\nkim@bakery.example.com,Kim,\n,Front desk,030 1234567\n"
    await bring(workspace, text)
    before = await everything(workspace)
    again = await bring(workspace, text)
    assert [one.ending for one in again] == [Ending.UNCHANGED, Ending.UNCHANGED]
    assert await everything(workspace) == before


async def test_somebody_twice_in_a_file_is_one_person_of_one_company(workspace: Workspace) -> None:
    text = "kim@bakery.example.com,\nKim+list@Bakery.example.com,Kim Ito\nlee@bakery.example.com,Lee\n"
    done = await bring(workspace, "Email,Name\n" + text)
    assert [one.ending for one in done] == [Ending.NEW, Ending.UPDATED, Ending.NEW]
    state = await everything(workspace)
    assert [len(state[table]) for table in ("people", "leads", "companies")] == [2, 2, 1]
    assert state["people"][0]["name"] == "Kim Ito"


async def test_a_list_overwrites_nothing_and_fills_blanks(workspace: Workspace) -> None:
    async with workspace.unit() as uow:
        told = Capture("website", email="kim@bakery.example.com", name="Kim Ito", context=CaptureContext.DEMO)
        await capture_lead(uow, workspace.book, told)
    text = "Email,Name,Job title,Company,Employees\nkim@bakery.example.com,Somebody,Buyer,Bakery,40\n"
    [done] = await bring(workspace, text)
    async with workspace.reading() as uow:
        lead = await uow.leads.get(done.lead_id)  # type: ignore[arg-type]
        person = await uow.people.get(lead.person_id)
        company = await uow.people.company(lead.company_id)
    assert (done.ending, person.name, person.title) == (Ending.UPDATED, "Kim Ito", "Buyer")
    assert company is not None
    assert (company.employees, company.size_band) == (40, "11-50")


@pytest.mark.parametrize("context", ["demo", "quote", "contact", "consultation"])
async def test_a_list_raises_no_hand(workspace: Workspace, context: str) -> None:
    [done] = await bring(workspace, "Email\nkim@gmail.com\n", context=context)
    async with workspace.reading() as uow:
        lead = await uow.leads.get(done.lead_id)  # type: ignore[arg-type]
    assert (lead.context, lead.standing.stage) == (context, Stage.LEAD)


async def test_webinar_registrants_have_registered_when_they_did(workspace: Workspace) -> None:
    text = "Email,Registration date\nkim@bakery.example.com,2026-02-20T10:00:00Z\n"
    [done] = await bring(workspace, text, context="webinar")
    async with workspace.reading() as uow:
        [activity] = await uow.ledger.activities(done.lead_id)  # type: ignore[arg-type]
    assert (activity.type, activity.actor.value) == ("webinar.registered", "human")
    assert activity.occurred_at.isoformat() == "2026-02-20T10:00:00+00:00"


async def test_a_list_gives_no_consent_without_proof(workspace: Workspace) -> None:
    text = "a@example.com,yes,,\nb@example.com,yes,2026-01-05,v3\nc@example.com,no,,\n"
    done = await bring(workspace, "Email,Opt in,Opt in date,Opt in text\n" + text)
    assert "proof" in done[0].faults[0].message
    granted = []
    async with workspace.reading() as uow:
        for one in done:
            lead = await uow.leads.get(one.lead_id)  # type: ignore[arg-type]
            granted.append(is_granted(await uow.ledger.consents(lead.person_id), Purpose.MARKETING))
    assert granted == [False, True, False]


async def test_an_old_yes_does_not_lift_a_later_no(workspace: Workspace) -> None:
    await bring(workspace, "Email,Do not email\nkim@example.com,yes\n")
    [done] = await bring(workspace, "Email,Opt in,Opt in date,Opt in text\nkim@example.com,yes,2026-01-05,v3\n")
    async with workspace.reading() as uow:
        lead = await uow.leads.get(done.lead_id)  # type: ignore[arg-type]
        assert not is_granted(await uow.ledger.consents(lead.person_id), Purpose.MARKETING)


async def test_who_was_stopped_stays_stopped_whatever_a_list_says(workspace: Workspace) -> None:
    """Case 31: the hash of the address outlives the erasure. A list lifts nothing, and refuses nobody it may bring."""
    book = workspace.book
    captured = {}
    async with workspace.unit() as uow:
        for name in ("gone", "left", "angry"):
            told = Capture("website", email=f"{name}@example.com", context=CaptureContext.CONTACT)
            captured[name] = (await capture_lead(uow, book, told)).lead.person_id
        for name, reason in (("left", SuppressionReason.UNSUBSCRIBED), ("angry", SuppressionReason.COMPLAINED)):
            await suppress_person(uow, await uow.people.get(captured[name]), reason, source="mail")
        for name, reason in (("past", SuppressionReason.UNSUBSCRIBED), ("furious", SuppressionReason.COMPLAINED)):
            await suppress_point(uow, f"{name}@example.com", reason, source="mail")
        await erase_person(uow, book, captured["gone"], actor=BY_RULE)
    names = ("gone", "left", "angry", "past", "furious")
    lines = [f"{name}@example.com,yes,2026-02-20,v3" for name in names]
    done = await bring(workspace, "Email,Opt in,Opt in date,Opt in text\n" + "\n".join(lines) + "\n", context="webinar")
    refused, updated, new = Ending.REFUSED, Ending.UPDATED, Ending.NEW
    assert [one.ending for one in done] == [refused, updated, updated, new, refused]
    assert {fault.column for one in done for fault in one.faults} == {"email"}
    async with workspace.reading() as uow:
        standing = [(await uow.suppressions.of(f"{name}@example.com")) for name in names]
        assert [entry.reason.value for entry in standing if entry] == [
            *("erased", "unsubscribed", "complained", "unsubscribed", "complained"),
        ]
        assert await uow.people.by_email("gone@example.com") is None
    assert (await everything(workspace))["consents"] == []


async def test_people_of_a_list_are_found_by_what_reaches_them(workspace: Workspace) -> None:
    await bring(
        workspace, "Email,Name,Phone\nkim@bakery.example.com,Kim Ito,030 1234567\ninfo@dairy.example.com,Lee,\n"
    )
    done = await bring(workspace, "Email,Name\ninfo@dairy.example.com,Ana\ninfo@dairy.example.com,Lee Ott\n")
    state = await everything(workspace)
    points = sorted((row["kind"], row["normalised"], row["is_primary"]) for row in state["contact_points"])
    assert points == [
        ("email", "kim@bakery.example.com", True),
        ("phone", "+49301234567", True),
        ("role_email", "info@dairy.example.com", True),
        ("role_email", "info@dairy.example.com", True),
    ]
    assert [one.ending for one in done] == [Ending.NEW, Ending.UPDATED]
    assert {"p:301234567", "n:I300:K500".lower()} <= {row["key"].lower() for row in state["match_keys"]}


async def test_a_list_of_people_who_asked_for_a_demo_wakes_nobody_in_nurture(workspace: Workspace) -> None:
    async with workspace.unit() as uow:
        told = Capture("website", email="kim@bakery.example.com", context=CaptureContext.DEMO)
        lead = (await capture_lead(uow, workspace.book, told)).lead
        await move_lead(uow, lead, replace(lead.standing, status=WorkStatus.NURTURE), actor=BY_RULE, why="resting")
    [done] = await bring(workspace, "Email\nkim@bakery.example.com\n", context="demo")
    assert (done.ending, done.lead_id) == (Ending.UPDATED, lead.id)


async def test_one_bad_row_loses_no_other(workspace: Workspace) -> None:
    text = "Email,Phone,Name\nkim at home,,Kim\n,12,Lee\n,,Nobody\nlee@example.com,12,Lee\n"
    done = await bring(workspace, text)
    assert [one.ending for one in done] == [Ending.REFUSED, Ending.REFUSED, Ending.REFUSED, Ending.NEW]
    assert [one.faults[0].column for one in done] == ["email", "phone", "", "phone"]


async def test_a_table_without_addresses_comes_in_by_its_own_ids_with_its_outcomes(workspace: Workspace) -> None:
    """The shape of an education provider's table: an id, what they did on the website, and who converted."""
    text = (
        "Prospect ID,Lead Source,Do Not Email,Converted,TotalVisits,Total Time Spent on Website,Country,Created,City\n"
        "a-1,Organic Search,No,1,5,674,India,2025-02-03,Select\n"
        "a-2,Olark Chat,Yes,0,0,0,,2025-02-04,Mumbai\n"
        "a-3,Direct Traffic,No,,2,1.5,Germany,2025-02-05,Select\n"
    )
    plan = {
        "source": "education",
        "blank": ["Select"],
        "columns": {
            "Prospect ID": "external_id",
            "Lead Source": "fields.lead_source",
            "Converted": {"to": "outcome", "values": {1: "converted", 0: "lost"}},
            "Total Time Spent on Website": "fields.website_seconds",
        },
    }
    done = await bring(workspace, text, **plan)
    async with workspace.reading() as uow:
        found = [await uow.leads.get(one.lead_id) for one in done]  # type: ignore[arg-type]
        people_ = [await uow.people.get(lead.person_id) for lead in found]
        history = await uow.leads.history(found[0].id)
    assert [lead.standing.outcome for lead in found] == [Outcome.CONVERTED, Outcome.LOST, Outcome.OPEN]
    assert dict(found[0].fields) == {"lead_source": "Organic Search", "totalvisits": 5, "website_seconds": 674}
    assert found[0].created_at.year == 2025
    assert (found[0].closed_at is not None, found[2].closed_at) == (True, None)
    assert [person.country for person in people_] == ["IN", None, "DE"]
    assert {(h.change.dimension.value, h.change.after) for h in history} >= {("outcome", "converted")}
    assert [one.ending for one in await bring(workspace, text, **plan)] == [Ending.UNCHANGED] * 3


async def test_a_past_cycle_stands_beside_the_open_one_which_goes_on(workspace: Workspace) -> None:
    await bring(workspace, "Email\nkim@example.com\n")
    [done] = await bring(workspace, "Email,Outcome,Created at\nkim@example.com,lost,2025-01-02\n")
    async with workspace.reading() as uow:
        past = await uow.leads.get(done.lead_id)  # type: ignore[arg-type]
        current = await uow.leads.open_of(past.person_id)
    assert (done.ending, past.standing.outcome) == (Ending.NEW, Outcome.LOST)
    assert current is not None
    [again] = await bring(workspace, "Email,Name\nkim@example.com,Kim Ito\n")
    async with workspace.unit() as uow:
        told = Capture("website", email="kim@example.com", context=CaptureContext.CONTACT)
        captured = await capture_lead(uow, workspace.book, told)
    assert (again.lead_id, captured.lead.id, captured.new) == (current.id, current.id, False)


@pytest.mark.parametrize("context", ["list", "webinar"])
async def test_a_part_of_a_list_asks_the_database_no_more_often_the_longer_it_is(
    workspace: Workspace, context: str
) -> None:
    """Whatever a row asks for was fetched for all at once; a look-up a row would be most of the time a list takes."""
    asked: list[int] = []

    @listens_for(workspace.database.sync_engine, "before_cursor_execute")
    def count(*_: object) -> None:
        asked[-1] += 1

    line = "p{0}@firm-{0}.example.com,Kim Ito {0},Firm {0},Buyer,030 1{0:06},fair,{2},2026-01-05,v3,{1},2025-06-01,4\n"
    book = followed_up(workspace.book)
    for place, length in enumerate((6, 60)):
        said = [(1000 * place + n, ("", "lost")[n % 2], ("yes", "no", "")[n % 3]) for n in range(length)]
        rows = read(HEADER + "".join(line.format(*one) for one in said), {"context": context})
        asked.append(0)
        async with workspace.unit() as uow:
            done = await import_leads(uow, book, rows)
        assert [one.ending for one in done] == [Ending.NEW] * length
    assert asked[0] == asked[1]
    async with workspace.reading() as uow:
        wished = [bool(await uow.wishes.of_lead(one.lead_id)) for one in done if one.lead_id]
    assert wished == [context == "webinar" and outcome == "" and word != "no" for _, outcome, word in said]


def followed_up(book: Playbook) -> Playbook:
    """The same playbook, whose owner wants whoever registered for a webinar to be written to."""
    rule = TrackRule("guest", "Registered", "webinar", frozenset({Occasion.ACTIVITY}), Happened("webinar.registered"))
    return replace(book, nurture=replace(book.nurture, rules=(rule, *book.nurture.rules)))


# --- in bulk and one after the other


ORDERED = (people, companies, leads, activities, consents, stage_changes, suppressions, enrollment_wishes)
KEYED = (contact_points, match_keys, enrichment_asks, milestones, threshold_firings)


async def one_by_one(uow: UnitOfWork, book: Playbook, row: ImportRow) -> RowDone:
    """As if each row came alone."""
    done = await import_row(uow, book, row, event=None)
    if done.lead_id and done.ending is not Ending.UNCHANGED:
        await look_for_duplicates(uow, (await uow.leads.get(done.lead_id)).person_id)
    return done


async def everything(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    """All rows that matter, with ids as their place of appearance, so that two databases can be compared."""
    state: dict[str, list[dict[str, Any]]] = {}
    async with transaction(workspace.database, read_only=True) as connection:
        for table in (*ORDERED, *KEYED):
            rows = (await connection.execute(select(table))).mappings().all()
            state[table.name] = [dict(row) for row in rows]
    for table in ORDERED:
        state[table.name].sort(key=lambda row: str(row["id"]).rpartition("_")[2])
    places = {row["id"]: f"{table.name} {n}" for table in ORDERED for n, row in enumerate(state[table.name])}
    for row in state["contact_points"]:
        del row["id"]  # made from the person's
    placed = {
        name: [
            {key: places.get(value, value) if isinstance(value, str) else value for key, value in row.items()}
            for row in rows
        ]
        for name, rows in state.items()
    }
    for table in KEYED:
        placed[table.name].sort(key=str)
    return placed


ADDRESSES = st.sampled_from(
    [
        "kim@bakery.example.com",
        "Kim+x@Bakery.example.com",
        "lee@dairy.example.com",
        "ana@gmail.com",
        "info@dairy.example.com",
        "kim at home",
        "",
        "",
    ]
)
NUMBERS = st.sampled_from(["", "", "030 1234567", "12"])
LINES = st.tuples(
    ADDRESSES,
    st.sampled_from(["", "Kim Ito", "Lee"]),
    st.sampled_from(["", "", "Bakery", "Dairy Works"]),
    st.sampled_from(["", "Head of IT", "Buyer", "Werkstudent"]),
    NUMBERS,
    st.sampled_from(["", "fair", "broker"]),
    st.sampled_from(["", "yes", "no"]),
    st.sampled_from(["", "2026-01-05"]),
    st.sampled_from(["", "v3"]),
    st.sampled_from(["", "", "lost", "won"]),
    st.sampled_from(["", "2025-06-01", "2026-02-27"]),
    st.sampled_from(["", "4", "many"]),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(LINES, min_size=1, max_size=12),
    split=st.integers(0, 12),
    context=st.sampled_from(["list", "webinar"]),
)
async def test_in_bulk_is_what_one_after_the_other_is(
    templates: Templates, kind: str, tmp_path: Path, lines: list[tuple[str, ...]], split: int, context: str
) -> None:
    rows = read(HEADER + "\n".join(",".join(line) for line in lines) + "\n", {"context": context})
    states = []
    for bulk in (True, False):
        with templates.fresh(kind, Path(mkdtemp(dir=tmp_path))) as url:
            states.append(await brought_in(url, rows, split, bulk=bulk))
    assert states[0] == states[1]


async def brought_in(
    url: str, rows: Sequence[ImportRow], split: int, *, bulk: bool
) -> tuple[list[Ending], dict[str, list[dict[str, Any]]]]:
    """Bring the rows into a fresh database in two acts; how each ended, and everything that is there then."""
    database = open_engine(url)
    try:
        book = followed_up(a_playbook())
        workspace = Workspace(database, book, StandingClock(), CountedIds(iter(range(100, 10**6)).__next__))
        async with workspace.unit() as uow:
            await install_playbook(uow, workspace.book)
        endings: list[Ending] = []
        for part in (rows[:split], rows[split:]):
            async with workspace.unit() as uow:
                if bulk:
                    done = await import_leads(uow, workspace.book, part)
                else:
                    done = [await one_by_one(uow, workspace.book, row) for row in part]
            endings += [one.ending for one in done]
        return endings, await everything(workspace)
    finally:
        await database.dispose()
