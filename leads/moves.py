"""Who may move a lead where: the rules as a table, and the refusal that names what is possible instead.

The table is data on purpose (domain.md §1.3): the API answers from it, the definitions page prints it, tests walk it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from leads.actor import Actor
from leads.refusal import MoveNotLegal, NotYoursToMove, StageClosed
from leads.signal import ActorKind
from leads.stage import Outcome, Stage, Standing


class Mover(StrEnum):
    """Who wants to move a lead: code by the playbook's rules, the agent, a program with a key, or a rep."""

    RULES = "rules"
    AGENT = "agent"
    PROGRAM = "program"
    REP = "rep"


class Move(StrEnum):
    """What can be done with a lead, named as the API names it; `promote` and `qualify` are done by rules."""

    PROMOTE = "promote"
    QUALIFY = "qualify"
    ACCEPT = "accept"
    RETURN = "return"
    DISQUALIFY = "disqualify"
    RECYCLE = "recycle"
    CONVERT = "convert"
    WIN = "win"
    LOSE = "lose"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class MoveRule:
    """From which stages and outcomes a move is legal, and for whom."""

    stages: frozenset[Stage]
    outcomes: frozenset[Outcome]
    by: frozenset[Mover]


_UNACCEPTED = frozenset({Stage.LEAD, Stage.IQL, Stage.MQL, Stage.PQL})
_BEFORE_DEAL = _UNACCEPTED | {Stage.SAL, Stage.SQL}
_DEAL = frozenset({Stage.OPPORTUNITY, Stage.CUSTOMER})
_OPEN = frozenset({Outcome.OPEN})
_DECIDERS = frozenset({Mover.REP, Mover.PROGRAM})
_ANY_STAGE = frozenset(Stage)

RULES: Mapping[Move, MoveRule] = MappingProxyType(
    {
        Move.PROMOTE: MoveRule(_UNACCEPTED, _OPEN, frozenset({Mover.RULES, Mover.AGENT})),
        Move.ACCEPT: MoveRule(_UNACCEPTED, _OPEN, frozenset({Mover.REP})),
        Move.QUALIFY: MoveRule(frozenset({Stage.SAL}), _OPEN, frozenset({Mover.RULES})),
        Move.RETURN: MoveRule(_BEFORE_DEAL, _OPEN, _DECIDERS),
        Move.DISQUALIFY: MoveRule(_BEFORE_DEAL, _OPEN, _DECIDERS),
        Move.RECYCLE: MoveRule(
            _ANY_STAGE,
            frozenset({Outcome.OPEN, Outcome.RECYCLED, Outcome.DISQUALIFIED, Outcome.LOST}),
            _DECIDERS | {Mover.RULES},
        ),
        Move.CONVERT: MoveRule(frozenset({Stage.SAL, Stage.SQL}), _OPEN, _DECIDERS),
        Move.WIN: MoveRule(_DEAL, frozenset({Outcome.CONVERTED}), _DECIDERS),
        Move.LOSE: MoveRule(_DEAL, frozenset({Outcome.CONVERTED}), _DECIDERS),
        Move.REOPEN: MoveRule(_DEAL, frozenset({Outcome.WON, Outcome.LOST}), _DECIDERS),
    }
)


def mover_of(actor: Actor) -> Mover | None:
    """Which of the four an actor is; None for a visitor, who moves nothing."""
    if actor.kind is ActorKind.SYSTEM:
        return Mover.PROGRAM if actor.id else Mover.RULES
    return {ActorKind.REP: Mover.REP, ActorKind.AGENT: Mover.AGENT}.get(actor.kind)


def legal_moves(standing: Standing, by: Mover | None = Mover.REP) -> tuple[Move, ...]:
    """What this mover may do with a lead that stands so, in the order of the funnel."""
    return tuple(move for move, rule in RULES.items() if by in rule.by and _fits(standing, rule))


def check_move(standing: Standing, move: Move, actor: Actor) -> None:
    """Whether this actor may make this move now; each refusal carries the legal moves.

    Raises NotYoursToMove (it takes somebody else), StageClosed (the cycle has ended), MoveNotLegal.
    """
    rule, mover = RULES[move], mover_of(actor)
    legal = legal_moves(standing, mover)
    if mover not in rule.by:
        who = " or ".join(sorted(m.value for m in rule.by))
        raise NotYoursToMove(f"To {move.value} a lead takes a {who}.", legal_moves=legal)
    if _fits(standing, rule):
        return
    if standing.outcome is not Outcome.OPEN and Outcome.OPEN in rule.outcomes:
        raise StageClosed(
            f"This lead's cycle has ended ({standing.outcome.value}), so it cannot be {_DONE[move]}.{_instead(legal)}",
            legal_moves=legal,
        )
    at = standing.stage.value if standing.outcome is Outcome.OPEN else f"{standing.stage.value}, {standing.outcome}"
    raise MoveNotLegal(f"A lead at {at} cannot be {_DONE[move]}.{_instead(legal)}", legal_moves=legal)


_DONE: Mapping[Move, str] = MappingProxyType(
    {
        Move.PROMOTE: "promoted",
        Move.QUALIFY: "qualified",
        Move.ACCEPT: "accepted",
        Move.RETURN: "returned",
        Move.DISQUALIFY: "disqualified",
        Move.RECYCLE: "recycled",
        Move.CONVERT: "converted",
        Move.WIN: "won",
        Move.LOSE: "lost",
        Move.REOPEN: "reopened",
    }
)


def _instead(legal: tuple[Move, ...]) -> str:
    return f" Possible now: {', '.join(move.value for move in legal)}." if legal else " Nothing is left to decide."


def _fits(standing: Standing, rule: MoveRule) -> bool:
    return standing.stage in rule.stages and standing.outcome in rule.outcomes
