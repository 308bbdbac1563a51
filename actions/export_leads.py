"""Leads out as rows of a table: what a list shows, in the columns that an import understands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.lead import Company, Lead, Person
from leads.sheet import safe_cell
from store.leads import LeadFilter
from store.paging import Place
from store.unit import UnitOfWork

COLUMNS = (
    "lead_id email phone name title country language company company.domain company.industry company.employees "
    "company.size_band company.country company.region company.revenue_band company.account_type source campaign "
    "context created_at stage status outcome reason_code closed_at owner score grade"
).split()
MOST_FIELDS = 200
"""Columns for a form's own questions."""


@dataclass(frozen=True, slots=True)
class ExportPage:
    """Some rows, and where the next ones begin; None when these were the last."""

    rows: tuple[tuple[str, ...], ...]
    next: Place | None


async def field_names(uow: UnitOfWork, wanted: LeadFilter, *, at_once: int = 2000) -> list[str]:
    """The questions that any of these leads has an answer to, in order: each one is a column."""
    found: set[str] = set()
    after: Place | None = None
    while True:
        page = await uow.leads.page(wanted, sort="created_at", after=after, limit=at_once)
        found.update(name for lead in page for name in lead.fields)
        if len(page) < at_once:
            return sorted(found)[:MOST_FIELDS]
        after = (page[-1].created_at, page[-1].id)


async def export_leads(
    uow: UnitOfWork, wanted: LeadFilter, *, fields: Sequence[str], after: Place | None, limit: int
) -> ExportPage:
    """The next rows, oldest leads first; every cell is safe to open in a spreadsheet."""
    found = await uow.leads.page(wanted, sort="created_at", after=after, limit=limit)
    people = await uow.people.many({lead.person_id for lead in found})
    companies = await uow.people.companies({lead.company_id for lead in found if lead.company_id})
    rows = tuple(
        _row(lead, people[lead.person_id], companies.get(lead.company_id) if lead.company_id else None, fields)
        for lead in found
    )
    last = (found[-1].created_at, found[-1].id) if len(found) == limit else None
    return ExportPage(rows, last)


def header(fields: Iterable[str]) -> tuple[str, ...]:
    """The names of the columns."""
    return (*COLUMNS, *(safe_cell(f"fields.{name}") for name in fields))


def _row(lead: Lead, person: Person, company: Company | None, fields: Sequence[str]) -> tuple[str, ...]:
    firm = company or Company(id=lead.company_id, name="")  # type: ignore[arg-type] # only its blanks are read
    standing = lead.standing
    told = (
        lead.id,
        person.email,
        person.phone,
        person.name,
        person.title,
        person.country,
        person.language,
        firm.name,
        firm.domain,
        firm.industry,
        firm.employees,
        firm.size_band,
        firm.country,
        firm.region,
        firm.revenue_band,
        firm.account_type,
        lead.source,
        lead.campaign,
        lead.context,
        lead.created_at,
        standing.stage.value,
        standing.status.value,
        standing.outcome.value,
        standing.reason.value if standing.reason else None,
        lead.closed_at,
        lead.owner,
        lead.score.total,
        lead.score.grade,
    )
    return tuple(_cell(value) for value in (*told, *(lead.fields.get(name) for name in fields)))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return safe_cell(str(value))
