"""What the stories share: the team's program over HTTP, visitors at the widget, the worker's rounds made by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from channels.enrich import EnrichmentSource
from leads.identity import LeadId
from tests.api.door import Door, VisitorAtWork, a_visitor
from tests.api.test_lead_moves import Rep
from worker.bring_in import carry_import
from worker.enrich import Lookups
from worker.jobs import JobEngine
from worker.rounds import Rounds


class Office:
    """The company of a story: its program, its reps, and the worker, whose rounds are made when the story says so."""

    def __init__(self, client: Any, door: Door) -> None:
        self.client, self.door = client, door
        self.program = Rep(client, door, None)
        self.rounds = Rounds(door.workspace, cast(JobEngine, None))

    def rep(self, email: str) -> Rep:
        """One of the team."""
        return Rep(self.client, self.door, email)

    def owner_of(self, lead: dict[str, Any]) -> Rep:
        """The rep who has a lead."""
        by_name = {rep.name: rep.email for rep in self.door.workspace.book.reps}
        return self.rep(by_name[lead["owner"]["name"]])

    async def lead(self, lead_id: str) -> dict[str, Any]:
        """A lead as it is told."""
        return dict(await self.program.get(f"/leads/{lead_id}"))

    async def leads(self, **asked: Any) -> list[dict[str, Any]]:
        """Every lead of a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while cursor is not None or not found:
            page = await self.program.get(
                "/leads", **asked, limit=100, sort="created_at", **({"cursor": cursor} if cursor else {})
            )
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        return found

    async def tracks(self, lead_id: str) -> list[str]:
        """The tracks somebody is to be enrolled on."""
        return [wish["track"] for wish in (await self.program.get(f"/leads/{lead_id}/standing"))["tracks"]]

    async def brings_in(self, text: str, **params: Any) -> dict[str, Any]:
        """Send a list as CSV, let the worker carry it, and read how the run ended."""
        headers = self.door.bearer | {"Content-Type": "text/csv"}
        sent = await self.client.post("/v1/leads/import", content=text.encode(), params=params, headers=headers)
        assert sent.status_code == 202, sent.text
        await carry_import(self.door.workspace, sent.json()["id"])
        ended = await self.program.get(f"/runs/{sent.json()['id']}")
        assert (ended["state"], ended["result"]["errors"]) == ("done", []), ended
        return dict(ended["result"])

    async def looks_up(self, source: EnrichmentSource) -> int:
        """Ask a source about every lead that is due, as the worker's jobs do; how many that were."""
        lookups, asked = Lookups(self.door.workspace, (source,), 90), 0
        while True:
            async with self.door.workspace.reading() as uow:
                due: Sequence[LeadId] = await uow.enrichments.due(uow.now, limit=50)
            if not due:
                return asked
            for lead_id in due:
                await lookups.look_up(lead_id)
            asked += len(due)

    async def silence(self) -> None:
        """The worker's round that looks for who has fallen silent, until there is nobody left."""
        while await self.rounds.silence():
            pass

    async def did(self, *items: dict[str, Any]) -> None:
        """Tell what people did, in one batch."""
        answer = await self.program.post("/activities", activities=list(items))
        assert answer.status_code == 200, answer.text
        assert answer.json()["refused"] == 0, answer.text

    async def visitor(self) -> VisitorAtWork:
        """Somebody opens the chat."""
        return await a_visitor(self.client)

    async def books_in_chat(self, email: str) -> dict[str, Any]:
        """Somebody opens the chat, is offered times and takes the first; the meeting."""
        visitor = await self.visitor()
        offered = await visitor.post("/slots", tz="Europe/Berlin")
        slot = offered.json()["slots"][0]["slot_id"]
        booked = await visitor.post("/bookings", slot_id=slot, email=email, tz="Europe/Berlin", marketing=False)
        assert booked.status_code == 201, booked.text
        return dict(booked.json()["meeting"])

    async def form(self, **known: Any) -> dict[str, Any]:
        """Set up a form."""
        answer = await self.program.post("/forms", **known)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def submits(self, form: dict[str, Any], body: bytes, headers: dict[str, str]) -> None:
        """A form is submitted and worked through."""
        answer = await self.client.post(form["hook_url"], content=body, headers=headers)
        assert (answer.status_code, answer.json()["received"]) == (200, 1), answer.text
        while self.client.app.state["desk"].submissions.busy:
            await asyncio.sleep(0.005)

    async def report(self, name: str, **asked: Any) -> dict[str, Any]:
        """A report of the spring."""
        return dict(await self.program.get(f"/reports/{name}", **({"from": "2026-03-01", "to": "2026-04-30"} | asked)))
