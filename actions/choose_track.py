"""Which nurture track a lead goes on: decided by the playbook's rules, kept with why, left for sequences to enrol."""

from dataclasses import replace

from actions.add_task import add_task
from actions.may_contact import may_contact
from actions.move_lead import move_lead
from leads.actor import BY_RULE
from leads.bant import assess
from leads.condition import Facts
from leads.consent import Purpose
from leads.lead import Lead, attributes
from leads.nurture import Occasion, TrackChoice, may_be_nurtured, track_for
from leads.stage import Stage, WorkStatus
from leads.suppression import VerdictCode
from playbook.book import Playbook
from store.unit import UnitOfWork
from store.wishes import Wish

_MAY_COME = frozenset({VerdictCode.NO_CONSENT, VerdictCode.NO_ADDRESS})


async def choose_track(uow: UnitOfWork, book: Playbook, lead: Lead, *, occasion: Occasion) -> Lead:
    """The lead on its track. Nobody is wished onto one who is closed, a test, or does not want to be written to.

    A lead that sales has accepted gets the rule's task alone: mails of marketing would cross the rep's own.
    """
    if not may_be_nurtured(lead.standing) or lead.is_test:
        return lead
    choice = track_for(await facts_of(uow, lead), book.nurture, occasion)
    if choice is None:
        return lead
    await _add_task(uow, lead, choice)
    accepted = lead.standing.stage.rank >= Stage.SAL.rank and occasion is Occasion.ACTIVITY
    if accepted or not await _may_be_written_to(uow, lead):
        return lead
    wish = Wish(
        uow.new_id("wish"), lead.id, lead.cycle_no, choice.track, choice.sequence, choice.rule, choice.why, uow.now
    )
    await uow.wishes.add(wish)
    rests = occasion is not Occasion.ACTIVITY
    standing = replace(lead.standing, status=WorkStatus.NURTURE) if rests else lead.standing
    why = f"{choice.track}: {choice.why}"[:200]
    return await move_lead(uow, replace(lead, track=choice.track), standing, actor=BY_RULE, why=why)


async def _add_task(uow: UnitOfWork, lead: Lead, choice: TrackChoice) -> None:
    if choice.task is not None:
        due = uow.now + choice.task.due
        key = f"track:{choice.rule}:{lead.id}"
        await add_task(uow, lead, kind=choice.task.kind, title=choice.task.title, due_at=due, actor=BY_RULE, key=key)


async def _may_be_written_to(uow: UnitOfWork, lead: Lead) -> bool:
    """Whether a wish makes sense at all; whether a mail may leave is the send gate's word.

    A yes, or an address, may still come; a no, a suppressed address or an erasure says that there is nothing to wish.
    """
    verdict = await may_contact(uow, await uow.people.get(lead.person_id), Purpose.MARKETING, lead=lead)
    return verdict.allowed or verdict.code in _MAY_COME


async def facts_of(uow: UnitOfWork, lead: Lead) -> Facts:
    """Everything rules may ask about a lead, as of now."""
    person = await uow.people.get(lead.person_id)
    company = await uow.people.company(lead.company_id)
    bant = assess(await uow.ledger.claims(lead.id))
    return Facts(attributes(lead, person, company), await uow.ledger.activities(lead.id), bant, uow.now)
