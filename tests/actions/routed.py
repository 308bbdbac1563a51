"""What the tests of routing share: a book with a pool, captured leads, and what was left for the outside."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.workspace import Workspace
from leads.condition import Attribute, Happened
from leads.identity import LeadId, RepId
from leads.lead import Lead
from leads.route import (
    Destination,
    Member,
    Pool,
    Queue,
    RouteRule,
    RouteRules,
    Target,
    TargetKind,
    Territory,
)
from playbook.book import Playbook
from store.outbox import OutboxMessage
from tests.builders import ANA, JONAS, a_playbook

EVERYBODY = Attribute("source", "exists")
NUMBERS = itertools.count(1)


def a_pool(**known: Any) -> Pool:
    """Ana and Jonas, in turn."""
    members = (Member(ANA, skills=frozenset({"technical"})), Member(JONAS))
    return Pool("team", "Team", **{"members": members, "queue": "sales", **known})


def rules_of(*first: RouteRule, pool: Pool | None = None, **known: Any) -> RouteRules:
    """Some rules, then the pool for everybody."""
    last = RouteRule("everybody", "Whoever is next", EVERYBODY, Target(TargetKind.POOL, "team"))
    return RouteRules(
        **{
            "rules": (*first, last),
            "pools": (pool or a_pool(),),
            "queues": (Queue("sales", "Sales", (ANA, JONAS)), Queue("partners", "Partners")),
            "territories": (Territory("dach", frozenset({"DE", "AT", "CH"})),),
            "destinations": (Destination("careers", "Careers", email="careers@tidewell.example.com"),),
            "manager": ANA,
            **known,
        }
    )


def to_careers() -> RouteRule:
    return RouteRule("work", "Looks for work", Happened("form.contact"), Target(TargetKind.DESTINATION, "careers"))


def a_book(rules: RouteRules | None = None) -> Playbook:
    """The test playbook with these rules of routing."""
    return replace(a_playbook(), routing=rules or rules_of())


def use(workspace: Workspace, rules: RouteRules) -> None:
    """Let these rules decide from now on."""
    workspace.book = a_book(rules)


async def a_request(workspace: Workspace, **told: Any) -> Lead:
    """Somebody fills in the form for a demo (or what is told): marketing qualified at once."""
    email = told.pop("email", f"lead{next(NUMBERS)}@bakery{next(NUMBERS)}.example.com")
    capture = Capture(**{"source": "form", "email": email, "context": CaptureContext.DEMO, **told})
    async with workspace.unit() as uow:
        return (await capture_lead(uow, workspace.book, capture)).lead


async def rep_named(workspace: Workspace, email: str) -> RepId:
    async with workspace.reading() as uow:
        rep = await uow.access.rep_by_email(email)
    assert rep is not None
    return rep.id


async def the_lead(workspace: Workspace, lead_id: LeadId) -> Lead:
    async with workspace.reading() as uow:
        return await uow.leads.get(lead_id)


async def told(workspace: Workspace, kind: str = "team_notice") -> list[OutboxMessage]:
    async with workspace.reading() as uow:
        return [message for message in await uow.outbox.all() if message.kind == kind]


async def news(workspace: Workspace) -> list[tuple[str, str | None]]:
    """What was told to whom."""
    return [(m.payload["notice"], m.payload["to"]) for m in await told(workspace)]


HOUR = timedelta(hours=1)
