"""What a batch holds in memory: rows that were fetched, and rows that wait to be written."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from leads.bant import Claim
from leads.consent import ConsentEvent
from leads.contact_point import ContactPoint, PointKind
from leads.identity import PersonId
from leads.lead import Company, Lead, Person
from leads.signal import Activity
from leads.stage import Outcome
from leads.suppression import Suppression

Rows = dict[Table, list[dict[str, Any]]]


@dataclass(slots=True)
class Memory:
    """Look-ups are complete for what was asked: None says that there is nothing, a missing key that nobody looked."""

    people: dict[str, Person] = field(default_factory=dict)
    email_keys: dict[str, str | None] = field(default_factory=dict)
    erased: dict[str, datetime | None] = field(default_factory=dict)
    emails: dict[str, str | None] = field(default_factory=dict)
    desks: dict[str, list[str]] = field(default_factory=dict)
    points: dict[str, dict[str, ContactPoint]] = field(default_factory=dict)
    point_owners: dict[str, str] = field(default_factory=dict)
    suppressed: dict[str, list[Suppression]] = field(default_factory=dict)
    external: dict[tuple[str, str], str | None] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    domains: dict[str, str | None] = field(default_factory=dict)
    names: dict[str, str | None] = field(default_factory=dict)
    leads: dict[str, Lead] = field(default_factory=dict)
    leads_of: dict[str, list[str]] = field(default_factory=dict)
    activities: dict[str, list[Activity]] = field(default_factory=dict)
    claims: dict[str, list[Claim]] = field(default_factory=dict)
    words: dict[str, list[ConsentEvent]] = field(default_factory=dict)
    asked_keys: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    asks: set[str] = field(default_factory=set)
    wished: set[tuple[str, int, str]] = field(default_factory=set)
    new_people: dict[str, None] = field(default_factory=dict)
    old_people: dict[str, None] = field(default_factory=dict)
    new_points: dict[str, None] = field(default_factory=dict)
    old_points: dict[str, None] = field(default_factory=dict)
    gone_points: dict[str, None] = field(default_factory=dict)
    new_companies: dict[str, None] = field(default_factory=dict)
    old_companies: dict[str, None] = field(default_factory=dict)
    new_leads: dict[str, None] = field(default_factory=dict)
    old_leads: dict[str, None] = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)
    waiting: bool = False

    def hold_person(self, person: Person, email_key: str | None, *, new: bool) -> None:
        """Hold a person that is to be written, with the key of their address. Of a new one nothing else is stored."""
        self.waiting = True
        self.people[person.id] = person
        self.email_keys[person.id] = email_key
        self._mark(person.id, self.new_people, self.old_people, new=new)
        if new:
            self.leads_of[person.id], self.points[person.id], self.erased[person.id] = [], {}, None
            self.words[person.id] = []

    def hold_point(self, point: ContactPoint, *, new: bool) -> None:
        """Hold a contact point that is to be written, and remember whom it leads to."""
        self.waiting = True
        self.points[point.person_id][point.id] = point
        self.point_owners[point.id] = point.person_id
        self._mark(point.id, self.new_points, self.old_points, new=new)
        if point.kind is PointKind.EMAIL and point.normalised in self.emails:
            self.emails[point.normalised] = point.person_id
        desk = self.desks.get(point.normalised) if point.kind is PointKind.ROLE_EMAIL else None
        if desk is not None and point.person_id not in desk:
            desk.append(point.person_id)

    def drop_point(self, id: str) -> None:
        """A contact point goes; nobody knows from memory any more whom its address leads to."""
        self.waiting = True
        point = self.points[self.point_owners.pop(id)].pop(id)
        self.old_points.pop(id, None)
        if self.new_points.pop(id, id) == id:
            self.gone_points[id] = None
        self.emails.pop(point.normalised, None)
        self.desks.pop(point.normalised, None)

    def hold_company(self, company: Company, name_key: str, *, new: bool | None = None) -> None:
        """Hold a company; with `new` given it is to be written. The first one of a domain or name is the one found."""
        self.companies[company.id] = company
        if company.domain and self.domains.get(company.domain) is None:
            self.domains[company.domain] = company.id
        if self.names.get(name_key) is None:
            self.names[name_key] = company.id
        if new is not None:
            self.waiting = True
            self._mark(company.id, self.new_companies, self.old_companies, new=new)

    def hold_lead(self, lead: Lead, *, new: bool | None = None) -> None:
        """Hold a lead; with `new` given it is to be written. The ledger of a new one is empty."""
        self.leads[lead.id] = lead
        cycles = self.leads_of.get(lead.person_id)
        if cycles is not None and lead.id not in cycles:
            cycles.append(lead.id)
        if new is None:
            return
        self.waiting = True
        self._mark(lead.id, self.new_leads, self.old_leads, new=new)
        if new:
            self.activities[lead.id], self.claims[lead.id] = [], []

    def open_lead(self, person_id: PersonId) -> Lead | None:
        """The person's open cycle, of those in memory."""
        cycles = [self.leads[id] for id in self.leads_of[person_id]]
        return next((lead for lead in cycles if lead.standing.outcome is Outcome.OPEN), None)

    def latest_lead(self, person_id: PersonId) -> Lead | None:
        """The person's newest cycle, of those in memory, tombstones left out."""
        cycles = [self.leads[id] for id in self.leads_of[person_id]]
        standing = [lead for lead in cycles if lead.standing.outcome is not Outcome.MERGED]
        return max(standing, key=lambda lead: (lead.cycle_no, lead.id), default=None)

    def put(self, table: Table, row: dict[str, Any]) -> None:
        """Let a row wait."""
        self.waiting = True
        self.rows.setdefault(table, []).append(row)

    def take_rows(self) -> Rows:
        """The rows that wait, by table."""
        taken, self.rows = self.rows, {}
        return taken

    def written(self) -> None:
        """Everything that waited is in the database now."""
        for marks in (self.new_people, self.old_people, self.new_companies, self.old_companies):
            marks.clear()
        for marks in (self.new_points, self.old_points, self.gone_points):
            marks.clear()
        self.wished.clear()
        self.new_leads.clear()
        self.old_leads.clear()

    def forget(self) -> None:
        """Hold nothing any more. Nothing may wait."""
        for held in _held(self):
            held.clear()

    @staticmethod
    def _mark(id: str, fresh: dict[str, None], known: dict[str, None], *, new: bool) -> None:
        if new:
            fresh[id] = None
        elif id not in fresh:
            known[id] = None


def _held(memory: Memory) -> tuple[dict[Any, Any] | set[str], ...]:
    found: tuple[dict[Any, Any], ...] = (memory.people, memory.emails, memory.external, memory.companies)
    found += (memory.domains, memory.names, memory.leads, memory.leads_of, memory.activities, memory.claims)
    found += (memory.words, memory.email_keys, memory.erased, memory.desks, memory.points, memory.point_owners)
    return (*found, memory.suppressed, memory.asked_keys, memory.keys, memory.asks)
