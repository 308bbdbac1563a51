"""The event stream, over a real server: nothing lost, nothing twice, whoever comes, goes, or ends."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions.add_key import add_api_key
from actions.leave_team import leave_team
from api.house import Limits
from leads.actor import BY_RULE
from leads.identity import ConversationId, RepId
from store.live import Ephemeral
from store.team_events import TEAM
from tests.api.door import Door, Heard, Reader, VisitorAtWork, a_door, a_visitor, listen, served, until
from tests.api.reps import PASSWORD, a_request, two_reps, with_password
from tests.builders import ANA

LONG = " ".join(f"Sentence number {n} is here 😀." for n in range(40))

THREE = "The first sentence is here. The second sentence is here. And the third."


def browser(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=10)


class Screen:
    """What a widget shows: it applies events as the contract says, and remembers every id it saw."""

    def __init__(self) -> None:
        self.messages: dict[str, str] = {}
        self.ids: list[int] = []
        self.gaps = 0
        self.done = 0
        self.heard: list[Heard] = []

    @property
    def last(self) -> int:
        return self.ids[-1] if self.ids else 0

    def take(self, event: Heard) -> None:
        self.heard.append(event)
        if event.id is not None:
            self.ids.append(event.id)
        data = event.data
        if event.type in {"message.created", "message.completed"}:
            self.messages[data["id"]] = data["text"]
            self.done += event.type == "message.completed"
        elif event.type == "message.snapshot":
            self.messages[data["id"]] = data["text"]
        elif event.type == "message.delta":
            shown = self.messages.get(data["id"], "")
            self.gaps += data["at"] > len(shown)
            self.messages[data["id"]] = shown[: data["at"]] + data["t"]


async def watch(
    visitor: VisitorAtWork, screen: Screen, *, until_done: int = 1, most: int | None = None, words: bool = False
) -> None:
    """Follow the stream until so many answers are whole, `most` events were seen, or (`words`) some words."""
    headers = visitor.headers | ({"Last-Event-ID": str(screen.last)} if screen.last else {})
    seen = 0
    async with visitor.client.stream("GET", "/widget/v1/events", headers=headers) as response:
        assert response.status_code == 200
        async for event in listen(response):
            screen.take(event)
            seen += 1
            if screen.done >= until_done or (most is not None and seen >= most):
                return
            if words and event.type in {"message.delta", "message.snapshot"}:
                return


async def test_words_arrive_while_they_are_made_and_the_end_is_what_they_made(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(0)
    async with (
        a_door(tmp_path, reader=Reader(lines=[LONG], gate=gate, pause_s=0.001)) as door,
        served(door) as live,
        browser(live.url) as client,
    ):
        visitor, screen = await a_visitor(client), Screen()
        watching = asyncio.create_task(watch(visitor, screen))
        await visitor.says("Tell me.")
        await until(lambda: bool(screen.heard))
        for _ in LONG.split(" "):
            gate.release()
        await watching
        kinds = [e.type for e in screen.heard]
        assert kinds[0] == "message.created"
        assert kinds.index("message.started") < kinds.index("message.delta") < kinds.index("message.completed")
        assert kinds.count("message.delta") == 40
        assert screen.gaps == 0
        pieces = "".join(e.data["t"] for e in screen.heard if e.type == "message.delta")
        assert pieces.strip() == screen.heard[-1].data["text"] == LONG
        durable = {"message.created", "message.completed"}
        assert all((e.id is not None) is (e.type in durable) for e in screen.heard)


async def test_the_stream_has_the_headers_that_keep_proxies_from_holding_it_back(door: Door) -> None:
    async with served(door) as live, browser(live.url) as client:
        visitor = await a_visitor(client)
        async with client.stream("GET", "/widget/v1/events", headers=visitor.headers) as response:
            assert response.headers["Content-Type"].startswith("text/event-stream")
            assert response.headers["X-Accel-Buffering"] == "no"
            assert "no-cache" in response.headers["Cache-Control"]


async def test_a_line_cut_at_every_few_events_loses_and_repeats_nothing(tmp_path: Path) -> None:
    reader = Reader(lines=[LONG], pause_s=0.002)
    async with a_door(tmp_path, reader=reader) as door, served(door) as live, browser(live.url) as client:
        visitor, screen, random_ = await a_visitor(client), Screen(), random.Random(7)
        cuts = said = 0
        while cuts < 6:  # a slow line is cut less often in one answer
            said += 1
            await visitor.says("Tell me.", client_id=f"c{said}")
            while screen.done < said:
                await watch(visitor, screen, until_done=said, most=random_.randint(1, 6))
                cuts += 1
        assert screen.ids == list(range(1, 2 * said + 1))
        assert screen.gaps == 0
        assert screen.heard[-1].data["text"] == LONG
        assert list(screen.messages.values()) == ["Tell me.", LONG] * said


async def test_an_answer_goes_on_being_made_when_nobody_listens(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(0)
    async with (
        a_door(tmp_path, reader=Reader(lines=[THREE], gate=gate)) as door,
        served(door) as live,
        browser(live.url) as client,
    ):
        visitor, screen = await a_visitor(client), Screen()
        await visitor.says("Tell me.")
        watching = asyncio.create_task(watch(visitor, screen, words=True))
        for _ in range(7):
            gate.release()
        await watching  # the line is cut in mid-answer
        for _ in range(20):
            gate.release()
        answers = door.app.state["desk"].answers

        async def ended() -> bool:
            return await answers.shown(ConversationId(visitor.conversation_id)) is None

        await until(ended)
        await watch(visitor, screen)
        assert screen.ids == [1, 2]
        assert screen.heard[-1].data["text"] == THREE


async def test_a_line_opened_in_mid_answer_begins_with_a_snapshot(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(0)
    async with (
        a_door(tmp_path, reader=Reader(lines=[THREE], gate=gate)) as door,
        served(door) as live,
        browser(live.url) as client,
    ):
        visitor, first, second = await a_visitor(client), Screen(), Screen()
        await visitor.says("Tell me.")
        watching = asyncio.create_task(watch(visitor, first))
        await until(lambda: bool(first.heard))
        for _ in range(7):
            gate.release()
        await until(lambda: any(e.type == "message.delta" for e in first.heard))
        await watch(visitor, second, most=3)
        assert [e.type for e in second.heard] == ["message.created", "message.started", "message.snapshot"]
        assert second.heard[-1].data["text"].startswith("The first sentence is here.")
        for _ in range(20):
            gate.release()
        await watching


async def test_many_tabs_show_the_same(tmp_path: Path) -> None:
    async with (
        a_door(tmp_path, reader=Reader(lines=[LONG], pause_s=0.001)) as door,
        served(door) as live,
        browser(live.url) as client,
    ):
        visitor, screens = await a_visitor(client), [Screen() for _ in range(10)]
        watching = [asyncio.create_task(watch(visitor, screen)) for screen in screens]
        await visitor.says("Tell me.")
        await asyncio.gather(*watching)
        assert all(screen.messages == screens[0].messages and screen.gaps == 0 for screen in screens)


async def test_one_conversation_cannot_hold_every_line(tmp_path: Path) -> None:
    async with (
        a_door(tmp_path, limits=Limits(streams_each=2)) as door,
        served(door) as live,
        browser(live.url) as client,
    ):
        visitor = await a_visitor(client)
        async with (
            client.stream("GET", "/widget/v1/events", headers=visitor.headers) as one,
            client.stream("GET", "/widget/v1/events", headers=visitor.headers) as two,
        ):
            assert (one.status_code, two.status_code) == (200, 200)
            lines = one.aiter_raw(), two.aiter_raw()
            assert [await anext(line) for line in lines] == [b": open\n\n"] * 2
            third = await client.get("/widget/v1/events", headers=visitor.headers)
            assert (third.status_code, third.json()["code"]) == (429, "too_many_streams")
        desk = door.app.state["desk"]
        await until(lambda: desk.lines.count == 0)


async def test_each_of_the_team_has_lines_of_their_own_and_takes_none_from_the_visitor(tmp_path: Path) -> None:
    async with (
        a_door(tmp_path, limits=Limits(streams_each=2)) as door,
        served(door) as live,
        browser(live.url) as client,
        AsyncExitStack() as open_lines,
    ):
        visitor, (ana, jonas) = await a_visitor(client), two_reps(client, door)
        followed = f"/v1/handoffs/{await a_request(client, door, visitor)}/events"
        wanted = [(path, rep.headers) for rep in (ana, jonas) for path in ("/v1/events", followed)]
        read = []
        for path, headers in [*wanted, ("/widget/v1/events", visitor.headers)]:
            line = await open_lines.enter_async_context(client.stream("GET", path, headers=headers))
            assert line.status_code == 200
            read.append(line.aiter_raw())
            assert await anext(read[-1]) == b": open\n\n"
        assert (await client.get("/v1/events", headers=ana.headers)).status_code == 429


async def test_a_quiet_line_is_kept_open_by_comments(tmp_path: Path) -> None:
    async with a_door(tmp_path, heartbeat_s=0.1) as door, served(door) as live, browser(live.url) as client:
        visitor = await a_visitor(client)
        async with client.stream("GET", "/widget/v1/events", headers=visitor.headers) as response:
            comments = 0
            async for line in response.aiter_lines():
                comments += line.startswith(": still here")
                if comments == 3:
                    break


async def test_open_streams_say_goodbye_and_the_server_ends_at_once(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door, served(door) as live, browser(live.url) as client:
        visitors = [await a_visitor(client) for _ in range(5)]
        screens = [Screen() for _ in visitors]
        watching = [asyncio.create_task(watch(v, s, until_done=9)) for v, s in zip(visitors, screens, strict=True)]
        await until(lambda: door.app.state["desk"].lines.count == 5)
        took = await live.end()
        await asyncio.gather(*watching)
        assert took < 3
        assert all(s.heard[-1].type == "bye" and s.heard[-1].data["retry"] > 0 for s in screens)


async def test_a_running_answer_gets_its_grace_when_the_server_ends(tmp_path: Path) -> None:
    reader = Reader(lines=["One two three four five six seven eight."], pause_s=0.05)
    async with a_door(tmp_path, reader=reader, grace_s=5.0) as door:
        async with served(door) as live, browser(live.url) as client:
            visitor = await a_visitor(client)
            await visitor.says("Tell me.")
            await asyncio.sleep(0.1)
            await live.end()
        async with door.workspace.reading() as uow:
            messages = await uow.conversations.messages(ConversationId(visitor.conversation_id))
        assert [m.text for m in messages] == ["Tell me.", "One two three four five six seven eight."]


async def test_an_answer_that_does_not_end_in_time_is_left_to_its_lease(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(0)
    async with a_door(tmp_path, reader=Reader(gate=gate), grace_s=0.2) as door:
        async with served(door) as live, browser(live.url) as client:
            visitor = await a_visitor(client)
            await visitor.says("Tell me.")
            await asyncio.sleep(0.1)
            assert await live.end() < 3
        async with door.workspace.reading() as uow:
            turn = await uow.turns.open_of(ConversationId(visitor.conversation_id))
        assert turn is not None  # a worker takes it over when the lease has run out


async def test_the_long_poll_tells_the_same_events(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door, served(door) as live, browser(live.url) as client:
        visitor = await a_visitor(client)
        assert await visitor.events() == []
        waiting = asyncio.create_task(visitor.events(wait=20))
        await asyncio.sleep(0.05)
        await visitor.says("Hello.")
        first = await asyncio.wait_for(waiting, 5)
        assert first[0]["type"] == "message.created"
        rest = await visitor.events(after=first[-1]["id"], wait=20)
        assert [e["id"] for e in first + rest] == list(range(1, len(first + rest) + 1))


async def test_another_process_on_the_same_sqlite_file_is_heard(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/shared.db"
    async with (
        a_door(tmp_path, url=url, shared_database=True) as here,
        served(here) as live,
        browser(live.url) as client,
    ):
        visitor, screen = await a_visitor(client), Screen()
        watching = asyncio.create_task(watch(visitor, screen, most=1))
        await until(lambda: here.app.state["desk"].lines.count == 1)
        from actions.receive_message import receive_message
        from actions.workspace import Workspace
        from opener.ids import new_id
        from store.engine import open_engine

        other = open_engine(url)
        elsewhere = Workspace(other, here.workspace.book, here.workspace.clock, new_id)
        async with elsewhere.unit() as uow:
            await receive_message(uow, ConversationId(visitor.conversation_id), text="From another process.")
        await asyncio.wait_for(watching, 3)
        await other.dispose()
        assert screen.heard[0].data["text"] == "From another process."


async def test_a_line_that_falls_far_behind_is_told_to_begin_afresh(door: Door) -> None:
    async with served(door) as live, browser(live.url) as client:
        visitor, screen = await a_visitor(client), Screen()
        watching = asyncio.create_task(watch(visitor, screen, until_done=9))
        await until(lambda: door.app.state["desk"].lines.count == 1)
        for n in range(700):
            door.workspace.live.tell(visitor.conversation_id, Ephemeral("typing", {"n": n}))
        await until(lambda: any(e.type == "reset" for e in screen.heard))
        watching.cancel()


@pytest.mark.parametrize("number", ["abc", "-1", "9" * 20, "1e3", "", "٣"])
async def test_a_wrong_last_event_id_is_no_reason_to_fail(client: Any, number: str) -> None:
    visitor = await a_visitor(client)
    headers = visitor.headers | {"Accept": "application/json", "Last-Event-ID": number.encode()}
    reply = await client.get("/widget/v1/events", headers=headers)
    assert reply.status_code in {200, 422}, json.dumps(reply.json())


async def signs_out(door: Door, client: httpx.AsyncClient, said: dict[str, Any]) -> None:
    headers = {"Origin": str(client.base_url).rstrip("/"), "X-CSRF-Token": said["csrf_token"]}
    gone = await client.delete("/v1/session", headers=headers)
    assert gone.status_code == 204


async def changes_password(door: Door, client: httpx.AsyncClient, said: dict[str, Any]) -> None:
    await with_password(door.workspace, password="another battery staple")


async def leaves(door: Door, client: httpx.AsyncClient, said: dict[str, Any]) -> None:
    async with door.workspace.unit() as uow:
        await leave_team(uow, door.workspace.book, RepId(said["rep"]["id"]), actor=BY_RULE)


async def loses_key(door: Door, client: httpx.AsyncClient, said: dict[str, Any]) -> None:
    async with door.workspace.unit() as uow:
        assert await uow.access.revoke_keys_of(RepId(said["rep"]["id"]), at=uow.now) == ["phone"]


@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize("ends", [signs_out, changes_password, leaves, loses_key])
async def test_a_line_of_the_team_ends_soon_after_the_right_to_it(tmp_path: Path, ends: Any, busy: bool) -> None:
    async with (
        a_door(tmp_path, heartbeat_s=0.2) as door,
        served(door) as live,
        browser(live.url) as client,
        AsyncExitStack() as open_lines,
    ):
        visitor = await a_visitor(client)
        followed = f"/v1/handoffs/{await a_request(client, door, visitor)}/events"
        await with_password(door.workspace)
        said = await client.post(
            "/v1/session", json={"email": ANA, "password": PASSWORD}, headers={"Origin": str(live.url)}
        )
        assert said.status_code == 201, said.text
        async with door.workspace.unit() as uow:
            await add_api_key(uow, name="phone", scopes=["all"], secret="sk_phone", rep_email=ANA)
        headers = {"Authorization": "Bearer sk_phone"} if ends is loses_key else {}
        lines = []
        for path in ("/v1/events", followed):
            line = await open_lines.enter_async_context(client.stream("GET", path, headers=headers))
            assert line.status_code == 200
            lines.append(line.aiter_lines())

        async def heard(line: Any, wanted: str) -> None:
            async for said in line:
                if said.startswith(wanted):
                    return
            raise AssertionError(f"the line ended without {wanted!r}")

        async def chatter() -> None:
            while True:
                door.workspace.live.tell(visitor.conversation_id, Ephemeral("typing", {"author": {"kind": "visitor"}}))
                door.workspace.live.wake(TEAM)
                await asyncio.sleep(0.02)

        for line in lines:
            for _ in range(3):  # for longer than it takes to ask again
                await heard(line, ": still here")
        talking = asyncio.create_task(chatter() if busy else asyncio.sleep(60))
        await ends(door, client, said.json())
        async with asyncio.timeout(3):
            for line in lines:
                await heard(line, "event: bye")
                assert [left async for left in line if left.startswith(("event", ":"))] == []
        talking.cancel()
