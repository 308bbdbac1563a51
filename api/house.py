"""What the API is given: the house it is the door of. Built by `opener/` (or a test); the API builds no engine."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from actions.workspace import Workspace
from agent.answer import Agent

Hook = Callable[[], Awaitable[None]]
"""Something to do when the process starts or ends."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is served; `media_type` names no charset, which Litestar adds to every text."""

    content: bytes
    media_type: str


class StaticFiles(Protocol):
    """The browser side, as the web room ships it."""

    def loader(self) -> StaticFile:
        """The script a site embeds (`/widget.js`); it names the current `/assets/{hash}/`."""

    def asset(self, version: str, path: str) -> StaticFile | None:
        """A file under `/assets/{version}/`; None when there is none or the version is not this one."""

    def page(self, name: str) -> StaticFile | None:
        """A page shown as it is (`/pages/{name}`), such as the sample page of the demo."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one caller may do. A rate is a number a minute.

    An office behind one address, and somebody who writes in bursts, must pass; a flood must not.
    """

    messages: int = 90
    """Messages of one conversation."""
    visitor_calls: int = 600
    """All other calls of one conversation."""
    sessions: int = 240
    """Sessions begun from one address with one widget key."""
    lookups: int = 600
    """Calls without a session (config, guest pages) from one address."""
    api_calls: int = 1200
    """Calls of one API key."""
    refused_keys: int = 30
    """Calls with a wrong API key from one address."""
    body_bytes: int = 256 * 1024
    depth: int = 32
    streams: int = 2000
    """Open event streams of this process."""
    streams_each: int = 12
    """Open event streams of one conversation's visitor, or of one of the team."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything the routes rest on.

    `secret` signs visitors' sessions. `home` is where `/` leads. `shared_database` says that other processes write to
    the same SQLite file, which has no way to tell us, so that streams look again by themselves. `grace_s` is how long
    a running answer may take to finish when the process ends; after that its lease runs out and another process takes
    the turn over. `enriches` says that somebody is there to look people up.
    """

    workspace: Workspace
    agent: Agent
    secret: str = field(repr=False)
    public_url: str
    model_name: str
    files: StaticFiles | None = None
    home: str = "/docs"
    shared_database: bool = False
    grace_s: float = 20.0
    heartbeat_s: float = 15.0
    enriches: bool = False
    limits: Limits = Limits()
    forget_kept: Callable[[Sequence[str]], Awaitable[int]] | None = None
    """Deletes kept files (mails and notices that were written down instead of sent) that hold one of these words."""
    on_startup: Sequence[Hook] = ()
    on_shutdown: Sequence[Hook] = ()
