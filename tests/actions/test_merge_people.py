"""Two records become one: nothing is lost, nothing counts twice, and whatever leads to the old one still arrives."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest

import store.merges as merges
from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.may_contact import may_contact
from actions.merge_people import Merged, merge_people
from actions.note_bant import Heard, note_bant
from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.note_signal import note_activity
from actions.rescore_lead import explain_score
from actions.workspace import Workspace
from leads.actor import BY_RULE
from leads.bant import Factor
from leads.consent import Basis, ConsentEvent, Purpose, is_granted
from leads.identity import LeadId, PersonId, RepId
from leads.lead import Lead, Person
from leads.refusal import CannotMerge, MergedElsewhere, NothingToMerge, NotKnown, SamePerson, TwoMeetings
from leads.signal import Activity
from leads.stage import Outcome, Stage
from leads.suppression import VerdictCode
from store.outage import COLLISIONS, OUTAGES
from tests.builders import MONDAY, StandingClock, a_conversation, a_message
from tests.store.records import a_booking

ANA_ADDRESS, WORK = "ana@example.com", "ana.weber@bakery.example.com"
HALF_A_YEAR = timedelta(days=180)


async def captured(workspace: Workspace, email: str, **told: object) -> Lead:
    async with workspace.unit() as uow:
        told = {"source": "website", "context": CaptureContext.DEMO} | told
        return (await capture_lead(uow, workspace.book, Capture(email=email, **told))).lead  # type: ignore[arg-type]


async def merge(workspace: Workspace, loser: Lead, winner: Lead) -> Merged:
    async with workspace.unit() as uow:
        return await merge_people(uow, workspace.book, loser.person_id, winner.person_id, actor=BY_RULE)


async def person_of(workspace: Workspace, lead: Lead) -> Person:
    async with workspace.reading() as uow:
        return await uow.people.survivor(lead.person_id)


async def activity(workspace: Workspace, lead: Lead, type: str = "form.contact", **known: object) -> None:
    told = {"type": type, "occurred_at": MONDAY, "received_at": MONDAY} | known
    async with workspace.unit() as uow:
        await note_activity(uow, workspace.book, lead.id, Activity(**told))  # type: ignore[arg-type]


async def test_a_merge_moves_everything_and_both_addresses_are_one_person(workspace: Workspace) -> None:
    winner = await captured(workspace, ANA_ADDRESS, name="Ana Weber", phone="030 1234567")
    talk = await a_conversation(workspace, verified=True, email=WORK, name="A. Weber", says="We have 30k")
    async with workspace.unit() as uow:
        await note_bant(uow, workspace.book, talk.id, Heard(Factor.BUDGET, "30k", "we have 30k"))
        loser = await uow.leads.get(talk.lead_id)
        await uow.people.save(replace(await uow.people.get(talk.person_id), title="Head of baking", country="DE"))
    merged = await merge(workspace, loser, winner)
    assert merged.lead is not None
    assert (merged.lead.id, merged.person.id) == (winner.id, winner.person_id)
    assert (merged.person.name, merged.person.email, merged.person.title) == (
        "Ana Weber",
        ANA_ADDRESS,
        "Head of baking",
    )
    async with workspace.reading() as uow:
        for address in (ANA_ADDRESS, WORK, WORK.upper()):
            found = await uow.people.by_email(address)
            assert found is not None
            assert found.id == winner.person_id
        points = await uow.contact_points.of(winner.person_id)
        assert {(p.normalised, p.is_primary) for p in points} == {
            (ANA_ADDRESS, True),
            (WORK, False),
            ("+49301234567", True),
        }
        assert [c.value for c in await uow.ledger.claims(winner.id)] == ["30k"]
        assert (await uow.conversations.get(talk.id)).person_id == winner.person_id
        tombstone = await uow.people.get(loser.person_id)
        assert (tombstone.merged_into, tombstone.email, tombstone.name) == (winner.person_id, None, None)
        gone = await uow.leads.get(loser.id)
        assert (gone.standing.outcome, gone.merged_into) == (Outcome.MERGED, winner.id)
        assert await uow.leads.survivor(loser.id) == merged.lead
        [record] = await uow.merges.into(winner.person_id)
        assert (record.merged_person_id, record.left_out["name"]) == (loser.person_id, "A. Weber")
        assert record.moved["bant_claims"] == 1


async def test_the_score_is_worked_out_anew_and_what_both_saw_counts_once(workspace: Workspace) -> None:
    one, other = await captured(workspace, ANA_ADDRESS, context=None), await captured(workspace, WORK, context=None)
    webinar = MappingProxyType({"webinar": "spring"})
    for lead in (one, other):
        await activity(workspace, lead, "form.demo", properties=webinar)
    await activity(workspace, other, "chat.started", occurred_at=MONDAY - timedelta(days=1))
    merged = await merge(workspace, other, one)
    assert merged.lead is not None
    async with workspace.reading() as uow:
        seen = [a.type for a in await uow.ledger.activities(one.id)]
        receipt = await explain_score(uow, workspace.book, one.id)
    assert seen.count("form.demo") == 1
    assert merged.lead.score.total == receipt.total
    async with workspace.reading() as uow:
        before = await uow.leads.get(other.id)
    assert merged.lead.score.total < before.score.total + 20  # never the sum of both


async def test_a_no_said_to_either_record_is_a_no_of_the_person(workspace: Workspace, clock: StandingClock) -> None:
    def word(granted: bool, **later: float) -> ConsentEvent:
        return ConsentEvent(Purpose.MARKETING, granted, "2026-01", "form", MONDAY + timedelta(**later))

    one, other = await captured(workspace, ANA_ADDRESS), await captured(workspace, WORK)
    async with workspace.unit() as uow:
        await uow.ledger.add_consent(other.person_id, word(False), id="cns_no")
        await uow.ledger.add_consent(one.person_id, word(True, hours=1), id="cns_yes")
    clock.forward(days=1)
    await merge(workspace, other, one)
    async with workspace.reading() as uow:
        words = await uow.ledger.consents(one.person_id)
    assert len(words) == 3
    assert not is_granted(words, Purpose.MARKETING)


async def test_a_yes_comes_along_when_nobody_said_no(workspace: Workspace) -> None:
    one, other = await captured(workspace, ANA_ADDRESS), await captured(workspace, WORK)
    async with workspace.unit() as uow:
        yes = ConsentEvent(Purpose.MARKETING, True, "2026-01", "form", MONDAY)
        await uow.ledger.add_consent(other.person_id, yes, id="cns_yes")
    await merge(workspace, other, one)
    async with workspace.reading() as uow:
        assert await uow.ledger.consents(one.person_id) == [yes]


@pytest.mark.parametrize("of_other", [{"pending": True}, {"basis": Basis.IMPLIED, "expires_at": MONDAY + HALF_A_YEAR}])
async def test_a_yes_of_lesser_weight_on_the_other_record_takes_nothing_from_an_express_one(
    workspace: Workspace, of_other: dict[str, Any]
) -> None:
    one, other = await captured(workspace, ANA_ADDRESS), await captured(workspace, WORK)
    yes = ConsentEvent(Purpose.MARKETING, True, "2026-01", "form", MONDAY)
    async with workspace.unit() as uow:
        await uow.ledger.add_consent(one.person_id, yes, id="cns_yes")
        await uow.ledger.add_consent(other.person_id, replace(yes, **of_other), id="cns_lesser")
    await merge(workspace, other, one)
    async with workspace.reading() as uow:
        person = await uow.people.get(one.person_id)
        assert (await may_contact(uow, person, Purpose.MARKETING)).code is VerdictCode.CONSENT


async def test_the_stage_is_the_higher_one_and_a_missing_owner_is_taken_over(workspace: Workspace) -> None:
    one, other = await captured(workspace, ANA_ADDRESS, context=None), await captured(workspace, WORK)
    async with workspace.unit() as uow:
        standing = replace(other.standing, stage=Stage.SAL)
        await uow.leads.save(replace(other, standing=standing, owner=RepId("rep_ana"), accepted_at=MONDAY))
    merged = (await merge(workspace, other, one)).lead
    assert merged is not None
    assert (merged.standing.stage, merged.owner, merged.accepted_at) == (Stage.SAL, "rep_ana", MONDAY)
    async with workspace.reading() as uow:
        history = [(r.change.before, r.change.after) for r in await uow.leads.history(one.id)]
    assert ("lead", "sal") in history or ("iql", "sal") in history


async def test_merging_again_changes_nothing_and_a_third_one_is_refused(workspace: Workspace) -> None:
    one, other = await captured(workspace, ANA_ADDRESS), await captured(workspace, WORK)
    third = await captured(workspace, "third@example.com")
    first = await merge(workspace, other, one)
    again = await merge(workspace, other, one)
    assert (again.new, again.lead) == (False, first.lead)
    with pytest.raises(MergedElsewhere):
        await merge(workspace, other, third)
    with pytest.raises(SamePerson):
        await merge(workspace, one, other)  # the winner of long ago is that person already
    with pytest.raises(SamePerson):
        await merge(workspace, one, one)
    async with workspace.reading() as uow:
        assert len(await uow.merges.into(one.person_id)) == 1


async def test_chains_of_tombstones_are_short_and_every_address_leads_to_the_end(workspace: Workspace) -> None:
    people = [await captured(workspace, f"p{n}@example.com") for n in range(4)]
    for loser, winner in itertools.pairwise(people):
        await merge(workspace, loser, winner)
    async with workspace.reading() as uow:
        for n, lead in enumerate(people):
            found = await uow.people.by_email(f"p{n}@example.com")
            assert found is not None
            assert found.id == people[-1].person_id
            assert (await uow.leads.survivor(lead.id)).id == people[-1].id
        assert len(await uow.people.merged_from(people[-1].person_id)) == 3
        assert len(await uow.merges.into(people[-1].person_id)) == 3


async def test_cycles_of_both_are_numbered_by_age_and_one_is_open(workspace: Workspace, clock: StandingClock) -> None:
    old = await captured(workspace, WORK)
    async with workspace.unit() as uow:
        await uow.leads.save(replace(old, standing=replace(old.standing, outcome=Outcome.LOST)))
    clock.forward(days=2)
    home = await captured(workspace, ANA_ADDRESS)
    clock.forward(days=2)
    again = await captured(workspace, WORK)
    await merge(workspace, again, home)
    async with workspace.reading() as uow:
        cycles = await uow.leads.of_person(home.person_id)
    assert [(c.id, c.cycle_no, c.standing.outcome) for c in cycles] == [
        (home.id, 2, Outcome.OPEN),
        (old.id, 1, Outcome.LOST),
    ]


async def test_an_open_cycle_of_the_loser_alone_goes_on_as_the_winners(workspace: Workspace) -> None:
    home, other = await captured(workspace, ANA_ADDRESS), await captured(workspace, WORK)
    async with workspace.unit() as uow:
        await uow.leads.save(replace(home, standing=replace(home.standing, outcome=Outcome.DISQUALIFIED)))
    merged = await merge(workspace, other, home)
    assert merged.lead is not None
    assert (merged.lead.id, merged.lead.person_id, merged.lead.cycle_no) == (other.id, home.person_id, 2)


async def test_two_meetings_are_never_cancelled_behind_somebodys_back(
    workspace: Workspace, clock: StandingClock
) -> None:
    one, other = await captured(workspace, ANA_ADDRESS), await captured(workspace, WORK)
    async with workspace.unit() as uow:
        hosts = [rep.id for rep in await uow.access.reps()]
        for number, lead in enumerate((one, other)):
            booked = a_booking(f"meet_{number}", lead=lead.id, host=hosts[0], conversation_id=None)
            await uow.meetings.add(booked, None)
    with pytest.raises(TwoMeetings, match="Cancel one of them first"):
        await merge(workspace, other, one)
    clock.forward(days=3)
    with pytest.raises(TwoMeetings, match="went"):
        await merge(workspace, other, one)
    async with workspace.unit() as uow:
        assert not (await uow.people.get(other.person_id)).merged_into  # nothing was half done
        meeting = await uow.meetings.open_of(one.id)
        assert meeting is not None
        await uow.meetings.save(replace(meeting, state=type(meeting.state).COMPLETED))
    merged = await merge(workspace, other, one)
    assert merged.lead is not None
    async with workspace.reading() as uow:
        assert len(await uow.meetings.of_lead(one.id)) == 2
        assert await uow.meetings.open_of(one.id) is not None


async def test_an_erased_person_is_not_merged_and_an_unknown_one_is_not_known(workspace: Workspace) -> None:
    one, other = await captured(workspace, ANA_ADDRESS), await captured(workspace, WORK)
    async with workspace.unit() as uow:
        await uow.people.save(Person(other.person_id, MONDAY))
        for point in await uow.contact_points.of(other.person_id):
            await uow.contact_points.remove(point.id)
        await uow.leads.save(replace(other, standing=replace(other.standing, outcome=Outcome.JUNK)))
    for loser, winner in ((other, one), (one, other)):
        with pytest.raises(NothingToMerge):
            await merge(workspace, loser, winner)
    with pytest.raises(NotKnown):
        async with workspace.unit() as uow:
            await merge_people(uow, workspace.book, PersonId("per_0"), one.person_id, actor=BY_RULE)


async def test_what_comes_late_for_the_old_lead_is_the_new_ones(workspace: Workspace) -> None:
    one, other = await captured(workspace, ANA_ADDRESS), await captured(workspace, WORK)
    await merge(workspace, other, one)
    await activity(workspace, other, "page.viewed", dedup_key="late:1")
    async with workspace.unit() as uow:  # an act that began before the merge, and wrote after it
        stray = Activity("page.viewed", MONDAY, MONDAY, dedup_key="stray:1")
        await uow.ledger.add_activity(other.id, stray, id="act_stray")
    await activity(workspace, other, "page.viewed", dedup_key="late:2", occurred_at=MONDAY - timedelta(hours=1))
    async with workspace.unit() as uow:
        from actions.rescore_lead import rescore_lead

        await rescore_lead(uow, workspace.book, other.id, why="late")
        seen = {a.dedup_key for a in await uow.ledger.activities(one.id)}
    assert {"late:1", "late:2"} <= seen


async def settled(workspace: Workspace, loser: Lead, winner: Lead) -> str:
    """Merge as an edge does: again after a collision; a refusal is an answer."""
    for _ in range(10):
        try:
            await merge(workspace, loser, winner)
        except (*COLLISIONS, *OUTAGES):
            await asyncio.sleep(0.01)
            continue
        except CannotMerge as no:
            return no.code
        return "merged"
    return "never"


async def test_two_that_are_merged_into_each_other_at_once_are_one_and_no_circle(workspace: Workspace) -> None:
    for round in range(3):
        one = await captured(workspace, f"one{round}@example.com")
        other = await captured(workspace, f"other{round}@example.com")
        ended = await asyncio.gather(settled(workspace, one, other), settled(workspace, other, one))
        assert "never" not in ended
        assert "merged" in ended
        first, second = await person_of(workspace, one), await person_of(workspace, other)
        assert first == second
        async with workspace.reading() as uow:
            open_lead = await uow.leads.open_of(first.id)
            assert open_lead is not None
            assert len(await uow.ledger.activities(open_lead.id)) == 2 - 1  # the same form at the same instant is one
            assert {p.normalised for p in await uow.contact_points.of(first.id)} == {
                f"one{round}@example.com",
                f"other{round}@example.com",
            }


async def test_many_merges_among_many_at_once_lose_nothing(workspace: Workspace, clock: StandingClock) -> None:
    people = []
    for n in range(6):
        clock.forward(minutes=1)
        people.append(await captured(workspace, f"p{n}@example.com"))
        await activity(workspace, people[-1], f"product.step_{n}", dedup_key=f"step:{n}")
    wishes = [(people[a], people[b]) for a, b in itertools.permutations(range(6), 2) if (a + b) % 2]
    ended = await asyncio.gather(*(settled(workspace, loser, winner) for loser, winner in wishes))
    assert "never" not in ended
    async with workspace.reading() as uow:
        ends = {(await uow.people.survivor(lead.person_id)).id for lead in people}
        kept: list[str] = []
        addresses: set[str] = set()
        for end in ends:
            assert (await uow.people.get(end)).merged_into is None
            lead = await uow.leads.open_of(end)
            assert lead is not None
            kept += [a.type for a in await uow.ledger.activities(lead.id) if a.type.startswith("product.")]
            addresses |= {p.normalised for p in await uow.contact_points.of(end)}
    assert sorted(kept) == [f"product.step_{n}" for n in range(6)]
    assert addresses == {f"p{n}@example.com" for n in range(6)}


async def test_captures_that_come_in_while_their_person_is_merged_are_not_lost(workspace: Workspace) -> None:
    one, other = await captured(workspace, ANA_ADDRESS), await captured(workspace, WORK)

    async def tell(n: int) -> None:
        for _ in range(20):
            try:
                await captured(workspace, WORK, context=CaptureContext.QUOTE, fields=MappingProxyType({f"q{n}": n}))
            except (*COLLISIONS, *OUTAGES):
                await asyncio.sleep(0.01)
                continue
            return
        raise AssertionError("never")

    await asyncio.gather(settled(workspace, other, one), *(tell(n) for n in range(6)))
    async with workspace.reading() as uow:
        lead = await uow.leads.open_of(one.person_id)
        assert lead is not None
        forms = [a for a in await uow.ledger.activities(lead.id) if a.type == "form.quote"]
        assert set(lead.fields) == {f"q{n}" for n in range(6)}
        assert forms
        assert await uow.leads.open_of(other.person_id) is None


async def test_a_typed_address_takes_along_what_was_done_and_nothing_of_the_record(workspace: Workspace) -> None:
    known = await captured(workspace, ANA_ADDRESS, context=None)
    visitor = await a_conversation(workspace, says=f"It's {ANA_ADDRESS}, call me on 030 7654321")
    async with workspace.unit() as uow:
        notes = [ContactNote(ContactKind.PHONE, "030 7654321", "030 7654321")]
        await note_contact(uow, workspace.book, visitor.id, notes)
        await note_contact(uow, workspace.book, visitor.id, [ContactNote(ContactKind.EMAIL, ANA_ADDRESS, "")])
    async with workspace.reading() as uow:
        person = await uow.people.get(known.person_id)
        assert person.phone is None
        assert [p.normalised for p in await uow.contact_points.of(person.id)] == [ANA_ADDRESS]
        assert "chat.started" in [a.type for a in await uow.ledger.activities(known.id)]
        [record] = await uow.merges.into(person.id)
        assert (record.why, dict(record.left_out)) == ("typed a known address", {})


async def test_two_people_who_write_from_one_desk_are_two_people(workspace: Workspace) -> None:
    """Case 7: info@ is the company's; a form that comes twice is one, another name is another person."""
    desk = "info@bakery.example.com"
    ana = await captured(workspace, desk, name="Ana Weber")
    ben = await captured(workspace, desk, name="Ben Ito")
    again = await captured(workspace, desk.upper(), name="ana  weber")
    nobody = await captured(workspace, desk)
    assert ben.person_id != ana.person_id
    assert again.id == ana.id
    assert nobody.id == ana.id  # without a name it is the oldest one's
    assert ben.company_id == ana.company_id is not None
    async with workspace.reading() as uow:
        assert (await uow.people.get(ben.person_id)).email == desk
        assert [p.kind for p in await uow.contact_points.of(ben.person_id)] == ["role_email"]


