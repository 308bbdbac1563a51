"""Builders every room's tests share: a playbook of an invented company, a clock that stands still, a workspace."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType

from actions.install_playbook import install_playbook
from actions.open_conversation import Arrival, open_conversation
from actions.receive_message import Received, receive_message
from actions.workspace import Workspace
from leads.bant import Factor, QualificationPolicy
from leads.condition import AnyOf, Attribute, Condition, Happened
from leads.conversation import Conversation
from leads.handoff import HandoffReason
from leads.hours import HoursBlock, WeeklyHours
from leads.identity import ConversationId
from leads.score import Decay, DecayKind, Group, Limits, Rule, ScoreRules
from leads.signal import SignalDefinition
from leads.slots import MeetingType
from playbook.book import AgentPolicy, Company, ConsentText, HandoffPolicy, KnowledgePage, Playbook, RepProfile
from store.engine import open_engine
from store.migrate import upgrade

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Where the clock stands unless told otherwise: a working Monday, 10:00 in Berlin."""

ANA = "ana.ferreira@example.com"
JONAS = "jonas.brandt@example.com"


@dataclass
class StandingClock:
    """A clock that moves only when it is told to."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_far: float) -> datetime:
        """Move on: `forward(hours=2)`."""
        self.now += timedelta(**how_far)
        return self.now


@dataclass
class CountedIds:
    """Ids that count up, so that rows made later come later and a failing test reads the same each time."""

    numbers: Callable[[], int] = field(default_factory=lambda: itertools.count(1).__next__)

    def __call__(self, kind: str) -> str:
        return f"{kind}_{self.numbers():08}"


def working_week(zone: str = "Europe/Berlin", *, opens: time = time(9), closes: time = time(17)) -> WeeklyHours:
    """Monday to Friday, the same hours every day."""
    return WeeklyHours(zone, tuple(HoursBlock(day, opens, closes) for day in range(5)))


def a_meeting(key: str = "intro", *, minutes: int = 30, buffer_after_minutes: int = 10) -> MeetingType:
    """A kind of meeting with two hours' notice."""
    return MeetingType(key, "Introductory call", minutes, buffer_after_minutes=buffer_after_minutes, notice_minutes=120)


def a_rep(email: str = ANA, name: str = "Ana Ferreira", *, zone: str = "Europe/Berlin") -> RepProfile:
    """Somebody who takes introductory calls."""
    return RepProfile(email, name, working_week(zone), ("en",), ("intro",))


def a_company() -> Company:
    """Tidewell, invented: production planning for food makers; the agent is called Nora."""
    return Company(
        name="Tidewell",
        site_url="https://tidewell.example.com/",
        about="Tidewell makes production planning software for food and drink makers.",
        agent_name="Nora",
        tone="warm and brief",
        greeting="Hi, I'm Nora, Tidewell's AI assistant.",
        suggestions=("What does it cost?",),
        accent="#0b5f6b",
        languages=("en", "de"),
        hours=working_week(),
        region="DE",
        currency="EUR",
        contact_email="hello@tidewell.example.com",
        postal_address="Tidewell GmbH, Am Speicher 4, 10115 Berlin, Germany",
        privacy_url="https://tidewell.example.com/privacy",
        retention_days=540,
        chat_consent=ConsentText("You are chatting with an AI assistant.", "2026-01"),
        marketing_consent=ConsentText("Tidewell may send me e-mails.", "2026-01"),
        competitors=("Millgrid",),
    )


