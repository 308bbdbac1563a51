"""What one of the team does in a case: the same acts as behind the console's buttons."""

from typing import assert_never

from actions.claim_handoff import hold_handoff
from actions.decide_handoff import accept_handoff, return_handoff
from actions.reply_to_lead import reply_to_lead
from actions.take_over import give_back, take_line
from evals.steps import Rep, RepAct
from leads.actor import Actor
from leads.handoff import Handoff
from leads.identity import TurnId
from leads.signal import ActorKind
from playbook.book import Playbook
from store.unit import UnitOfWork


async def act(uow: UnitOfWork, book: Playbook, handoff: Handoff, step: Rep) -> TurnId | None:
    """The act of the handoff's owner, or of the first of the team; returns the answer that the agent owes after it.

    Raises LeadRefusal, as the actions do.
    """
    actor = await _actor(uow, handoff)
    match step.rep:
        case RepAct.TAKES_OVER:
            held = await hold_handoff(uow, handoff.id, actor=actor)
            await take_line(uow, held.conversation, actor=actor)
            return None
        case RepAct.SAYS:
            await reply_to_lead(uow, handoff.id, actor=actor, text=step.text or "")
            return None
        case RepAct.GIVES_BACK:
            held = await hold_handoff(uow, handoff.id, actor=actor)
            return await give_back(uow, held.conversation, actor=actor)
        case RepAct.ACCEPTS:
            return (await accept_handoff(uow, book, handoff.id, actor=actor, reason=step.reason)).turn_id
        case RepAct.RETURNS:
            return (await return_handoff(uow, book, handoff.id, actor=actor, reason=step.reason)).turn_id
        case _:
            assert_never(step.rep)


async def _actor(uow: UnitOfWork, handoff: Handoff) -> Actor:
    reps = [rep for rep in await uow.access.reps() if rep.active]
    rep = next((rep for rep in reps if rep.id == handoff.owner), reps[0])
    return Actor(ActorKind.REP, rep.id, rep.name)
