"""Slack's webhook over HTTP: what is posted, and what each answer means."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from channels.notice import REASONS
from channels.sent import Accepted, Refused, Sent, TryLater, Unknown
from channels.slack import SlackNotices, escaped, slack_message
from leads.handoff import HandoffReason
from tests.channels.letters import NOW, a_notice

URL = "https://hooks.slack.example.com/services/T0/B0/secret"


@pytest.fixture
async def slack() -> AsyncIterator[SlackNotices]:
    notices = SlackNotices(URL)
    yield notices
    await notices.close()


async def tell(slack: SlackNotices) -> Sent:
    return await slack.send(a_notice(), not_after=NOW)


@respx.mock
async def test_a_notice_is_posted_once(slack: SlackNotices) -> None:
    route = respx.post(URL).respond(200, text="ok")
    assert await tell(slack) == Accepted("http 200")
    assert route.call_count == 1
    assert json.loads(route.calls.last.request.content) == slack_message(a_notice())


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (httpx.Response(404, text="no_service"), Refused("http 404")),
        (httpx.Response(403, text="invalid_token"), Refused("http 403")),
        (httpx.Response(410, text="channel_is_archived"), Refused("http 410")),
        (httpx.Response(302, headers={"location": "https://elsewhere.example.com"}), Refused("http 302")),
        (httpx.Response(500), TryLater("http 500")),
        (httpx.Response(503), TryLater("http 503")),
        (httpx.Response(429, headers={"retry-after": "30"}), TryLater("http 429", timedelta(seconds=30))),
        (httpx.Response(429, headers={"retry-after": "86400"}), TryLater("http 429", timedelta(hours=1))),
        (httpx.Response(429, headers={"retry-after": "soon"}), TryLater("http 429")),
    ],
)
@respx.mock
async def test_every_answer_has_a_meaning(slack: SlackNotices, answer: httpx.Response, ending: Sent) -> None:
    respx.post(URL).mock(return_value=answer)
    assert await tell(slack) == ending


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        (httpx.ConnectError("refused"), TryLater("ConnectError")),
        (httpx.ConnectTimeout("slow"), TryLater("ConnectTimeout")),
        (httpx.ReadTimeout("silence"), Unknown("ReadTimeout")),
        (httpx.RemoteProtocolError("cut"), Unknown("RemoteProtocolError")),
    ],
)
@respx.mock
async def test_a_line_that_breaks_before_the_post_is_no_post_and_after_it_nobody_knows(
    slack: SlackNotices, fault: Exception, ending: Sent
) -> None:
    respx.post(URL).mock(side_effect=fault)
    assert await tell(slack) == ending


@respx.mock
async def test_the_webhook_s_secret_is_in_no_log(slack: SlackNotices, capsys: pytest.CaptureFixture[str]) -> None:
    respx.post(URL).respond(404)
    await tell(slack)
    said = capsys.readouterr()
    assert "slack.refused" in said.out + said.err
    assert "secret" not in said.out + said.err


def texts(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [block["text"] for block in message["blocks"]]


def test_the_message_says_who_why_until_when_and_where() -> None:
    head, note, link = texts(slack_message(a_notice()))
    assert head["text"].startswith(
        "*Mara Lindt (Harbour Bakery) asks for a person*\n*Due:* Mon 2 Mar, 10:02 (Berlin)\n"
    )
    assert note == {"type": "plain_text", "text": "They asked for a person: can I talk to somebody?", "emoji": False}
    assert link["text"] == "<https://opener.example.com/console/handoffs/hand_1|Open it>"


def test_a_handoff_without_a_note_has_no_empty_block() -> None:
    assert len(texts(slack_message(a_notice(handoff=replace(a_notice().handoff, note=""))))) == 2


@given(words=st.text(max_size=200) | st.sampled_from(["<!channel>", "<https://evil.example.com|our console>", "&lt;"]))
def test_a_stranger_s_words_call_nobody_and_link_nowhere(words: str) -> None:
    notice = a_notice(lead_name=words, company=words, handoff=replace(a_notice().handoff, note=words))
    message = slack_message(notice)
    for text in [*texts(message)[:-1], {"type": "mrkdwn", "text": message["text"], "verbatim": True}]:
        if text["type"] == "mrkdwn":
            assert "<" not in text["text"]
            assert text["verbatim"] is True
    assert all(len(text["text"]) <= 3000 for text in texts(message))


def test_what_is_escaped_reads_as_it_was() -> None:
    assert escaped("R&D <3 > 2 &amp;") == "R&amp;D &lt;3 &gt; 2 &amp;amp;"


@pytest.mark.parametrize("reason", list(REASONS))
def test_every_reason_makes_a_message(reason: HandoffReason) -> None:
    assert REASONS[reason] in slack_message(a_notice(reason=reason))["text"]
