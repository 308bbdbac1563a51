"""Make the database agree with the playbook: the team's accounts, the base of its rules, the texts people agree to."""

from actions.publish_rules import keep_bases
from leads.consent import Purpose
from leads.identity import RepId
from playbook.book import Playbook
from store.access import Rep
from store.privacy import ConsentWording
from store.unit import UnitOfWork


async def install_playbook(uow: UnitOfWork, book: Playbook) -> list[Rep]:
    """Give every rep of the playbook an account (without a password until `opener rep add` sets one)."""
    for profile in book.reps:
        known = await uow.access.rep_by_email(profile.email)
        if known is None:
            rep = Rep(RepId(uow.new_id("rep")), profile.email, profile.name, active=True)
            await uow.access.add_rep(rep, at=uow.now)
    await keep_bases(uow, book)
    await _keep_wordings(uow, book)
    return await uow.access.reps()


async def _keep_wordings(uow: UnitOfWork, book: Playbook) -> None:
    """What people agree to from now on, so that each of their words can be proved with its text."""
    company = book.company
    for purpose, shown in ((Purpose.CHAT, company.chat_consent), (Purpose.MARKETING, company.marketing_consent)):
        language = company.languages[0] if company.languages else "en"
        wording = ConsentWording(purpose.value, shown.version, language, shown.text, uow.now)
        await uow.privacy.keep_wording(wording, id=uow.new_id("txt"))
