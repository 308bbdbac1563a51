"""Bring the sums that reports add up to date."""

from store.unit import UnitOfWork


async def refresh_reports(uow: UnitOfWork, *, most_days: int = 30) -> bool:
    """Count the days again whose leads have changed, a few at a time; whether more is waiting."""
    return await uow.reports.refresh(most_days=most_days)
