"""A rep takes a live conversation over and gives it back: the agent is silent in between, and knows afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from leads.identity import ConversationId
from leads.refusal import HandoffClaimed
from tests.api.door import Door, Reader, a_client, a_door, a_visitor, listen, served, until
from tests.api.reps import a_request, two_reps
from tests.builders import StandingClock
from worker.desk_rounds import give_back_lines


def types(events: list[dict[str, Any]]) -> list[str]:
    return [e["type"] for e in events]


async def test_the_agent_is_silent_during_the_lease_and_answers_afterwards_what_was_left(
    tmp_path: Path, sqlite_url: str
) -> None:
    reader = Reader(lines=("First answer.", "As my colleague said."))
    async with a_door(tmp_path, url=sqlite_url, reader=reader) as door, a_client(door) as client:
        ana, jonas = two_reps(client, door)
        visitor = await a_visitor(client)
        await visitor.says("Hello")
        await visitor.answered()
        handoff = await a_request(client, door, visitor)
        took = (await ana.post(f"/handoffs/{handoff}/claim", take_over=True)).json()
        assert took["line"]["rep"]["name"] == "Ana Ferreira" and took["owner"]["name"] == "Ana Ferreira"
        await visitor.says("Is anybody there?", "c2")
        said = "I'm Ana. I'll send you the offer for 900 EUR by Friday. What is your budget?"
        assert (await ana.post(f"/handoffs/{handoff}/reply", text=said)).status_code == 201
        await visitor.says("Good. And do you train our people?", "c3")
        assert (await jonas.post(f"/handoffs/{handoff}/take-over")).json()["owner"]["name"] == "Ana Ferreira"
        assert len(reader.requests) == 1
        given = await ana.post(f"/handoffs/{handoff}/give-back")
        assert (given.status_code, given.json()["line"]) == (200, None)
        events = await visitor.answered(2)
        tail = types(events)[types(events).index("handoff.joined") :]
        assert tail == [
            "handoff.joined",
            "message.created",
            "message.created",
            "message.created",
            "handoff.ended",
            "message.completed",
        ]
        joined, _, rep_said = events[-6:-3]
        assert joined["data"] == {"rep": {"name": "Ana Ferreira"}}
        assert rep_said["data"]["author"] == {"kind": "rep", "name": "Ana Ferreira"}
        shown = "\n".join(m.text for m in reader.requests[-1].messages)
        assert "(A colleague wrote:) I'm Ana." in shown
        assert '"promised":["I\'ll send you the offer for 900 EUR by Friday."]' in shown
        assert '"asked_so_far":{"budget":1}' in shown and "Their word stands" in shown
        assert (await ana.post(f"/handoffs/{handoff}/give-back")).json()["code"] == "not_on_the_line"


async def test_an_answer_in_the_making_is_called_off_and_nothing_of_it_is_stored(
    tmp_path: Path, database_url: str
) -> None:
    gate = asyncio.Semaphore(2)
    reader = Reader(lines=("One. Two three four five six.",), gate=gate)
    async with a_door(tmp_path, url=database_url, reader=reader) as door, a_client(door) as client:
        ana, _ = two_reps(client, door)
        visitor = await a_visitor(client)
        handoff = await a_request(client, door, visitor)
        await visitor.says("Hello")
        await until(lambda: len(reader.requests) == 1)
        assert (await ana.post(f"/handoffs/{handoff}/take-over")).status_code == 200
        for _ in range(20):
            gate.release()
        await asyncio.sleep(0.2)
        assert "message.completed" not in types(await visitor.events())
        async with door.workspace.reading() as uow:
            records = await uow.turns.records(ConversationId(visitor.conversation_id))
        assert [r.outcome for r in records] == ["taken_over"]


async def test_an_answer_of_another_process_comes_too_late(either_door: Door) -> None:
    """The turn is fenced off in the transaction that takes the line, so its late reply is thrown away."""
    from actions.record_reply import Reply, record_reply
    from actions.take_turn import take_turn
    from leads.identity import MessageId

    async with a_client(either_door) as client:
        ana, _ = two_reps(client, either_door)
        visitor = await a_visitor(client)
        handoff = await a_request(client, either_door, visitor)
        conversation_id = ConversationId(visitor.conversation_id)
        from actions.receive_message import receive_message

        async with either_door.workspace.unit() as uow:
            received = await receive_message(uow, conversation_id, text="Hello")
            assert received.turn_id is not None
            turn = await take_turn(uow, received.turn_id)
        assert turn is not None
        assert (await ana.post(f"/handoffs/{handoff}/take-over")).status_code == 200
        async with either_door.workspace.unit() as uow:
            done = await record_reply(uow, either_door.workspace.book, turn, Reply(MessageId("msg_late"), "Too late."))
        assert not done.stored
        assert "message.completed" not in types(await visitor.events())


async def test_a_rep_who_falls_silent_loses_the_line_and_the_agent_answers(tmp_path: Path, sqlite_url: str) -> None:
    clock = StandingClock()
    async with a_door(tmp_path, url=sqlite_url, clock=clock) as door, a_client(door) as client:
        ana, _ = two_reps(client, door)
        visitor = await a_visitor(client)
        handoff = await a_request(client, door, visitor)
        await ana.post(f"/handoffs/{handoff}/take-over")
        await visitor.says("Hello?")
        clock.forward(minutes=9)
        assert (await ana.post(f"/handoffs/{handoff}/typing")).status_code == 204
        clock.forward(minutes=9)
        assert not await give_back_lines(door.workspace)
        assert "handoff.ended" not in types(await visitor.events())
        clock.forward(minutes=2)
        await give_back_lines(door.workspace)
        await give_back_lines(door.workspace)
        assert types(await visitor.events())[-1] == "handoff.ended"
        async with door.workspace.reading() as uow:
            owed = await uow.turns.open_of(ConversationId(visitor.conversation_id))
        assert owed is not None and owed.up_to_seq == (await visitor.events())[-2]["id"]
        assert (await ana.post(f"/handoffs/{handoff}/typing")).json()["code"] == "not_on_the_line"


async def test_the_next_message_ends_a_line_that_ran_out_before_any_round_saw_it(
    tmp_path: Path, sqlite_url: str
) -> None:
    clock = StandingClock()
    async with a_door(tmp_path, url=sqlite_url, clock=clock) as door, a_client(door) as client:
        ana, _ = two_reps(client, door)
        visitor = await a_visitor(client)
        handoff = await a_request(client, door, visitor)
        await ana.post(f"/handoffs/{handoff}/take-over")
        clock.forward(minutes=11)
        await visitor.says("Still there?")
        events = await visitor.answered()
        assert types(events)[-3:] == ["handoff.ended", "message.created", "message.completed"]


async def test_a_reply_joins_by_itself_and_is_sent_once(door: Door, client: Any) -> None:
    ana, jonas = two_reps(client, door)
    visitor = await a_visitor(client)
    handoff = await a_request(client, door, visitor)
    key = {"Idempotency-Key": "k1"}
    path = f"/v1/handoffs/{handoff}/reply"
    first = await client.post(path, json={"text": "Hello, Ana here."}, headers=ana.headers | key)
    again = await client.post(path, json={"text": "Hello, Ana here."}, headers=ana.headers | key)
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    other = await client.post(path, json={"text": "Something else"}, headers=ana.headers | key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert types(await visitor.events())[-2:] == ["handoff.joined", "message.created"]
    assert (await jonas.post(f"/handoffs/{handoff}/reply", text="Jonas here.")).json()["code"] == "handoff_claimed"
    assert (await ana.post(f"/handoffs/{handoff}/reply", text="  ")).status_code == 422
    assert (await ana.post(f"/handoffs/{handoff}/reply", text="x" * 4001)).status_code == 413
    shown = await ana.get(f"/handoffs/{handoff}")
    async with door.workspace.reading() as uow:
        lead = await uow.leads.get(shown["lead"]["id"])
    assert lead.first_response_at is not None


async def test_a_colleague_who_inherits_the_lead_may_speak(door: Door, client: Any) -> None:
    from dataclasses import replace

    ana, jonas = two_reps(client, door)
    visitor = await a_visitor(client)
    handoff = await a_request(client, door, visitor)
    done = (await ana.post(f"/handoffs/{handoff}/accept")).json()
    refused = await jonas.post(f"/handoffs/{handoff}/take-over")
    assert (refused.status_code, refused.json()["owner"]["name"]) == (409, "Ana Ferreira")
    async with door.workspace.unit() as uow:
        rep = next(r for r in await uow.access.reps() if r.name == "Jonas Brandt")
        lead = await uow.leads.get(done["lead"]["id"])
        await uow.leads.save(replace(lead, owner=rep.id))
    assert (await jonas.post(f"/handoffs/{handoff}/take-over")).status_code == 200
    assert HandoffClaimed.code == refused.json()["code"]


async def test_returning_and_releasing_give_the_line_back(door: Door, client: Any) -> None:
    ana, _ = two_reps(client, door)
    for path, body in (("release", {}), ("return", {"reason_code": "not_now"})):
        visitor = await a_visitor(client)
        handoff = await a_request(client, door, visitor)
        await ana.post(f"/handoffs/{handoff}/take-over")
        await visitor.says("Hello?")
        assert (await ana.post(f"/handoffs/{handoff}/{path}", **body)).status_code == 200
        events = await visitor.answered()
        assert types(events)[-2:] == ["handoff.ended", "message.completed"]


async def test_a_visitor_writes_while_a_rep_joins_and_leaves(either_door: Door) -> None:
    """Whatever comes first: every message is stored once, and every one the rep did not answer is answered once."""
    async with a_client(either_door) as client:
        ana, jonas = two_reps(client, either_door)
        visitor = await a_visitor(client)
        handoff = await a_request(client, either_door, visitor)
        for round in range(4):
            await asyncio.gather(
                visitor.says(f"Question {round}?", f"a{round}"),
                ana.post(f"/handoffs/{handoff}/take-over"),
                jonas.post(f"/handoffs/{handoff}/take-over"),
            )
            replies = await asyncio.gather(
                ana.post(f"/handoffs/{handoff}/reply", text=f"Ana {round}"),
                jonas.post(f"/handoffs/{handoff}/reply", text=f"Jonas {round}"),
                visitor.says(f"More {round}?", f"b{round}"),
            )
            assert sorted(r.status_code for r in replies[:2]) == [201, 409]
            await asyncio.gather(
                *(rep.post(f"/handoffs/{handoff}/give-back") for rep in (ana, jonas)),
                visitor.says(f"Last {round}?", f"c{round}"),
            )

            async def settled() -> bool:
                async with either_door.workspace.reading() as uow:
                    messages = await uow.conversations.messages(ConversationId(visitor.conversation_id))
                    open_turn = await uow.turns.open_of(ConversationId(visitor.conversation_id))
                return open_turn is None and messages[-1].author.value == "agent"

            await until(settled)
        events = await visitor.events()
        assert types(events).count("handoff.joined") == types(events).count("handoff.ended") == 4
        on_line = False
        for event in events:
            on_line = {"handoff.joined": True, "handoff.ended": False}.get(event["type"], on_line)
            assert not (on_line and event["type"] == "message.completed")
        texts = [e["data"]["text"] for e in events if e["type"] == "message.created"]
        assert len(texts) == len(set(texts)) == 4 * 4


async def test_typing_passes_both_ways(door: Door) -> None:
    async with served(door) as live, __import__("httpx").AsyncClient(base_url=live.url, timeout=10) as client:
        ana, _ = two_reps(client, door)
        visitor = await a_visitor(client)
        handoff = await a_request(client, door, visitor)
        await ana.post(f"/handoffs/{handoff}/take-over")
        heard: dict[str, list[Any]] = {"visitor": [], "rep": []}

        async def follow(who: str, url: str, headers: dict[str, str]) -> None:
            async with client.stream("GET", url, headers=headers) as response:
                assert response.status_code == 200
                async for event in listen(response):
                    heard[who].append(event)

        lines = [
            asyncio.create_task(follow("visitor", "/widget/v1/events", visitor.headers)),
            asyncio.create_task(follow("rep", f"/v1/handoffs/{handoff}/events", ana.headers)),
        ]
        await until(lambda: all(any(e.type == "handoff.joined" for e in events) for events in heard.values()))
        await ana.post(f"/handoffs/{handoff}/typing")
        assert (await visitor.post("/typing")).status_code == 204
        await visitor.says("I am back")

        def came(who: str, kind: str) -> bool:
            return any(e.type == "typing" and e.data["author"]["kind"] == kind for e in heard[who])

        await until(lambda: came("visitor", "rep") and came("rep", "visitor"))
        await until(lambda: any(e.type == "message.created" for e in heard["rep"]))
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
        poll = await client.get(
            f"/v1/handoffs/{handoff}/events?after=1", headers=ana.headers | {"Accept": "application/json"}
        )
        assert [e["type"] for e in poll.json()["events"]][-1] == "message.created"
