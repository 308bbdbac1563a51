"""routing.yaml: who gets which lead, and how soon a handoff must be looked at."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from leads.handoff import HandoffReason
from playbook.book import HandoffPolicy
from playbook.conditions import When
from playbook.fields import Email, Key, Length, Line, listed_in
from playbook.schema import Problem, Section, refuse

LONGEST = timedelta(hours=200)
"""Working time that a promise may at most allow: five weeks of 40 hours."""

Queue = Annotated[str, listed_in(lambda names: names.queues, "queue")]
Rep = Annotated[Email, listed_in(lambda names: names.reps, "rep in meetings.yaml")]


class QueueSection(Section):
    """A list of leads that several people look after."""

    key: Key = Field(description="a short name, such as sales")
    title: Line = Field(description="what the inbox calls it")
    members: tuple[Rep, ...] = Field((), description="addresses of the reps who look after it")


class Target(Section):
    """Where a lead goes: to one rep or into one queue."""

    rep: Rep | None = Field(None, description="the address of a rep")
    queue: Queue | None = Field(None, description="the key of a queue")

    @model_validator(mode="after")
    def _one(self) -> "Target":
        if (self.rep is None) == (self.queue is None):
            raise refuse(Problem("it must name one place", "either rep: and an address, or queue: and a key"))
        return self


class RouteSection(Section):
    """One rule of routing; the first that holds decides."""

    id: Key = Field(description="a name of its own, such as german_speakers")
    label: Line = Field(description="why, in the words the team reads")
    when: When = Field(description="a condition: all, any, not, attr, event or bant")
    to: Target = Field(description="rep or queue")


class HandoffSection(Section):
    """How soon somebody must act when the agent asks for a person. Times are working time of the company."""

    queue: Queue = Field(description="the key of the queue that requests go to")
    due: Mapping[HandoffReason, Length] = Field({}, description="reasons with a time, such as 'complaint: 30 minutes'")
    fallback_due: Length = Field(description="the time for every other reason, such as 4 hours")

    @model_validator(mode="after")
    def _can_be_kept(self) -> "HandoffSection":
        times = {("due", reason.value): time for reason, time in self.due.items()} | {
            ("fallback_due",): self.fallback_due
        }
        problems = [
            Problem("nobody can promise that", "a time above 0, up to 200 hours of work", path)
            for path, time in times.items()
            if not timedelta(0) < time <= LONGEST
        ]
        if problems:
            raise refuse(*problems)
        return self

    def policy(self) -> HandoffPolicy:
        """The promise as handoffs understand it."""
        return HandoffPolicy(self.queue, MappingProxyType(dict(self.due)), self.fallback_due)


class RoutingFile(Section):
    """The whole file."""

    named_by: ClassVar[Mapping[str, str]] = {"queues": "key", "rules": "id"}

    queues: Annotated[tuple[QueueSection, ...], Field(min_length=1)] = Field(description="a list of queues")
    rules: tuple[RouteSection, ...] = Field((), description="a list of rules, the first that holds decides")
    fallback: Target = Field(description="rep or queue for leads that no rule takes")
    handoffs: HandoffSection = Field(description="queue, due and fallback_due")
