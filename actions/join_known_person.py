"""An anonymous visitor names an address we know: their conversation joins that person, write-only.

What they said is added to the known person's open lead. Nothing of that person's record becomes visible in the
conversation, because a typed address proves nothing (`Conversation.verified` stays as it was).
"""

from dataclasses import replace

from leads.conversation import Conversation
from leads.lead import Lead
from leads.signal import ActorKind
from leads.stage import Outcome, StageChange, WorkStatus
from store.unit import UnitOfWork


async def join_known_person(uow: UnitOfWork, conversation: Conversation, email: str) -> Conversation:
    """Move the conversation to the person of this address, if there is another one; returns it as it now stands."""
    known = await uow.people.by_email(email)
    if known is None or known.id == conversation.person_id:
        return conversation
    current = await uow.people.get(conversation.person_id)
    if current.email:  # somebody with an address of their own has typed another: two people, never merged by a word
        return conversation
    visiting = await uow.leads.get(conversation.lead_id, lock=True)
    home = await uow.leads.open_of(known.id)
    if home is None:
        cycle = await uow.leads.cycles_of(known.id) + 1
        await uow.leads.save(replace(visiting, person_id=known.id, cycle_no=cycle, updated_at=uow.now))
        home = visiting
    else:
        await _merge(uow, visiting, home)
    await uow.people.merge_into(conversation.person_id, known.id)
    moved = replace(conversation, person_id=known.id, lead_id=home.id)
    await uow.conversations.save(moved)
    return moved


async def _merge(uow: UnitOfWork, visiting: Lead, home: Lead) -> None:
    """Everything of the visiting lead becomes the home lead's; the visiting one stays as a tombstone."""
    await uow.leads.move_everything(visiting.id, home.id)
    closed = replace(visiting.standing, outcome=Outcome.MERGED, status=WorkStatus.CLOSED)
    await uow.leads.save(replace(visiting, standing=closed, updated_at=uow.now))
    change = StageChange(visiting.standing.stage, visiting.standing.stage, ActorKind.SYSTEM, f"merged into {home.id}")
    await uow.leads.record_stage(visiting.id, change, id=uow.new_id("stg"), at=uow.now)