async def test_a_visitor_who_names_a_desk_and_another_name_stays_themselves(workspace: Workspace) -> None:
    desk = "info@bakery.example.com"
    ana = await captured(workspace, desk, name="Ana Weber")
    visitor = await a_conversation(workspace, says=f"I'm Ben Ito, {desk}")
    async with workspace.unit() as uow:
        told = [ContactNote(ContactKind.NAME, "Ben Ito", ""), ContactNote(ContactKind.EMAIL, desk, "")]
        await note_contact(uow, workspace.book, visitor.id, told)
        ben = await uow.people.get(visitor.person_id)
    assert (ben.id != ana.person_id, ben.name, ben.email) == (True, "Ben Ito", desk)


async def test_the_same_desk_and_name_at_once_is_one_person(workspace: Workspace) -> None:
    async def tell() -> LeadId:
        for _ in range(10):
            try:
                return (await captured(workspace, "info@bakery.example.com", name="Ana Weber")).id
            except COLLISIONS:
                continue
        raise AssertionError("never")

    assert len(set(await asyncio.gather(*(tell() for _ in range(8))))) == 1


def test_the_table_of_a_later_feature_is_taken_along_too() -> None:
    """Whatever hangs on a lead or a person by its column moves; only these stay, each for its reason."""

    moving = {table.name for table in merges._tables_with("lead_id", merges.STAYS_WITH_LEAD)}
    assert {"activities", "bant_claims", "conversations", "meetings", "handoffs", "outbox"} <= moving
    assert {"consents", "conversations"} <= {t.name for t in merges._tables_with("person_id", merges.STAYS_WITH_PERSON)}


async def test_a_message_in_the_moment_of_the_merge_finds_its_conversation(workspace: Workspace) -> None:
    one = await captured(workspace, ANA_ADDRESS)
    talk = await a_conversation(workspace, verified=True, email=WORK, says="Hello")
    async with workspace.reading() as uow:
        other = await uow.leads.get(talk.lead_id)
    ended = await asyncio.gather(
        settled(workspace, other, one), *(a_message(workspace, talk.id, f"more {n}") for n in range(5))
    )
    assert ended[0] == "merged"
    async with workspace.reading() as uow:
        assert len(await uow.conversations.said_by_visitor(talk.id)) == 6
        assert (await uow.conversations.get(talk.id)).lead_id == one.id
