from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.conversation import MAX_MESSAGE, Channel, Conversation, Speaker, readable, speaker
from leads.evidence import plain
from leads.identity import ConversationId, LeadId, PersonId, RepId
from leads.refusal import MessageEmpty, MessageTooLong

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
THREAD = Conversation(ConversationId("conv_1"), LeadId("lead_1"), PersonId("per_1"), Channel.CHAT, NOW)
ANYTHING = st.text(st.characters(codec=None, categories=None), max_size=400)


@given(ANYTHING)
def test_what_is_kept_can_be_stored_shown_and_read_again(text: str) -> None:
    try:
        kept = readable(text)
    except MessageEmpty:
        assert plain(text.encode("utf-8", "ignore").decode()) == ""
        return
    kept.encode("utf-8")
    controls = [c for c in kept if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
    assert controls == []
    assert readable(kept) == kept
    assert plain(kept) == plain(text.replace("\r", "\n").encode("utf-8", "ignore").decode())


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=100))
def test_words_of_every_script_are_kept_as_they_are(text: str) -> None:
    if plain(text):
        assert readable(text) == text.strip()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\x00hel\x07lo\x1b[31m\x9f", "hello[31m"),
        ("half \ud83d a pair", "half  a pair"),
        ("\u202eevil\u202c", "\u202eevil\u202c"),  # marks of direction are text; they prove nothing (see plain)
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("a\tb", "a\tb"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_control_characters_go_and_everything_else_stays(sent: str, kept: str) -> None:
    assert readable(sent) == kept


@pytest.mark.parametrize(
    "sent", ["", " \n\t ", "\x00\x01", "\ud800", "\u200b\u200d", "\u202e\u202c", "\U000e0041", "\ufeff"]
)
def test_a_message_in_which_nothing_can_be_read_is_refused(sent: str) -> None:
    with pytest.raises(MessageEmpty):
        readable(sent)


def test_a_message_holds_4000_characters_and_not_one_more() -> None:
    assert len(readable("ü" * MAX_MESSAGE)) == MAX_MESSAGE == 4000
    assert readable(" " * 9 + "x" * MAX_MESSAGE + "\n" * 9)  # blanks around it do not count
    with pytest.raises(MessageTooLong, match="4,001"):
        readable("x" * 4001)


def test_a_rep_answers_while_they_hold_the_line_and_nobody_once_it_is_closed() -> None:
    held = replace(THREAD, rep_id=RepId("rep_1"), rep_until=NOW + timedelta(minutes=5))
    assert speaker(THREAD, NOW) is Speaker.AGENT
    assert speaker(held, NOW) is Speaker.REP
    assert speaker(held, NOW + timedelta(minutes=5)) is Speaker.AGENT
    assert speaker(replace(held, closed_at=NOW), NOW) is Speaker.NOBODY
