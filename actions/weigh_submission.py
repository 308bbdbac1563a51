"""What a submission amounts to: captured, held back, or nothing to capture, and why. Decides; stores nothing."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from actions.capture_lead import Capture, CaptureContext
from actions.read_contact import email_address, phone_number
from actions.read_country import country_code
from leads.form import FormDefinition, Reading, Trust, Verdict
from leads.form_map import Meant, meaning
from leads.refusal import ContactInvalid
from leads.signal import Property
from leads.spam import Velocity, suspicions
from playbook.book import Playbook

ALONE = Velocity()
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?")
OLDEST = timedelta(days=3650)
"""A submission that claims to be older has a wrong clock."""
MOST_LETTERS = 4
"""In a phone number: "ext." and no more."""
NOBODY = "There is no e-mail address and no phone number in it, so nobody could be reached."
WRONG = "The address or number in it cannot be right, so nobody could be reached."
NO_TEST_ON_REAL = "A test that bears the address of a real person, who was left alone."


@dataclass(frozen=True, slots=True)
class Weighed:
    """The decision. `capture` is what there is to capture, `meant` how the fields were understood."""

    verdict: Verdict
    meant: Meant
    reason: str | None = None
    capture: Capture | None = None


def weigh_submission(
    form: FormDefinition,
    reading: Reading,
    book: Playbook,
    *,
    at: datetime,
    trust: Trust,
    velocity: Velocity = ALONE,
    released: bool = False,
) -> Weighed:
    """Decide. `at` is when it was received; `released` says that a person has looked and lets it through."""
    when = _when(reading, at)
    meant = meaning(form, reading, at=when)
    if reading.unreadable is not None:
        return Weighed(Verdict.INVALID, meant, reading.unreadable)
    if reading.partial is not None:
        return Weighed(Verdict.PARTIAL, meant, reading.partial)
    told = _capture(form, meant, book, when=when, trust=trust, is_test=reading.test)
    if not (told.email or told.phone):
        return Weighed(Verdict.INVALID, meant, WRONG if meant.text("email") or meant.text("phone") else NOBODY)
    if reading.test:
        return Weighed(Verdict.TEST, meant, "The provider marked it as a test.", told)
    held = () if released else suspicions(meant, velocity)
    if held:
        return Weighed(Verdict.QUARANTINED, meant, ", ".join(held), told)
    return Weighed(Verdict.ACCEPTED, meant, None, told)


def _when(reading: Reading, at: datetime) -> datetime:
    """When it was filled in: as the provider says, unless its clock is wrong; never later than it came."""
    said = reading.occurred_at
    return at if said is None or said < at - OLDEST else min(said, at)


def _capture(
    form: FormDefinition, meant: Meant, book: Playbook, *, when: datetime, trust: Trust, is_test: bool
) -> Capture:
    told = Capture(
        source=form.source,
        name=meant.name,
        company=meant.text("company"),
        title=meant.text("title"),
        campaign=form.campaign,
        context=CaptureContext(form.context) if form.context else None,
        utm=meant.utm,
        fields=meant.fields,
        country=country_code(meant.text("country") or ""),
        language=_language(meant.text("language")),
        trust=trust,
        ticks=meant.ticks,
        occurred_at=when,
        page=meant.page,
        referrer=meant.referrer,
        ip=meant.ip,
        is_test=is_test,
    )
    return _reachable(told, meant, book)


def _reachable(told: Capture, meant: Meant, book: Playbook) -> Capture:
    """The address and the number in their normal forms; one that cannot be right is kept as it was typed."""
    odd: dict[str, Property] = {}
    email, phone = meant.text("email"), meant.text("phone")
    try:
        told = replace(told, email=email_address(email) if email else None)
    except ContactInvalid:
        odd["email as typed"] = email
    try:
        region = told.country or book.company.region
        told = replace(told, phone=_phone(meant.places.get("phone"), phone, region=region))
    except ContactInvalid:
        odd["phone as typed"] = phone
    if (country := meant.text("country")) and told.country is None:
        odd["country"] = country
    return replace(told, fields=MappingProxyType({**told.fields, **odd})) if odd else told


def _phone(value: Property, text: str | None, *, region: str) -> str | None:
    if text is None:
        return None
    if isinstance(value, int | float):
        return phone_number(int(value), region=region)
    if sum(char.isalpha() for char in text) > MOST_LETTERS:  # the library would dial them
        raise ContactInvalid("That does not look like a phone number; please give it with the country code.")
    return phone_number(text, region=region)


def _language(text: str | None) -> str | None:
    """A language tag such as `de` or `pt-BR`; a name of a language is no tag."""
    plain = (text or "").strip().replace("_", "-")
    return plain if _TAG.fullmatch(plain) else None
