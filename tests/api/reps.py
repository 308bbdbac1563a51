"""Reps at work over HTTP, and drafts written without waiting for a worker's round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from actions.add_rep import add_rep, password_hash
from actions.workspace import Workspace
from agent.write_draft import DraftWriter
from leads.identity import DraftId
from tests.api.door import Door, VisitorAtWork
from tests.builders import ANA, JONAS

PASSWORD = "correct horse battery staple"
HERE = {"Origin": "http://testserver.local"}


@dataclass
class RepAtWork:
    """One of the team, speaking through a program that says for whom it acts."""

    client: Any
    headers: dict[str, str]

    async def post(self, path: str, /, *, rev: int | str | None = None, **body: Any) -> httpx.Response:
        headers = self.headers | ({"If-Match": f'"{rev}"'} if rev is not None else {})
        reply: httpx.Response = await self.client.post(f"/v1{path}", json=body or None, headers=headers)
        return reply

    async def get(self, path: str, /, **params: Any) -> Any:
        reply = await self.client.get(f"/v1{path}", params=params, headers=self.headers)
        assert reply.status_code == 200, reply.text
        return reply.json()


def a_rep_at_work(client: Any, door: Door, email: str = ANA) -> RepAtWork:
    return RepAtWork(client, door.bearer | {"Opener-Rep": email})


def two_reps(client: Any, door: Door) -> tuple[RepAtWork, RepAtWork]:
    return a_rep_at_work(client, door), a_rep_at_work(client, door, JONAS)


async def a_request(client: Any, door: Door, visitor: VisitorAtWork, reason: str = "please call a human") -> str:
    """The visitor asks for a person; the handoff's id."""
    assert (await visitor.post("/handoff", reason=reason)).status_code == 201
    listed = (await client.get("/v1/handoffs", headers=door.bearer)).json()["items"]
    return str(next(h["id"] for h in listed if h["conversation_id"] == visitor.conversation_id))


async def a_written_draft(door: Door, handoff_id: str, client: Any) -> dict[str, Any]:
    """Have the waiting draft of a handoff written, as a worker would, and read it."""
    shown = (await client.get(f"/v1/handoffs/{handoff_id}", headers=door.bearer)).json()["draft"]
    await write_due(door, shown["id"])
    reply = await client.get(f"/v1/drafts/{shown['id']}", headers=door.bearer)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def write_due(door: Door, draft_id: str) -> None:
    """Write a draft now, whatever its pause."""
    async with door.workspace.unit() as uow:
        draft = await uow.drafts.get(DraftId(draft_id))
        if draft.due_at > uow.now:
            await uow.drafts.save(_due(draft, uow.now - timedelta(seconds=1)))
    await DraftWriter(door.house.agent).write(DraftId(draft_id))


def _due(draft: Any, at: Any) -> Any:
    from dataclasses import replace

    return replace(draft, due_at=at)


async def with_password(workspace: Workspace, email: str = ANA, password: str = PASSWORD) -> None:
    """Give one of the team a password."""
    hashed = password_hash(password)
    async with workspace.unit() as uow:
        await add_rep(uow, email=email, name=None, hashed=hashed)
