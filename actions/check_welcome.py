"""Whether an address may come in: a list cannot bring back whom we were asked to forget (domain.md §8 case 31)."""

from datetime import datetime

from leads.refusal import PersonErased, Suppressed
from leads.suppression import SuppressionReason
from store.unit import UnitOfWork


async def check_welcome(
    uow: UnitOfWork,
    email: str | None,
    *,
    phone: str | None = None,
    listed: bool,
    occurred_at: datetime | None = None,
) -> None:
    """Refuse an unknown address that a list names although it is suppressed, and a late report of an erased person.

    A list's number counts as its address does; elsewhere it counts where there is no address, for several share one.
    Somebody who comes back by themself is welcome. Raises Suppressed, PersonErased.
    """
    if email is not None and await uow.people.by_email(email) is not None:
        return
    emails, phones = [email] if email else [], [phone] if phone and (listed or not email) else []
    entries = [e for e in await uow.suppressions.all_of(emails, phones) if e.refuses_lists]
    if listed and entries:
        raise Suppressed("This address or number is on the suppression list, so that a list cannot bring it in.")
    erased = [e for e in entries if e.reason is SuppressionReason.ERASED]
    if occurred_at is not None and any(occurred_at <= e.at for e in erased):
        raise PersonErased("This happened before the person was erased, so that nothing of it is kept.")
