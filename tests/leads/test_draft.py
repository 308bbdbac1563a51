"""Drafts: what makes one stale, and what people changed in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.actor import BY_AGENT, Actor
from leads.draft import Draft, DraftState, Edit, Revision, check_current, edits, never_said
from leads.identity import ConversationId, DraftId, HandoffId
from leads.refusal import DraftClosed, DraftStale
from leads.signal import ActorKind
from tests.builders import MONDAY

ANA = Actor(ActorKind.REP, "rep_ana", "Ana")


def a_draft(**known: Any) -> Draft:
    values: dict[str, Any] = {"state": DraftState.READY, "rev": 2, "up_to_seq": 5} | known
    return Draft(DraftId("d1"), HandoffId("h1"), ConversationId("conv_1"), created_at=MONDAY, due_at=MONDAY, **values)


def test_only_the_last_revision_that_knows_the_newest_message_is_current() -> None:
    check_current(a_draft(), rev=2, visitor_seq=5)
    for rev, seq in ((1, 5), (3, 5), (2, 6)):
        with pytest.raises(DraftStale):
            check_current(a_draft(), rev=rev, visitor_seq=seq)
    with pytest.raises(DraftStale, match="being written"):
        check_current(a_draft(state=DraftState.WRITING), rev=2, visitor_seq=5)
    for state in (DraftState.SENT, DraftState.REJECTED):
        with pytest.raises(DraftClosed, match=state.value):
            check_current(a_draft(state=state), rev=2, visitor_seq=5)


def test_changes_are_told_word_by_word_against_the_agents_last_wording() -> None:
    first = Revision(1, "Old words.", BY_AGENT, MONDAY)
    second = Revision(2, "Our Team plan fits two plants.", BY_AGENT, MONDAY)
    third = Revision(3, "Our Harbour plan fits two plants. Shall we talk?", ANA, MONDAY)
    assert edits([first, second, third]) == [Edit("Team", "Harbour"), Edit("plants.", "plants. Shall we talk?")]
    assert edits([first, second]) == edits([]) == []


@given(st.text(max_size=80), st.text(max_size=80))
def test_equal_wordings_have_no_changes_and_others_have(before: str, after: str) -> None:
    found = edits([Revision(1, before, BY_AGENT, MONDAY), Revision(2, after, ANA, MONDAY)])
    if before.split() == after.split():
        assert all(e.before == e.after for e in found)
    else:
        assert found


def test_phrases_the_company_never_says_are_found_however_they_are_written() -> None:
    assert never_said("With a Money-Back  Guarantee!", ["money-back guarantee", "free forever"]) == [
        "money-back guarantee"
    ]
