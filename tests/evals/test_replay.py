"""A replay takes the visitor's steps through the product's own code, and ends the same way every time."""

import asyncio
import random

import pytest

from evals.catalogue import chosen, read_cases
from evals.modes import KEYLESS
from evals.run import sit, sittings
from playbook.fault import PlaybookFaults
from tests.evals.exam import case_of, run

HI = "[[{say: Hello.}]]"


def test_a_burst_is_one_turn_and_one_reply() -> None:
    [trace] = run(case_of(visitor="[{burst: [Hi, We plan in Excel, Is that bad?]}]", script=HI))
    assert [turn.visitor for turn in trace.turns] == [("Hi", "We plan in Excel", "Is that bad?")]
    assert trace.events == ("message.created",) * 3 + ("message.completed",)
    assert trace.faults == ()


def test_the_clock_moves_only_when_time_passes_in_the_case() -> None:
    script = "[[{call: {hand_off: {reason: complaint, note: Late.}}}, {say: Sorry.}]]"
    at_once = case_of(visitor="[This is late.]", script=script)
    next_day = case_of(visitor="[{pause: 1 day}, This is late.]", script=script)
    dues = [trace.end.handoff.due for trace in run(at_once, next_day) if trace.end.handoff]
    assert (dues[1] - dues[0]).days == 1


def test_a_click_books_with_the_address_of_the_form() -> None:
    slots = "[[{call: {find_slots: {}}}, {say: Which one suits you?}]]"
    visitor = "[A call please, {reload: true}, {click_slot: 1, email: uma@bakery.example.com, name: Uma}]"
    [trace] = run(case_of(visitor=visitor, script=slots))
    assert trace.faults == ()
    assert [(m.invited, m.offered) for m in trace.end.meetings] == [("uma@bakery.example.com", True)]
    assert [message.kind for message in trace.outbox] == ["invitation", "notice"]


def test_a_time_that_somebody_else_took_cannot_be_clicked() -> None:
    slots = "[[{call: {find_slots: {}}}, {say: Which one suits you?}]]"
    visitor = "[A call please, {taken_meanwhile: 1}, {click_slot: 1, email: uma@bakery.example.com}]"
    [trace] = run(case_of(visitor=visitor, script=slots))
    assert trace.faults == ()
    assert trace.end.meetings == ()
    assert trace.end.contact == ()  # the refused booking left nothing behind


@pytest.mark.parametrize("step", ["{click_slot: 1, email: uma@bakery.example.com}", "{taken_meanwhile: 1}"])
def test_a_step_that_cannot_be_done_is_a_fault_of_the_case(step: str) -> None:
    [trace] = run(case_of(visitor=f"[Hi, {step}]", script=HI))
    assert trace.faults == ("Step 2 cannot be done: there is no time number 1 on the screen, only 0",)


def test_a_verified_lead_is_known_and_a_stranger_with_the_same_record_is_not() -> None:
    lead = "{email: rosa@orchard.example.com, name: Rosa Lindqvist, bant: {budget: {value: 9k, quote: we have 9k}}"
    proved, stranger = run(
        case_of(visitor="[Hi]", script=HI, lead=f"{lead}, verified: true}}"),
        case_of(visitor="[Hi]", script=HI, lead=f"{lead}}}"),
    )
    assert {detail.name: detail.value for detail in proved.end.contact}["name"] == "Rosa Lindqvist"
    assert proved.end.bant != stranger.end.bant
    assert stranger.end.contact == ()
    assert proved.faults == stranger.faults == ()


def test_the_playbook_of_a_case_is_merged_into_the_sample_and_checked_like_any() -> None:
    words = "[[{say: This is the best. Ask me anything.}, {say: Ask me anything.}]]"
    forbid = "{company.yaml: {agent: {never_say: [this is the best]}}}"
    [trace] = run(case_of(visitor="[Hi]", script=words, playbook=forbid))
    assert trace.replies == ["Ask me anything."]
    assert trace.faults == ()
    with pytest.raises(PlaybookFaults, match="book_when_known"):
        run(case_of(visitor="[Hi]", script=HI, playbook="{company.yaml: {agent: {book_when_known: 9}}}"))


def test_words_that_were_on_the_screen_for_a_moment_are_in_the_trace() -> None:
    script = "[[{fail: cut_off, after: 'It takes a while. Then '}, {say: It takes three weeks.}]]"
    [trace] = run(case_of(visitor="[How long does it take?]", script=script))
    [turn] = trace.turns
    assert "takes a while" in turn.shown
    assert turn.reply == "It takes three weeks."


def test_two_runs_are_the_same_also_in_another_order() -> None:
    entries = chosen(read_cases(), ["bant", "faults"])
    modes = list(KEYLESS)
    shuffled = entries[:]
    random.Random(7).shuffle(shuffled)
    assert shuffled != entries
    once = asyncio.run(sit(sittings(entries, modes)))
    again = asyncio.run(sit(sittings(shuffled, modes)))
    prints = {(r.name, r.model): r.trace.fingerprint for r in once}
    assert len(prints) == len(sittings(entries, modes)) >= 15
    assert {(r.name, r.model): r.trace.fingerprint for r in again} == prints


def test_another_word_of_the_visitor_is_another_fingerprint() -> None:
    one, other = run(case_of(visitor="[Hi]", script=HI), case_of(visitor="[Ho]", script=HI))
    assert one.fingerprint != other.fingerprint
