"""What rules of routing may ask about a lead: everything scoring may, and the score, the territory, the request."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leads.bant import Bant, Factor
from leads.condition import Facts
from leads.handoff import HandoffReason
from leads.lead import Company, Lead, Person, attributes
from leads.route import RouteRules
from leads.signal import Activity, Property

ROUTE_ATTRIBUTES = frozenset(
    {
        "territory",
        "status",
        "cycle",
        "score.total",
        "score.fit",
        "score.engagement",
        "score.grade",
        "handoff.reason",
        *(f"bant.{factor.value}" for factor in Factor),
    }
)
"""Attributes that only routing knows: a score cannot ask for itself."""

_POSTAL = ("postal_code", "postcode", "zip", "zip_code", "plz")


def route_facts(
    lead: Lead,
    person: Person,
    company: Company | None,
    *,
    activities: Sequence[Activity],
    bant: Bant,
    reason: HandoffReason | None,
    rules: RouteRules,
    now: datetime,
) -> Facts:
    """The facts of one lead; `reason` is that of the request for a person that waits, if one does."""
    known = attributes(lead, person, company)
    more: dict[str, Property] = {
        "status": lead.standing.status.value,
        "cycle": lead.cycle_no,
        "score.total": lead.score.total,
        "score.fit": lead.score.fit,
        "score.engagement": lead.score.engagement,
        "score.grade": lead.score.grade,
        "handoff.reason": reason.value if reason else None,
    }
    said: dict[str, Property] = {f"bant.{f.value}": bant[f].value for f in Factor}
    return Facts(with_territory(known | more | said, rules), activities, bant, now)


def with_territory(known: Mapping[str, Property], rules: RouteRules) -> dict[str, Property]:
    """The attributes with the territory that follows from them; the person's place counts before the company's."""
    if known.get("territory"):
        return dict(known)
    country = known.get("person.country") or known.get("company.country") or known.get("fields.country")
    region = known.get("person.region") or known.get("company.region") or known.get("fields.region")
    postal = next((known[f"fields.{name}"] for name in _POSTAL if known.get(f"fields.{name}")), None)
    found = rules.territory_of(country=_text(country), region=_text(region), postal=_text(postal))
    return dict(known) | {"territory": found}


def _text(value: Property) -> str | None:
    return None if value is None else str(value)