def some_scoring() -> ScoreRules:
    """A few rules of each group; what was heard counts for at most 15."""
    month = Decay(DecayKind.HALF_LIFE, 30)

    def fit(id: str, label: str, when: Condition, points: float) -> Rule:
        return Rule(f"fit.{id}", Group.FIT, label, when, points)

    def did(id: str, label: str, points: float, *events: str) -> Rule:
        when = AnyOf(tuple(Happened(event) for event in events))
        return Rule(f"act.{id}", Group.ENGAGEMENT, label, when, points, decay=month)

    def said(name: str, points: float) -> Rule:
        group = Group.NEGATIVE if points < 0 else Group.ENGAGEMENT
        return Rule(f"said.{name}", group, f"Said: {name}", Happened(f"said.{name}"), points, decay=month)

    return ScoreRules(
        version=1,
        rules=(
            fit("title", "Decides", Attribute("person.title", "contains", ("head", "chief")), 20),
            fit("work", "Gave a work address", Attribute("person.free_mail", "eq", False), 10),
            did("chat", "Started a chat", 3, "chat.started"),
            did("booked", "Booked a meeting", 30, "meeting.booked"),
            did("form", "Filled in a form", 20, "form.demo", "form.contact"),
            said("asked_price", 5),
            said("asked_demo", 10),
            said("urgent", 8),
            said("student_project", -40),
        ),
        limits=MappingProxyType(
            {Group.FIT: Limits(0, 40), Group.ENGAGEMENT: Limits(0, 60), Group.NEGATIVE: Limits(-60, 0)}
        ),
        reported_cap=15,
    )


def some_signals() -> tuple[SignalDefinition, ...]:
    """The signals the rules above count."""
    return (
        SignalDefinition("asked_price", "Asked for the price", "They ask what it costs."),
        SignalDefinition("asked_demo", "Asked for a demo", "They ask to see it.", hand_raise=True),
        SignalDefinition("urgent", "Is in a hurry", "They say that it is urgent."),
        SignalDefinition("student_project", "Works on a student project", "They ask for a thesis or a course."),
    )


def a_playbook(
    *,
    reps: tuple[RepProfile, ...] = (a_rep(), a_rep(JONAS, "Jonas Brandt")),
    meetings: tuple[MeetingType, ...] = (a_meeting(),),
) -> Playbook:
    """The playbook of Tidewell, made in memory: two reps who take introductory calls."""
    return Playbook(
        folder=Path("nowhere"),
        company=a_company(),
        scoring=some_scoring(),
        signals=some_signals(),
        qualification=QualificationPolicy(),
        meetings=meetings,
        reps=reps,
        handoffs=HandoffPolicy(
            queue="sales",
            due=MappingProxyType({HandoffReason.ASKED_FOR_PERSON: timedelta(minutes=2)}),
            fallback_due=timedelta(hours=4),
        ),
        agent=AgentPolicy(
            questions=MappingProxyType({factor: (f"What about your {factor.value}?",) for factor in Factor}),
            never_say=("money-back guarantee",),
            link_hosts=("tidewell.example.com",),
            burst_pause=timedelta(0),
            book_when_known=3,
        ),
        knowledge=(KnowledgePage("pricing", "Pricing", "https://tidewell.example.com/pricing", "It has three plans."),),
    )


@asynccontextmanager
async def a_workspace(
    tmp_path: Path, *, book: Playbook | None = None, clock: StandingClock | None = None, url: str | None = None
) -> AsyncIterator[Workspace]:
    """An open workspace on a database of its own (SQLite in `tmp_path` unless `url` names another), reps installed."""
    database = open_engine(url or f"sqlite+aiosqlite:///{tmp_path}/opener.db")
    try:
        await upgrade(database)
        workspace = Workspace(database, book or a_playbook(), clock or StandingClock(), CountedIds())
        async with workspace.unit() as uow:
            await install_playbook(uow, workspace.book)
        yield workspace
    finally:
        await database.dispose()


async def a_conversation(workspace: Workspace, *, says: str | None = None, **arrival: object) -> Conversation:
    """A conversation that has begun, with a first message when `says` is given; keywords are those of Arrival."""
    async with workspace.unit() as uow:
        conversation = await open_conversation(uow, workspace.book, Arrival(**arrival))  # type: ignore[arg-type]
    if says is not None:
        await a_message(workspace, conversation.id, says)
    return conversation


async def a_message(workspace: Workspace, conversation_id: ConversationId, text: str) -> Received:
    """The visitor writes something."""
    async with workspace.unit() as uow:
        return await receive_message(uow, conversation_id, text=text)
