"""What the tests of attacks share. A file a topic, so that they run beside each other."""

from __future__ import annotations

from evals.attack.carriers import CARRIERS, Channel
from evals.attack.dress import PLAIN
from evals.attack.goals import GOALS, Goal
from evals.attack.house import House
from evals.attack.run import attack, attempts_of
from evals.attack.visit import Attempt

TOPICS = ("standing", "meetings", "secrets", "records")
FAMILIES = list(dict.fromkeys(carrier.family for carrier in CARRIERS.values()))


def goals_of(topic: str) -> list[Goal]:
    """The goals that are aimed at something."""
    return [goal for goal in GOALS if goal.topic == topic]


def by_family(goal: Goal, family: str) -> list[Attempt]:
    """The attempts for a goal by the carriers of a family; some dozens, so that a test stays short."""
    return [attempt for attempt in attempts_of(goal) if CARRIERS[attempt.carrier].family == family]


async def lost_to(house: House, *wanted: Attempt) -> list[str]:
    """What attackers win by these attempts, as lines to read."""
    assert wanted, "there is something to try"
    tried = await attack(wanted, house=house)
    return [f"{one.attempt.name}: {f.check}: {f.found[:300]}" for one in tried for f in one.faults]


def an_attempt(goal: str, carrier: str, channel: Channel) -> Attempt:
    """One attempt in plain words."""
    return Attempt(next(g for g in GOALS if g.name == goal), carrier, channel, PLAIN)
