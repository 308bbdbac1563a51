"""The words of the job engine: a call, its outcome, what is waiting, and how to say no."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import uniform

Argument = str | int | float | bool | None
"""What a job may be given: ids and small facts. Everything else is read from our tables when it runs."""

Handler = Callable[..., Awaitable[None]]
"""What runs a job. It may run more than once, and at the same time elsewhere: effects need their own key."""

NAME = re.compile(r"[a-z][a-z0-9_]*")

WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""Pauses before the second to fifth attempt: a blip costs seconds, an hour's outage of a provider is survived."""


class JobError(Exception):
    """Something about jobs that the caller or the operator has to put right."""


class JobsNotStarted(JobError):
    """The engine was used outside start() … stop()."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("The job engine is not started; call `await engine.start(...)` before using it.")


class UnknownJob(JobError):
    """No handler carries this name."""

    def __init__(self, job: str) -> None:
        """Name the job."""
        super().__init__(f"No job is called {job!r}: register a handler with `@engine.job({job!r})` before start().")
        self.job = job


class JobParked(JobError):
    """A job has used up its attempts. Carries the last error's class, never its text (it may name a person)."""

    def __init__(self, job: str, error: str) -> None:
        """Keep the job's name and the class name of its last error."""
        super().__init__(error)
        self.job = job


@dataclass(frozen=True, slots=True)
class JobCall:
    """One attempt at a job: which handler, under which key, with which arguments."""

    job: str
    key: str
    args: tuple[Argument, ...] = ()
    attempt: int = 1

    @property
    def id(self) -> str:
        """The engine's name of this attempt. Two jobs may use the same key; job names never start with a digit."""
        first = f"{self.job}/{self.key}"
        return first if self.attempt == 1 else f"{self.attempt}/{first}"

    def again(self) -> JobCall:
        """The next attempt at the same job."""
        return replace(self, attempt=self.attempt + 1)


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that was given up: `error` is the class name of its last error (`WorkerDied`: it kept killing workers)."""

    job: str
    key: str
    error: str
    attempts: int
    failed_at: datetime


@dataclass(frozen=True, slots=True)
class JobStats:
    """How many jobs wait for a place, wait for their time (retries), run, or were given up; and the longest wait."""

    waiting: int
    delayed: int
    running: int
    failed: int
    longest_wait: timedelta


def checked_name(name: str) -> str:
    """The name, if it can be a job's (small letters, digits, underscores); else `ValueError`."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a job: use small letters, digits and underscores, like 'take_step'.")
    return name


def checked_call(job: str, key: str, args: Sequence[object]) -> JobCall:
    """A call whose key is not empty and whose arguments survive JSON; else `ValueError` or `TypeError`."""
    if not key.strip():
        raise ValueError(f"{job}: a job needs a key; the same key twice is one job.")
    plain: list[Argument] = []
    for arg in args:
        if arg is not None and not isinstance(arg, str | int | float | bool):
            raise TypeError(
                f"{job}: a job takes text, numbers, booleans and None, not {type(arg).__name__}; pass an id."
            )
        plain.append(arg)
    return JobCall(job, key, tuple(plain))


def wait_after(attempt: int, waits: Sequence[timedelta]) -> timedelta | None:
    """The pause before the next attempt, spread by ±20 % so that failures do not come back in step; None: give up.

    Attempts are counted through: after a retry by hand the next `len(waits) + 1` attempts are a round of their own.
    """
    turn = (attempt - 1) % (len(waits) + 1)
    if turn == len(waits):
        return None
    return waits[turn] * uniform(0.8, 1.2)  # noqa: S311 - spreading load, not a secret
