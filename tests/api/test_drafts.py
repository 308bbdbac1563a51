"""Drafts over HTTP: written by the agent, looked at by a rep, sent exactly once and never past a newer message."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.api.door import Door, Reader, a_client, a_door, a_visitor
from tests.api.reps import a_request, a_written_draft, two_reps, write_due

SUGGESTED = "Our Team plan fits two plants. Shall we look at it together?"


class Thinker(Reader):
    """A model that answers visitors, and suggests replies to reps in other words."""

    async def stream(self, request: Any) -> Any:
        drafting = "You help a sales colleague" in request.messages[0].text
        self.lines = (SUGGESTED,) if drafting else ("I have noted that.",)
        async for part in super().stream(request):
            yield part


async def test_a_draft_is_written_edited_and_sent_as_the_reps_own_message(tmp_path: Path, sqlite_url: str) -> None:
    async with a_door(tmp_path, url=sqlite_url, reader=Thinker()) as door, a_client(door) as client:
        ana, _ = two_reps(client, door)
        visitor = await a_visitor(client)
        await visitor.says("Does it work for two plants?")
        await visitor.answered()
        handoff = await a_request(client, door, visitor)
        assert (await ana.get(f"/handoffs/{handoff}"))["draft"]["state"] == "writing"
        draft = await a_written_draft(door, handoff, client)
        assert (draft["state"], draft["rev"], draft["text"]) == ("ready", 1, SUGGESTED)
        assert draft["revisions"][0]["model"] == "reader" and draft["revisions"][0]["author"] == "agent"
        path = f"/drafts/{draft['id']}"
        without = await ana.post(f"{path}/send")
        assert (without.status_code, without.json()["code"]) == (428, "if_match_missing")
        text = "Our Team plan fits three plants, with a money-back guarantee. Shall we look at it together?"
        edited = await ana.post(f"{path}/edit", rev=1, text=text)
        assert (edited.status_code, edited.headers["etag"]) == (200, '"2"')
        assert edited.json()["warnings"] == ["The company never says “money-back guarantee”."]
        stale = await ana.post(f"{path}/send", rev=1)
        assert (stale.status_code, stale.json()["code"], stale.json()["draft"]["rev"]) == (412, "draft_stale", 2)
        sent = (await ana.post(f"{path}/send", rev=2)).json()
        assert (sent["state"], sent["decided_by"]["name"]) == ("sent", "Ana Ferreira")
        assert sent["changes"] == [{"before": "two plants.", "after": "three plants, with a money-back guarantee."}]
        again = (await ana.post(f"{path}/send", rev=2)).json()
        assert again["message_id"] == sent["message_id"]
        said = [e["data"] for e in await visitor.events() if e["type"] == "message.created"]
        assert [m["text"] for m in said if m["author"]["kind"] == "rep"] == [text]
        closed = await ana.post(f"{path}/reject", rev=2, reason="late")
        assert (closed.status_code, closed.json()["code"]) == (409, "draft_closed")


async def test_a_draft_is_stale_when_the_person_wrote_again(tmp_path: Path, sqlite_url: str) -> None:
    async with a_door(tmp_path, url=sqlite_url, reader=Thinker()) as door, a_client(door) as client:
        ana, _ = two_reps(client, door)
        visitor = await a_visitor(client)
        await visitor.says("Does it work for two plants?")
        await visitor.answered()
        handoff = await a_request(client, door, visitor)
        draft = await a_written_draft(door, handoff, client)
        path = f"/drafts/{draft['id']}"
        newer = (await visitor.says("Forget that. Is it hosted in the EU?", "c2")).json()
        for act, body in (("send", {}), ("edit", {"text": "Hello"})):
            refused = await ana.post(f"{path}/{act}", rev=1, **body)
            assert (refused.status_code, refused.json()["code"]) == (412, "draft_stale")
            assert [m["text"] for m in refused.json()["newer"]] == ["Forget that. Is it hosted in the EU?"]
        assert (await ana.get(path))["stale"] is True
        seen = await ana.post(f"{path}/edit", rev=1, text="Yes, in Frankfurt.", seen=newer["id"])
        assert seen.status_code == 200 and not seen.json()["stale"]
        assert (await ana.post(f"{path}/send", rev=2)).status_code == 200


async def test_a_draft_is_written_anew_and_rejected(tmp_path: Path, sqlite_url: str) -> None:
    reader = Thinker()
    async with a_door(tmp_path, url=sqlite_url, reader=reader) as door, a_client(door) as client:
        ana, _ = two_reps(client, door)
        visitor = await a_visitor(client)
        await visitor.says("Does it work for two plants?")
        await visitor.answered()
        handoff = await a_request(client, door, visitor)
        draft = await a_written_draft(door, handoff, client)
        path = f"/drafts/{draft['id']}"
        await visitor.says("And for three?", "c2")
        await visitor.answered(2)
        ordered = await ana.post(f"{path}/regenerate", rev=1)
        assert (ordered.status_code, ordered.json()["state"]) == (202, "writing")
        assert (await ana.post(f"{path}/send", rev=1)).status_code == 412
        await write_due(door, draft["id"])
        assert "And for three?" in "\n".join(m.text for m in reader.requests[-1].messages)
        told = reader.requests[-1].messages[-1].text
        assert '```json\n[{"by":"assistant","text":"I have noted that."}]\n```' in told
        done = await ana.post(f"{path}/reject", rev=2, reason="Too pushy.")
        assert (done.json()["state"], done.json()["reason"]) == ("rejected", "Too pushy.")
        assert (await ana.post(f"{path}/send", rev=2)).json()["code"] == "draft_closed"


async def test_two_reps_send_the_same_draft_and_one_message_leaves(tmp_path: Path, database_url: str) -> None:
    async with a_door(tmp_path, url=database_url, reader=Thinker()) as door, a_client(door) as client:
        ana, jonas = two_reps(client, door)
        for n in range(3):
            visitor = await a_visitor(client)
            await visitor.says("Does it work for two plants?")
            await visitor.answered()
            handoff = await a_request(client, door, visitor)
            draft = await a_written_draft(door, handoff, client)
            writes = [visitor.says("Wait", "c2")] if n == 2 else []
            sends = [rep.post(f"/drafts/{draft['id']}/send", rev=1) for rep in (ana, jonas) * 3]
            replies = await asyncio.gather(*sends, *writes)
            codes = sorted({r.status_code for r in replies[:6]})
            events = await visitor.events()
            sent = [e for e in events if e["type"] == "message.created" and e["data"]["author"]["kind"] == "rep"]
            assert len(sent) <= 1 and (len(sent) == 1 or n == 2)
            assert codes in ([200, 409], [412], [409, 412], [200, 409, 412])
            assert codes[0] == 200 or n == 2
            if sent:  # nothing newer stood before it
                before = [e for e in events if e["type"] == "message.created" and e["id"] < sent[0]["id"]]
                assert all(e["data"]["text"] != "Wait" for e in before)


async def test_a_reply_made_from_a_draft_sends_the_draft(tmp_path: Path, sqlite_url: str) -> None:
    async with a_door(tmp_path, url=sqlite_url, reader=Thinker()) as door, a_client(door) as client:
        ana, _ = two_reps(client, door)
        visitor = await a_visitor(client)
        await visitor.says("Does it work for two plants?")
        await visitor.answered()
        handoff = await a_request(client, door, visitor)
        draft = await a_written_draft(door, handoff, client)
        sent = await ana.post(f"/handoffs/{handoff}/reply", text="In my own words.", draft_id=draft["id"])
        assert sent.status_code == 201
        shown = await ana.get(f"/drafts/{draft['id']}")
        assert (shown["state"], shown["rev"], shown["message_id"]) == ("sent", 2, sent.json()["id"])
        again = await ana.post(f"/handoffs/{handoff}/reply", text="Once more.", draft_id=draft["id"])
        assert again.json()["code"] == "draft_closed"


async def test_a_model_that_promises_too_much_is_not_passed_on(tmp_path: Path, sqlite_url: str) -> None:
    promising = Reader(lines=("Thank you.", "You get 40 % off, and I have booked you for Tuesday at 10:00."))
    async with a_door(tmp_path, url=sqlite_url, reader=promising) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        await visitor.says("Hello, do you give discounts?")
        await visitor.answered()
        handoff = await a_request(client, door, visitor)
        draft = await a_written_draft(door, handoff, client)
        assert draft["state"] == "ready" and draft["revisions"][0]["model"] == "built-in"
        assert "40" not in draft["text"] and "booked" not in draft["text"]
        assert "You asked: “Hello, do you give discounts?”" in draft["text"]


async def test_nothing_is_suggested_where_nobody_has_said_a_word_or_a_right_is_called_on(
    door: Door, client: Any
) -> None:
    visitor = await a_visitor(client)
    handoff = await a_request(client, door, visitor)
    ana, _ = two_reps(client, door)
    assert (await ana.get(f"/handoffs/{handoff}"))["draft"] is None
    other = await a_visitor(client)
    await other.says("Please delete all my data.")
    await other.answered()
    listed = (await ana.get("/handoffs", reason="privacy_request"))["items"]
    assert len(listed) == 1
    assert (await ana.get(f"/handoffs/{listed[0]['id']}"))["draft"] is None


async def test_an_erased_conversation_takes_its_drafts_along(tmp_path: Path, sqlite_url: str) -> None:
    async with a_door(tmp_path, url=sqlite_url, reader=Thinker()) as door, a_client(door) as client:
        ana, _ = two_reps(client, door)
        visitor = await a_visitor(client)
        await visitor.says("Does it work for two plants?")
        await visitor.answered()
        handoff = await a_request(client, door, visitor)
        draft = await a_written_draft(door, handoff, client)
        assert (await client.delete("/widget/v1/me", headers=visitor.headers)).status_code in {200, 204}
        gone = await client.get(f"/v1/drafts/{draft['id']}", headers=ana.headers)
        assert gone.status_code == 404
        assert (await client.get("/v1/events?after=0", headers=ana.headers | {"Accept": "application/json"})).json()[
            "events"
        ] == []


async def test_the_console_hears_what_changes_and_resumes_by_number(door: Door, client: Any) -> None:
    ana, _ = two_reps(client, door)
    visitor = await a_visitor(client)
    handoff = await a_request(client, door, visitor)
    await ana.post(f"/handoffs/{handoff}/take-over")
    await ana.post(f"/handoffs/{handoff}/accept")
    headers = ana.headers | {"Accept": "application/json"}
    heard = (await client.get("/v1/events?after=0", headers=headers)).json()
    assert [e["type"] for e in heard["events"]] == [
        "handoff.opened",
        "handoff.changed",
        "line.joined",
        "handoff.changed",
    ]
    assert [e["id"] for e in heard["events"]] == [1, 2, 3, 4] and heard["last"] == 4
    assert heard["events"][-1]["data"]["state"] == "accepted"
    rest = (await client.get("/v1/events", headers=headers | {"Last-Event-ID": "3"})).json()
    assert [e["id"] for e in rest["events"]] == [4]
    assert (await client.get("/v1/events", headers=headers)).json() == {"events": [], "last": 4}


async def test_the_agent_is_not_asked_while_it_is_still_answering(door: Door, client: Any) -> None:
    from actions.receive_message import receive_message
    from leads.identity import ConversationId

    visitor = await a_visitor(client)
    async with door.workspace.unit() as uow:
        await receive_message(uow, ConversationId(visitor.conversation_id), text="Hello")
    handoff = await a_request(client, door, visitor)
    ana, _ = two_reps(client, door)
    draft = (await ana.get(f"/handoffs/{handoff}"))["draft"]
    await write_due(door, draft["id"])
    assert (await ana.get(f"/drafts/{draft['id']}"))["state"] == "writing"
