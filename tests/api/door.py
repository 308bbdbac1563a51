"""What the tests of the HTTP room share: an agent whose model reads lines, the app in this process, live servers."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar

from actions.add_key import add_api_key, add_widget_key
from actions.workspace import Workspace
from agent.answer import Agent
from agent.gateway import Budget, Gateway
from agent.provider import Finished, Part, Request, TextDelta
from api.app import create_app
from api.house import House, Limits
from api.server import Server, config_for
from playbook.book import Playbook
from tests.builders import StandingClock, a_workspace

KEY = "pk_test"
SITE = "https://shop.example.com"
SECRET = "a-secret-for-tests-only-0123456789abcdef"
MANY = Limits(messages=100_000, visitor_calls=100_000, sessions=100_000, lookups=100_000, api_calls=100_000)


class NoKnowledge:
    """A knowledge base that holds nothing."""

    async def search(self, query: str, *, limit: int = 4) -> list[Any]:
        return []


@dataclass
class Reader:
    """A model that reads its lines word by word; `gate`, when given, holds it back before each word."""

    lines: Sequence[str] = ("Thank you, I have noted that.",)
    gate: asyncio.Semaphore | None = None
    pause_s: float = 0.0
    name: str = "reader"
    requests: list[Request] = field(default_factory=list)

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        line = self.lines[min(len(self.requests), len(self.lines) - 1)]
        self.requests.append(request)
        for word in line.split(" "):
            if self.gate is not None:
                await self.gate.acquire()
            await asyncio.sleep(self.pause_s)
            yield TextDelta(word + " ")
        yield Finished("stop", None)


@dataclass
class Door:
    """An app over a fresh workspace, and who may call it."""

    house: House
    app: Litestar
    api_key: str

    @property
    def workspace(self) -> Workspace:
        return self.house.workspace

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.api_key}"}


@asynccontextmanager
async def a_door(
    tmp_path: Path,
    *,
    reader: Any = None,
    book: Playbook | None = None,
    clock: StandingClock | None = None,
    scopes: Sequence[str] = ("all",),
    rep: str | None = None,
    origins: Sequence[str] = (SITE,),
    url: str | None = None,
    **house: Any,
) -> AsyncIterator[Door]:
    """Build it; nothing is served yet."""
    async with a_workspace(tmp_path, book=book, clock=clock, url=url) as workspace:
        api_key = "sk_test_0123456789"
        async with workspace.unit() as uow:
            await add_widget_key(uow, key=KEY, name="shop", origins=origins)
            await add_api_key(uow, name="tests", scopes=scopes, secret=api_key, rep_email=rep)
        agent = Agent(workspace, Gateway(reader or Reader(), budget=Budget()), NoKnowledge())  # type: ignore[arg-type]
        built = House(
            **{
                "workspace": workspace,
                "agent": agent,
                "secret": SECRET,
                "public_url": "http://testserver.local",
                "model_name": "reader",
                "limits": MANY,
                "grace_s": 2.0,
                **house,
            }
        )
        yield Door(built, create_app(built), api_key)


class InHouseClient(httpx.AsyncClient):
    """Calls an app without a socket."""

    def __init__(self, app: Litestar) -> None:
        """Speak to this app, which has been started."""
        super().__init__(
            transport=httpx.ASGITransport(app), base_url="http://testserver.local", follow_redirects=True, timeout=None
        )
        self.app = app


@asynccontextmanager
async def a_client(door: Door) -> AsyncIterator[InHouseClient]:
    """Speak HTTP to the app in this very loop: as when it is served, it shares one with its database."""
    async with _running(door.app), InHouseClient(door.app) as client:
        yield client


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    """Start and end it in one task: a fixture's halves run in two, and its task group may not change hands."""
    started, ending = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await ending.wait()

    life = asyncio.create_task(live())
    life.add_done_callback(lambda _: started.set())
    await started.wait()
    if life.done():
        await life
    try:
        yield
    finally:
        ending.set()
        await life


@dataclass
class Live:
    """A running server."""

    url: str
    server: Server
    task: asyncio.Task[None]

    async def end(self, within: float = 10.0) -> float:
        """Tell it to end and wait; the seconds it took."""
        began = asyncio.get_running_loop().time()
        self.server.should_exit = True
        await asyncio.wait_for(self.task, within)
        return asyncio.get_running_loop().time() - began


class Unsignalled(Server):
    """Our server, told to end by its flag: the signals stay with the test run."""

    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def served(door: Door) -> AsyncIterator[Live]:
    """Serve the app on a free port of this machine, in this very loop."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = Unsignalled(config_for(door.app, host="127.0.0.1", port=port))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started or task.done())
    live = Live(f"http://127.0.0.1:{port}", server, task)
    try:
        yield live
    finally:
        if not task.done():
            await live.end()
        listener.close()


async def until(true: Callable[[], bool | Awaitable[bool]], patience: float = 10.0) -> None:
    """Wait for something to come true."""
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        result = true()
        if (await result) if isinstance(result, Awaitable) else result:
            return
        assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)


@dataclass
class VisitorAtWork:
    """A visitor's browser: a session, and its calls."""

    client: httpx.AsyncClient
    token: str
    conversation_id: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def says(self, text: str, client_id: str = "c1") -> httpx.Response:
        return await self.client.post(
            "/widget/v1/messages", json={"client_id": client_id, "text": text}, headers=self.headers
        )

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/widget/v1{path}", json=body, headers=self.headers)

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(f"/widget/v1{path}", params=params, headers=self.headers)

    async def events(self, after: int = 0, wait: int = 0) -> list[dict[str, Any]]:
        headers = self.headers | {"Accept": "application/json"}
        reply = await self.client.get(f"/widget/v1/events?after={after}&wait={wait}", headers=headers)
        assert reply.status_code == 200, reply.text
        found: list[dict[str, Any]] = reply.json()["events"]
        return found

    async def answered(self, times: int = 1) -> list[dict[str, Any]]:
        """Wait until so many answers are stored; all events."""
        events: list[dict[str, Any]] = []

        async def enough() -> bool:
            events[:] = await self.events()
            return sum(e["type"] == "message.completed" for e in events) >= times

        await until(enough)
        return events


async def a_visitor(client: Any, **body: Any) -> VisitorAtWork:
    """Begin a session."""
    reply = await client.post("/widget/v1/sessions", json={"key": KEY, "tz": "Europe/Berlin", **body})
    assert reply.status_code == 201, reply.text
    session = reply.json()
    return VisitorAtWork(client, session["token"], session["conversation_id"])


@dataclass
class Heard:
    """One event of a stream."""

    type: str
    data: dict[str, Any]
    id: int | None


async def listen(response: httpx.Response) -> AsyncIterator[Heard]:
    """Read a stream as a browser does (WHATWG HTML §9.2.6)."""
    kind, data, number = "message", [], None
    async for line in response.aiter_lines():
        if not line:
            if data:
                yield Heard(kind, json.loads("\n".join(data)), number)
            kind, data, number = "message", [], None
        elif line.startswith(":"):
            continue
        else:
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                data.append(value)
            elif name == "id":
                number = int(value)
