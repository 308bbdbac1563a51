"""The playbook, read: everything the owner decides, as values the rules understand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from leads.bant import Factor, QualificationPolicy
from leads.consent import ImpliedTerms
from leads.definition import Market, StagePolicy
from leads.handoff import HandoffReason
from leads.hours import WeeklyHours
from leads.nurture import NurturePolicy
from leads.opportunity import PIPELINE, PipelineStage
from leads.route import RouteRules
from leads.score import ScoreRules
from leads.signal import SignalDefinition
from leads.slots import MeetingType


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A text a person agrees to; the version goes into the ledger with their answer."""

    text: str
    version: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long things are kept beside `retention_days`, in days; `customers` lets customers' records run out too."""

    anonymous_days: int = 90
    traces_days: int = 30
    customers: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """Who we are and how the agent presents itself. `about` is one paragraph for the prompt; `tone` a phrase.

    `fiscal_year_start` is the month (1-12) in which our customers' years begin; None when that has to be asked.
    """

    name: str
    site_url: str
    about: str
    agent_name: str
    tone: str
    greeting: str
    suggestions: tuple[str, ...]
    accent: str
    languages: tuple[str, ...]
    hours: WeeklyHours
    region: str
    currency: str
    contact_email: str
    postal_address: str
    privacy_url: str
    retention_days: int
    chat_consent: ConsentText
    marketing_consent: ConsentText
    competitors: tuple[str, ...] = ()
    fiscal_year_start: int | None = None
    implied_terms: ImpliedTerms = ImpliedTerms()
    keeping: Keeping = Keeping()


@dataclass(frozen=True, slots=True)
class RepProfile:
    """Somebody leads can meet: their hours in their own zone, languages, and the meetings they host.

    A `manager` may publish rules, erase people, lift suppressions and read the audit log at the console.
    """

    email: str
    name: str
    hours: WeeklyHours
    languages: tuple[str, ...]
    hosts: tuple[str, ...]
    manager: bool = False


@dataclass(frozen=True, slots=True)
class HandoffPolicy:
    """Where requests for a person go and how soon somebody must act, in business time of the company's hours."""

    queue: str
    due: Mapping[HandoffReason, timedelta]
    fallback_due: timedelta


@dataclass(frozen=True, slots=True)
class AgentPolicy:
    """What the agent may do and how it asks.

    `questions` are the ways to ask for a factor (the first is for the first time), `never_say` are phrases that may
    never leave, `price_words` topics where a number must come from a cited passage, `link_hosts` hosts that links in
    answers may point to, `burst_pause` how long to wait for more of a burst before answering.
    """

    questions: Mapping[Factor, tuple[str, ...]]
    never_say: tuple[str, ...]
    link_hosts: tuple[str, ...]
    burst_pause: timedelta
    book_when_known: int


@dataclass(frozen=True, slots=True)
class KnowledgePage:
    """One page of the company's own knowledge, as Markdown."""

    slug: str
    title: str
    url: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Playbook:
    """All of it. `folder` is where it was read from, `routing_written` what routing.yaml said then."""

    folder: Path
    company: Company
    scoring: ScoreRules
    signals: tuple[SignalDefinition, ...]
    qualification: QualificationPolicy
    meetings: tuple[MeetingType, ...]
    reps: tuple[RepProfile, ...]
    handoffs: HandoffPolicy
    agent: AgentPolicy
    knowledge: tuple[KnowledgePage, ...]
    stages: StagePolicy = StagePolicy()
    market: Market = Market()
    pipeline: tuple[PipelineStage, ...] = PIPELINE
    nurture: NurturePolicy = NurturePolicy()
    routing: RouteRules = RouteRules()
    routing_written: Mapping[str, Any] = field(default_factory=dict)

    def meeting(self, key: str | None = None) -> MeetingType:
        """A meeting type by key; the first one is the default, for an unknown key too."""
        if key is None:
            return self.meetings[0]
        return next((m for m in self.meetings if m.key == key), self.meetings[0])

    def signal(self, name: str) -> SignalDefinition | None:
        """A signal the agent may report, by name."""
        return next((s for s in self.signals if s.name == name), None)
