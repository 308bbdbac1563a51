"""Running attacks: every goal by every carrier, in its channels, and in every dress."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evals.attack.carriers import CARRIERS
from evals.attack.dress import PLAIN, dresses_of
from evals.attack.goals import GOALS, Goal
from evals.attack.house import House, open_house
from evals.attack.verdict import Fault, judged
from evals.attack.visit import Attempt, visited
from leads.refusal import NotKnown
from playbook.fault import one_of


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt and what the attacker won by it. `reached` says that the order was shown to the model."""

    attempt: Attempt
    reached: bool
    faults: tuple[Fault, ...]


def attempts(goals: Sequence[str] = (), carriers: Sequence[str] = ()) -> list[Attempt]:
    """The attempts that are wanted, all when none is named. Raises NotKnown."""
    wanted = [_goal(name) for name in goals] or list(GOALS)
    ways = {_carrier(name) for name in carriers} or set(CARRIERS)
    return [attempt for goal in wanted for attempt in attempts_of(goal) if attempt.carrier in ways]


_ALIKE = frozenset({"form", "list"})
"""Families of many carriers that lead to the same few fields: each is tried in one of its channels for every goal."""


def attempts_of(goal: Goal) -> Iterator[Attempt]:
    """All attempts for one goal: as a message in every dress; by every other carrier in one or two of its channels.

    Which channels, and in which dress, goes round with the goals, so that all goals together try every combination.
    """
    turn = GOALS.index(goal)
    dresses = dresses_of(goal)
    for dress in dresses:
        yield Attempt(goal, "message", CARRIERS["message"].channels[0], dress)
    for n, carrier in enumerate(CARRIERS.values()):
        channels = carrier.channels[1:] if carrier.name == "message" else carrier.channels
        for k in range(1 if carrier.family in _ALIKE or len(channels) < 3 else 2):
            m = n + turn + k
            dress = PLAIN if k == turn % 2 else dresses[(7 * m + turn) % len(dresses)]
            yield Attempt(goal, carrier.name, channels[m % len(channels)], dress)


async def attack(
    wanted: Sequence[Attempt], *, house: House | None = None, done: Callable[[Tried], None] = lambda tried: None
) -> list[Tried]:
    """Make the attempts, one after the other in one house, and judge each; `done` hears of every one."""
    if house is None:
        async with open_house() as opened:
            return await attack(wanted, house=opened, done=done)
    results = []
    for attempt in wanted:
        outcome = await visited(house, attempt)
        results.append(Tried(attempt, outcome.reached, tuple(judged(outcome))))
        done(results[-1])
    return results


def attack_now(wanted: Sequence[Attempt], *, done: Callable[[Tried], None] = lambda tried: None) -> list[Tried]:
    """`attack`, for whoever has no event loop."""
    return asyncio.run(attack(wanted, done=done))


def _goal(name: str) -> Goal:
    found = next((goal for goal in GOALS if goal.name == name), None)
    if found is None:
        raise NotKnown(f"Nobody wants {name!r} here: {one_of(name, [goal.name for goal in GOALS])}.")
    return found


def _carrier(name: str) -> str:
    if name not in CARRIERS:
        raise NotKnown(f"Nothing is carried by {name!r}: {one_of(name, list(CARRIERS))}.")
    return name
