"""routing.yaml: who gets which lead, and how soon a handoff must be looked at."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from pydantic import Field, model_validator

from leads.handoff import HandoffReason
from playbook.book import HandoffPolicy
from playbook.fields import Length
from playbook.route_sections import LONGEST, QueueKey, RouteSections
from playbook.schema import Problem, Section, refuse


class HandoffSection(Section):
    """How soon somebody must act when the agent asks for a person. Times are working time of the company."""

    queue: QueueKey = Field(description="the key of the queue that requests go to")
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


class RoutingFile(RouteSections):
    """The whole file: everything about who gets which lead, and the requests for a person."""

    handoffs: HandoffSection = Field(description="queue, due and fallback_due")
