from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.refusal import NotYoursToMove, StageBackwards, StageClosed
from leads.signal import ActorKind
from leads.stage import Outcome, Stage, Standing, WorkStatus, advance, earned

CLOSED = [outcome for outcome in Outcome if outcome is not Outcome.OPEN]
STANDINGS = st.builds(Standing, st.sampled_from(Stage), st.sampled_from(WorkStatus), st.sampled_from(Outcome))
OPEN = STANDINGS.map(lambda s: replace(s, outcome=Outcome.OPEN))
NOT_A_REP = [actor for actor in ActorKind if actor is not ActorKind.REP]


@given(STANDINGS, st.sampled_from(Stage), st.sampled_from(ActorKind))
def test_a_lead_never_moves_back(standing: Standing, to: Stage, actor: ActorKind) -> None:
    with suppress(StageClosed, StageBackwards, NotYoursToMove):
        assert advance(standing, to, actor=actor).rank >= standing.stage.rank


@given(STANDINGS.filter(lambda s: s.outcome is not Outcome.OPEN), st.sampled_from(Stage), st.sampled_from(ActorKind))
def test_a_disqualified_lead_cannot_move(standing: Standing, to: Stage, actor: ActorKind) -> None:
    with pytest.raises(StageClosed, match=standing.outcome.value):
        advance(standing, to, actor=actor)
    assert earned(standing, identified=True, ready=True, hand_raised=True) is standing.stage


@given(OPEN, st.sampled_from(Stage), st.sampled_from(NOT_A_REP))
def test_only_a_rep_moves_a_lead_beyond_product_qualified(standing: Standing, to: Stage, actor: ActorKind) -> None:
    by_guard = actor is ActorKind.SYSTEM and (standing.stage, to) == (Stage.SAL, Stage.SQL)
    if to.rank > Stage.PQL.rank and to.rank >= standing.stage.rank and not by_guard:
        with pytest.raises(NotYoursToMove):
            advance(standing, to, actor=actor)
        assert advance(standing, to, actor=ActorKind.REP) is to


@given(OPEN, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_what_is_earned_is_never_lower_and_always_a_move_the_rules_may_make(
    standing: Standing, identified: bool, ready: bool, hand_raised: bool, product: bool, sales_ready: bool
) -> None:
    stage = earned(
        standing,
        identified=identified,
        ready=ready,
        hand_raised=hand_raised,
        product=product,
        sales_ready=sales_ready,
    )
    assert stage.rank >= standing.stage.rank
    if stage is not standing.stage:
        assert advance(standing, stage, actor=ActorKind.SYSTEM) is stage


@pytest.mark.parametrize(
    ("identified", "ready", "hand_raised", "stage"),
    [
        (False, False, False, Stage.LEAD),
        (True, False, False, Stage.IQL),
        (True, True, False, Stage.MQL),
        (False, False, True, Stage.MQL),
    ],
)
def test_a_known_lead_is_inquiring_and_a_ready_one_or_a_raised_hand_is_marketing_qualified(
    identified: bool, ready: bool, hand_raised: bool, stage: Stage
) -> None:
    assert earned(Standing(), identified=identified, ready=ready, hand_raised=hand_raised) is stage


def test_product_qualified_and_marketing_qualified_stand_side_by_side() -> None:
    assert Stage.PQL.rank == Stage.MQL.rank
    assert earned(Standing(Stage.PQL), identified=True, ready=True, hand_raised=True) is Stage.PQL


def test_product_use_makes_a_lead_product_qualified_whatever_else_it_is() -> None:
    for stage in (Stage.LEAD, Stage.IQL, Stage.MQL, Stage.PQL):
        assert earned(Standing(stage), identified=True, ready=True, hand_raised=False, product=True) is Stage.PQL


def test_only_an_accepted_lead_becomes_sales_qualified_by_its_guard() -> None:
    for stage in (Stage.LEAD, Stage.MQL, Stage.PQL):
        assert earned(Standing(stage), identified=True, ready=True, hand_raised=True, sales_ready=True) is not Stage.SQL
    assert earned(Standing(Stage.SAL), identified=True, ready=True, hand_raised=True, sales_ready=True) is Stage.SQL
    assert earned(Standing(Stage.SAL), identified=True, ready=True, hand_raised=True) is Stage.SAL
