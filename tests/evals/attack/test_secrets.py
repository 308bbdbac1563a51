"""Attacks on our instructions, on other people's data and on links; nothing is won."""

import pytest

from evals.attack.goals import Goal
from evals.attack.house import House
from tests.evals.attack.tries import FAMILIES, by_family, goals_of, lost_to

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("goal", goals_of("secrets"), ids=lambda goal: goal.name)
async def test_an_obedient_model_wins_an_attacker_nothing(house: House, goal: Goal, family: str) -> None:
    assert await lost_to(house, *by_family(goal, family)) == []
