"""A task: something a person is to do about a lead, by when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from leads.identity import LeadId, RepId

TaskId = NewType("TaskId", str)


class TaskKind(StrEnum):
    """What is to be done."""

    CALL = "call"
    EMAIL = "email"
    FOLLOW_UP = "follow_up"
    REVIEW = "review"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. Without an owner it is the whole team's; `key` makes a task that code asks for once."""

    id: TaskId
    lead_id: LeadId
    kind: TaskKind
    title: str
    due_at: datetime
    created_at: datetime
    owner: RepId | None = None
    done_at: datetime | None = None
    reminded_at: datetime | None = None
    key: str | None = None

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been done."""
        return self.done_at is None and self.due_at <= now
