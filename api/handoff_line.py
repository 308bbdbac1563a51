"""The line of a live conversation: a rep joins, leaves, and is seen typing."""

from actions.claim_handoff import hold_handoff
from actions.take_over import give_back, take_line
from api.desk import Desk
from api.handoff_shapes import TookOver
from api.handoff_views import on_the_line
from api.lead_views import read_team
from leads.actor import Actor
from leads.conversation import AuthorKind, Speaker, speaker
from leads.handoff import LINE_LEASE
from leads.identity import HandoffId
from leads.refusal import NotOnTheLine
from store.live import Ephemeral


async def join(desk: Desk, handoff_id: HandoffId, actor: Actor) -> TookOver:
    """Put the rep on the line, and end at once what the agent is saying here."""
    async with desk.workspace.unit() as uow:
        held = await hold_handoff(uow, handoff_id, actor=actor)
        conversation = await take_line(uow, held.conversation, actor=actor)
        line = on_the_line(uow, conversation, await read_team(uow))
    await desk.answers.drop(conversation.id)
    return TookOver(handoff_id, line, held.handoff.lease_until)


async def leave_line(desk: Desk, handoff_id: HandoffId, actor: Actor) -> TookOver:
    """Give the line back, and have the agent answer what was left open."""
    async with desk.workspace.unit() as uow:
        held = await hold_handoff(uow, handoff_id, actor=actor)
        owed = await give_back(uow, held.conversation, actor=actor)
    if owed is not None:
        desk.answers.begin(held.conversation.id, owed)
    return TookOver(handoff_id, None, held.handoff.lease_until)


async def typing_by_rep(desk: Desk, handoff_id: HandoffId, actor: Actor) -> None:
    """Tell the visitor's screen. The line is held longer when half of its time is gone. Raises NotOnTheLine."""
    async with desk.workspace.reading() as uow:
        handoff = await uow.handoffs.get(handoff_id)
        conversation = await uow.conversations.get(handoff.conversation_id)
        here = speaker(conversation, uow.now) is Speaker.REP and conversation.rep_id == actor.id
        left = conversation.rep_until - uow.now if conversation.rep_until else LINE_LEASE
    if not here:
        raise NotOnTheLine("Take the conversation over first; nobody sees you type.")
    author = {"kind": AuthorKind.REP.value, "name": actor.name}
    desk.workspace.live.tell(conversation.id, Ephemeral("typing", {"author": author}))
    if left < LINE_LEASE / 2:
        async with desk.workspace.unit() as uow:
            held = await hold_handoff(uow, handoff_id, actor=actor)
            await take_line(uow, held.conversation, actor=actor)
