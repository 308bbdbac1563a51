"""Bring the sums that reports add up to date."""

from leads.hours import WeeklyHours
from store.reports import FEW_DAYS
from store.unit import UnitOfWork


async def refresh_reports(uow: UnitOfWork, hours: WeeklyHours, *, most_days: int = FEW_DAYS) -> bool:
    """Count the days again whose leads have changed, a few at a time; whether more is waiting.

    When the company's hours have changed, every day is counted again, for waits are told in working time.
    """
    return await uow.reports.refresh(hours, most_days=most_days)
