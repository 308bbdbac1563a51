from __future__ import annotations

from leads.actor import Actor
from leads.signal import ActorKind
from leads.stage import Change, Dimension, Outcome, ReasonCode, Stage, Standing, WorkStatus, changes

ANA = Actor(ActorKind.REP, "rep_1", "Ana")


def test_a_change_is_recorded_for_each_dimension_that_moved_and_for_no_other() -> None:
    before = Standing(Stage.MQL, WorkStatus.NEW)
    after = Standing(Stage.MQL, WorkStatus.CLOSED, Outcome.DISQUALIFIED, ReasonCode.TOO_SMALL)
    assert changes(before, after, actor=ANA, why="returned") == (
        Change("new", "closed", ANA, "returned", Dimension.STATUS, ReasonCode.TOO_SMALL),
        Change("open", "disqualified", ANA, "returned", Dimension.OUTCOME, ReasonCode.TOO_SMALL),
    )
    assert changes(before, before, actor=ANA, why="nothing") == ()
