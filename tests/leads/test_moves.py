from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.actor import BY_AGENT, BY_RULE, Actor
from leads.moves import RULES, Move, Mover, check_move, legal_moves, mover_of
from leads.reasons import REASONS
from leads.refusal import MoveNotLegal, NotYoursToMove, StageClosed
from leads.signal import ActorKind
from leads.stage import Outcome, ReasonCode, Stage, Standing, WorkStatus

ANA = Actor(ActorKind.REP, "rep_ana", "Ana")
PROGRAM = Actor(ActorKind.SYSTEM, "key_1", "crm")
VISITOR = Actor(ActorKind.HUMAN)
ACTORS = st.sampled_from([ANA, PROGRAM, VISITOR, BY_RULE, BY_AGENT])
STANDINGS = st.builds(Standing, st.sampled_from(Stage), st.sampled_from(WorkStatus), st.sampled_from(Outcome))


@given(STANDINGS, st.sampled_from(Move), ACTORS)
def test_a_move_is_made_just_when_it_is_listed_as_legal(standing: Standing, move: Move, actor: Actor) -> None:
    try:
        check_move(standing, move, actor)
    except (NotYoursToMove, MoveNotLegal, StageClosed) as no:
        assert move not in (no.legal_moves or ())
        assert no.legal_moves == legal_moves(standing, mover_of(actor))
    else:
        assert move in legal_moves(standing, mover_of(actor))


@given(STANDINGS)
def test_a_visitor_moves_nothing_and_the_agent_promotes_at_most(standing: Standing) -> None:
    assert legal_moves(standing, mover_of(VISITOR)) == ()
    assert set(legal_moves(standing, Mover.AGENT)) <= {Move.PROMOTE}


@given(STANDINGS.filter(lambda s: s.outcome in {Outcome.MERGED, Outcome.JUNK}))
def test_nothing_is_left_to_decide_about_a_merged_lead_or_junk(standing: Standing) -> None:
    assert legal_moves(standing) == ()


def test_only_a_rep_accepts() -> None:
    assert RULES[Move.ACCEPT].by == {Mover.REP}
    with pytest.raises(NotYoursToMove, match="takes a rep"):
        check_move(Standing(Stage.MQL), Move.ACCEPT, PROGRAM)


def test_every_reason_says_what_to_do_differently() -> None:
    assert set(REASONS) == set(ReasonCode)
    assert all(advice.advice and advice.label for advice in REASONS.values())
