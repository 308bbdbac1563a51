"""The team as routing sees it: accounts joined with what the playbook says of them, and who is on leave."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leads.hours import WeeklyHours, zone_of
from leads.identity import RepId
from leads.sla import COMPANY
from playbook.book import Playbook
from store.access import Rep
from store.assignments import Absence
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the team. `hours` are those of the playbook (else the company's), without leave; `leave` is theirs."""

    rep: Rep
    hours: WeeklyHours
    languages: tuple[str, ...]
    leave: Absence | None = None

    @property
    def id(self) -> RepId:
        """Their id."""
        return self.rep.id

    @property
    def working_hours(self) -> WeeklyHours:
        """Their hours with their leave taken out."""
        if self.leave is None:
            return self.hours
        return replace(self.hours, days_off=(*self.hours.days_off, self.leave.days))

    def away(self, now: datetime) -> bool:
        """Whether they are on leave today, in their own zone; also on days off that the playbook lists."""
        return self.days_left(now) > 0

    def days_left(self, now: datetime) -> int:
        """How many days of leave are left, today included; 0 for somebody who is there."""
        today = now.astimezone(zone_of(self.hours.zone)).date()
        spans = [*self.hours.days_off, *([self.leave.days] if self.leave else [])]
        return max(((days.last - today).days + 1 for days in spans if today in days), default=0)


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The team, by id and by address; those who left are not in it."""

    by_id: Mapping[RepId, Colleague]
    company_hours: WeeklyHours
    now: datetime

    def by_email(self, email: str) -> Colleague | None:
        """The one with this address."""
        wanted = email.strip().lower()
        return next((c for c in self.by_id.values() if c.rep.email == wanted), None)

    def stands_in(self, rep: RepId | None, *, delegate_after: timedelta) -> RepId | None:
        """Who answers for a rep now: they themselves unless they left or are away for longer, then their delegate.

        None when neither of them is there.
        """
        colleague = self.by_id.get(rep) if rep else None
        if colleague is not None and colleague.days_left(self.now) <= delegate_after.days:
            return colleague.id
        delegate = colleague.leave.delegate if colleague and colleague.leave else None
        there = self.by_id.get(delegate) if delegate else None
        return there.id if there is not None and not there.away(self.now) else None

    def calendar(self, rep: RepId | None) -> str:
        """The name of the hours that count for promises of this rep, or of a queue for None."""
        return self.by_id[rep].rep.email if rep is not None and rep in self.by_id else COMPANY

    def hours_of(self, calendar: str) -> WeeklyHours:
        """The hours a clock's calendar names; those of somebody who left are the company's."""
        colleague = None if calendar == COMPANY else self.by_email(calendar)
        return colleague.hours if colleague else self.company_hours


async def read_colleagues(uow: UnitOfWork, book: Playbook) -> Colleagues:
    """The active team as of now."""
    profiles = {profile.email.lower(): profile for profile in book.reps}
    leave = await uow.assignments.absences()
    found: dict[RepId, Colleague] = {}
    for rep in await uow.access.reps():
        profile = profiles.get(rep.email)
        hours = profile.hours if profile else book.company.hours
        languages = profile.languages if profile else book.company.languages
        found[rep.id] = Colleague(rep, hours, languages, leave.get(rep.id))
    return Colleagues(found, book.company.hours, uow.now)
