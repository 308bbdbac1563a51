"""Put two people side by side: what is known of each, folded, and the measures by which strings are alike."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from rapidfuzz.distance import OSA, JaroWinkler

from leads.contact_point import ContactPoint, PointKind
from leads.duplicate import Measures, Profile
from leads.identity import company_key, domain_of, is_free_mail, name_key
from leads.lead import Person
from leads.signal import Property

MEASURES = Measures(alike=JaroWinkler.similarity, edits=OSA.distance)
_LONGEST_FACT = 80  # a message is no fact about somebody
_MOST_FACTS = 20


def profile_of(
    person: Person,
    points: Sequence[ContactPoint] = (),
    *,
    company: str | None = None,
    fields: Mapping[str, Property] = MappingProxyType({}),
) -> Profile:
    """What is compared of a person. A role address and a mailbox provider's domain say nothing about who it is."""
    emails = frozenset(p.normalised for p in points if p.kind is PointKind.EMAIL)
    work = [p.normalised for p in points if p.kind in {PointKind.EMAIL, PointKind.ROLE_EMAIL}]
    phones = {p.normalised for p in points if p.kind is PointKind.PHONE} | ({person.phone} if person.phone else set())
    return Profile(
        id=person.id,
        name=tuple(name_key(person.name).split()) if person.name else (),
        phones=frozenset(phones),
        emails=emails,
        company=company_key(company) if company else None,
        domains=frozenset(domain_of(address) for address in work if not is_free_mail(address)),
        title=name_key(person.title) if person.title else None,
        country=person.country,
        facts=_facts(fields),
    )


def _facts(fields: Mapping[str, Property]) -> Mapping[str, str]:
    told = ((key, value) for key, value in fields.items() if value is not None and not isinstance(value, bool))
    folded = ((key, name_key(str(value))) for key, value in told if len(str(value)) <= _LONGEST_FACT)
    return MappingProxyType(dict([(key, value) for key, value in folded if value][:_MOST_FACTS]))
