"""Make the database agree with the playbook: the team's accounts exist, and its rules are the base of all versions."""

from actions.publish_rules import keep_bases
from leads.identity import RepId
from playbook.book import Playbook
from store.access import Rep
from store.unit import UnitOfWork


async def install_playbook(uow: UnitOfWork, book: Playbook) -> list[Rep]:
    """Give every rep of the playbook an account (without a password until `opener rep add` sets one)."""
    for profile in book.reps:
        known = await uow.access.rep_by_email(profile.email)
        if known is None:
            rep = Rep(RepId(uow.new_id("rep")), profile.email, profile.name, active=True)
            await uow.access.save_rep(rep, at=uow.now)
    await keep_bases(uow, book)
    return await uow.access.reps()
