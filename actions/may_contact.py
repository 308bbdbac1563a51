"""May we write to this person, for this purpose? The first stone of the send gate, with its reason.

Ask in the very transaction that marks a message as being sent (domain.md §1.4 rule 6): a verdict of an earlier one is
worth nothing, because people say no in between.
"""

from actions.suppress import points_of
from leads.consent import ConsentChannel, Purpose, is_refused, standing_yes
from leads.lead import Lead, Person
from leads.stage import ReasonCode
from leads.suppression import Suppression, Verdict, VerdictCode, strongest
from store.unit import UnitOfWork


async def may_contact(
    uow: UnitOfWork,
    person: Person,
    purpose: Purpose,
    *,
    channel: ConsentChannel = ConsentChannel.EMAIL,
    lead: Lead | None = None,
    sequence: str | None = None,
) -> Verdict:
    """The verdict, read from what is stored now: erasure, test, suppression, the person's words, in this order.

    `lead` is the cycle it is about, `sequence` the sequence whose step it is. Marketing needs a yes; what somebody
    asked for needs none, unless they said no to it.
    """
    no = await _barred(uow, person, channel, lead)
    if no is not None:
        return no
    blocking = await _suppressed(uow, person, purpose, sequence)
    if blocking is not None:
        why = f"The address is on the suppression list: {blocking.reason.value}, {blocking.scope.value}."
        return Verdict(False, VerdictCode.SUPPRESSED, why, suppression=blocking)
    return await _by_their_words(uow, person, purpose, channel)


async def _barred(uow: UnitOfWork, person: Person, channel: ConsentChannel, lead: Lead | None) -> Verdict | None:
    """What speaks against any contact at all."""
    if await uow.privacy.erased_at(person.id) is not None:
        return Verdict(False, VerdictCode.ERASED, "The person was erased.")
    reachable = {ConsentChannel.EMAIL: person.email, ConsentChannel.PHONE: person.phone}.get(channel, person.id)
    if not reachable:
        return Verdict(False, VerdictCode.NO_ADDRESS, f"There is no way to reach them by {channel.value}.")
    cycles = [lead] if lead else []
    if any(cycle.is_test for cycle in cycles):
        return Verdict(False, VerdictCode.TEST, "The lead is a test.")
    if ReasonCode.DO_NOT_CONTACT in {*(c.standing.reason for c in cycles), *await uow.leads.reasons_of(person.id)}:
        return Verdict(False, VerdictCode.DO_NOT_CONTACT, "They are marked as not to be contacted.")
    return None


async def _suppressed(uow: UnitOfWork, person: Person, purpose: Purpose, sequence: str | None) -> Suppression | None:
    emails, phones = await points_of(uow, person)
    found = await uow.suppressions.all_of(emails, phones)
    return strongest([entry for entry in found if entry.blocks(purpose, sequence=sequence)])


async def _by_their_words(uow: UnitOfWork, person: Person, purpose: Purpose, channel: ConsentChannel) -> Verdict:
    words = await uow.ledger.consents(person.id)
    if is_refused(words, purpose, channel=channel):
        return Verdict(False, VerdictCode.REFUSED, f"They said no to {purpose.value}.")
    yes = standing_yes(words, purpose, now=uow.now, channel=channel)
    if yes is not None:
        basis = yes.basis.value.replace("_", " ")
        return Verdict(True, VerdictCode.CONSENT, f"There is a yes ({basis}) of {yes.at:%Y-%m-%d}.", consent=yes)
    if purpose is Purpose.MARKETING:
        return Verdict(False, VerdictCode.NO_CONSENT, "They have not agreed to marketing, or their yes has run out.")
    return Verdict(True, VerdictCode.ASKED, "It is an answer to what they asked for.")
