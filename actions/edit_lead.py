"""A person corrects what is known of a lead: status, person, company, answers, a date; and confirms what it said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from actions.attach_company import company_called
from actions.current_routing import routing_rules
from actions.move_lead import move_lead
from actions.read_colleagues import read_colleagues
from actions.read_contact import phone_number
from actions.rescore_lead import rescore_lead
from actions.run_clocks import pause_clocks, resume_clocks
from leads.actor import Actor
from leads.bant import AssertedBy, Claim, Factor, FactorStatus, assess
from leads.evidence import Evidence
from leads.hours import zone_of
from leads.identity import LeadId, MessageId
from leads.later import morning_of
from leads.lead import Lead, Person
from leads.moves import legal_moves, mover_of
from leads.refusal import NoEvidence, StageClosed, ValueMissing, VersionStale
from leads.seniority import with_title
from leads.signal import Property
from leads.stage import Outcome, WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork

BY_HAND = frozenset(
    {WorkStatus.NEW, WorkStatus.ASSIGNED, WorkStatus.ATTEMPTING, WorkStatus.ENGAGED, WorkStatus.ON_HOLD}
)
"""Work statuses a person sets; the others follow from what happens."""
_OF_PERSON = frozenset({"name", "title", "phone", "language", "tz", "country", "region", "seniority", "department"})
_OF_COMPANY = frozenset(
    {"name", "domain", "size_band", "industry", "region", "country", "employees", "revenue_band", "account_type"}
)


@dataclass(frozen=True, slots=True)
class LeadEdit:
    """What to change. In the mappings a key that is missing is left as it is, and None takes a value away.

    `rest_until` with `set_date` is the date to come back on (None: on no date). `confirmed` are factors of BANT
    that the lead stated and the person has checked. `seen` is the version the caller read (see `version_of`).
    """

    status: WorkStatus | None = None
    person: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    company: Mapping[str, str | int | None] = field(default_factory=lambda: MappingProxyType({}))
    fields: Mapping[str, Property] = field(default_factory=lambda: MappingProxyType({}))
    set_date: bool = False
    rest_until: date | None = None
    confirmed: Sequence[Factor] = ()
    seen: str | None = None


def version_of(lead: Lead) -> str:
    """Which state of a lead a caller has seen; another one after every change."""
    return f"{lead.updated_at.timestamp():.6f}"


async def edit_lead(uow: UnitOfWork, book: Playbook, lead_id: LeadId, edit: LeadEdit, *, actor: Actor) -> Lead:
    """The lead as it now is, scored again. Raises StageClosed (a closed lead is read-only), VersionStale, ValueMissing,
    ContactInvalid, NoEvidence (a factor nobody stated cannot be confirmed).
    """
    person = await uow.people.hold_of_lead(lead_id)
    lead = await uow.leads.get(lead_id, lock=True)
    _check(lead, edit, actor)
    await _edit_person(uow, book, person, edit)
    lead = await _edit_company(uow, lead, edit)
    fields = {key: value for key, value in {**lead.fields, **edit.fields}.items() if value is not None}
    lead = replace(lead, fields=MappingProxyType(fields))
    if edit.set_date:
        at = morning_of(edit.rest_until, now=uow.now) if edit.rest_until else None
        lead = replace(lead, follow_up_on=at)
    standing = replace(lead.standing, status=edit.status or lead.standing.status)
    if edit.status is not None and lead.standing.status is WorkStatus.NURTURE:
        lead, standing = replace(lead, track=None), replace(standing, reason=None)
        await uow.wishes.drop_waiting_of(lead.id)
    rested = lead.standing.status is WorkStatus.ON_HOLD
    await move_lead(uow, lead, standing, actor=actor, why="edited")
    if rested is not (standing.status is WorkStatus.ON_HOLD):
        await (_go_on(uow, book, lead.id) if rested else pause_clocks(uow, lead.id))
    await _confirm(uow, lead, edit.confirmed)
    await uow.note_act(actor, "lead.edited", "lead", lead.id, fields=", ".join(_named(edit)))
    return await rescore_lead(uow, book, lead.id, why="edited")


async def _go_on(uow: UnitOfWork, book: Playbook, lead_id: LeadId) -> None:
    rules, team = await routing_rules(uow, book), await read_colleagues(uow, book)
    await resume_clocks(uow, team, rules.sla, lead_id)


def _check(lead: Lead, edit: LeadEdit, actor: Actor) -> None:
    if edit.seen is not None and edit.seen != version_of(lead):
        raise VersionStale("This lead has changed since it was read. Read it again, and decide anew.")
    if lead.standing.outcome is not Outcome.OPEN:
        raise StageClosed(
            f"This lead is closed ({lead.standing.outcome.value}), so it can only be read.",
            legal_moves=legal_moves(lead.standing, mover_of(actor)),
        )
    if edit.status is not None and edit.status not in BY_HAND:
        allowed = ", ".join(sorted(status.value for status in BY_HAND))
        raise ValueMissing(f"The status {edit.status.value} follows from what happens. To be set: {allowed}.")


def _named(edit: LeadEdit) -> list[str]:
    """What was changed, by name only: the audit keeps no contents."""
    named = [f"person.{key}" for key in edit.person] + [f"company.{key}" for key in edit.company]
    named += [f"fields.{key}" for key in edit.fields] + [f"bant.{factor.value}" for factor in edit.confirmed]
    return sorted(named + ["status"] * (edit.status is not None) + ["follow_up_on"] * edit.set_date)


async def _edit_person(uow: UnitOfWork, book: Playbook, person: Person, edit: LeadEdit) -> None:
    if not edit.person:
        return
    told: dict[str, Any] = {key: _line(value) for key, value in edit.person.items() if key in _OF_PERSON}
    if told.get("phone"):
        region = told.get("country") or person.country or book.company.region
        told["phone"] = phone_number(told["phone"], region=region)
    if told.get("title"):
        person = with_title(person, told["title"])
    if zone := told.get("tz"):
        try:
            told["tz"] = zone_of(zone).key
        except ValueError as error:
            raise ValueMissing(
                f"There is no time zone {zone[:64]!r}; give an IANA zone such as Europe/Berlin."
            ) from error
    if "tz" in told:
        told["zone"] = told.pop("tz")
    await uow.people.save(replace(person, **told))


async def _edit_company(uow: UnitOfWork, lead: Lead, edit: LeadEdit) -> Lead:
    if not edit.company:
        return lead
    told: dict[str, Any] = {
        key: _line(value) if isinstance(value, str) else value
        for key, value in edit.company.items()
        if key in _OF_COMPANY
    }
    company = await uow.people.company(lead.company_id, lock=True)
    if company is None:
        if not told.get("name"):
            raise ValueMissing("Give the company's name first.")
        found = await company_called(uow, str(told["name"]), told.get("domain"))
        company = await uow.people.company(found.id, lock=True) or found
    if "name" in told and not told["name"]:
        raise ValueMissing("A company needs a name.")
    await uow.people.save_company(replace(company, **told))
    return replace(lead, company_id=company.id)


def _line(text: str | None) -> str | None:
    return " ".join(text.split())[:200] or None if text else None


async def _confirm(uow: UnitOfWork, lead: Lead, factors: Sequence[Factor]) -> None:
    """The lead's own words stand behind a confirmation; the rep only vouches that they were understood."""
    bant = assess(await uow.ledger.claims(lead.id))
    for factor in factors:
        view = bant[factor]
        if not view.known or view.value is None or not view.evidence:
            raise NoEvidence(f"The lead has said nothing about its {factor.value} that could be confirmed.")
        heard = view.evidence[-1]
        evidence = Evidence(MessageId(uow.new_id("cnf")), heard.quote, heard.at)
        claim = Claim(factor, view.value, FactorStatus.STATED, evidence, AssertedBy.REP, uow.now)
        await uow.ledger.add_claim(lead.id, claim, id=uow.new_id("clm"))
