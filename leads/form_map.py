"""What the answers of a form mean: by the form's own map, then by what fields are called, then by what a value is.

A form fills the places named here and `lead.fields`, and nothing else: owner, stage, score, suppression and somebody
else's consent have no name a form could use, whatever a field is called.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from math import isfinite
from types import MappingProxyType

from leads.form import PART, WHOLE, Answer, ConsentRule, FormDefinition, Reading, Tick
from leads.form_labels import (
    ADDRESSES,
    HONEYPOTS,
    LABELS,
    MOST_LABEL,
    NO,
    PAGES,
    PLUMBING,
    REFERRERS,
    STARTERS,
    folded,
)
from leads.signal import Property

PLACES = (
    "email", "phone", "name", "first_name", "last_name", "company", "title", "message", "country", "language",
)  # fmt: skip
"""The named places a field may be mapped to; everything else is `fields.NAME`, or `ignore`."""
IGNORE = "ignore"
OWN = "fields."
MOST_FIELDS = 60
MOST_NAME = 80
MOST_VALUE = 4000
CAMPAIGN = frozenset("utm_source utm_medium utm_campaign utm_term utm_content gclid fbclid msclkid".split())

_EMAIL = re.compile(r"^(?:[^<>@\s]{0,80}\s){0,4}<?[^\s@<>()\",;:]{1,64}@[^\s@<>()\",;:]+\.[^\s@<>()\",;:.]{2,}\.?>?$")
_PHONE = re.compile(r"^\(?(?:\+|00)[\d\s()./-]{7,24}$")
_EXACT = 2**53
"""Numbers beyond this change in programs that read JSON as JavaScript does."""


class How(StrEnum):
    """Why a field went where it did."""

    MAP = "map"
    LABEL = "label"
    TYPE = "type"
    CONSENT = "consent"
    OWN = "own"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Step:
    """Where one field went, for the person who sets the form up."""

    field: str
    to: str
    how: How


@dataclass(frozen=True, slots=True)
class Meant:
    """What a submission says, in our own words. `places` are the named ones, `fields` the form's own questions."""

    places: Mapping[str, Property] = field(default_factory=lambda: MappingProxyType({}))
    fields: Mapping[str, Property] = field(default_factory=lambda: MappingProxyType({}))
    utm: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ticks: tuple[Tick, ...] = ()
    steps: tuple[Step, ...] = ()
    page: str | None = None
    referrer: str | None = None
    ip: str | None = None
    trapped: bool = False

    def text(self, place: str) -> str | None:
        """What stands in a named place, as text."""
        found = self.places.get(place)
        return str(found) if found not in (None, "") else None

    @property
    def name(self) -> str | None:
        """The whole name: as it was given, else first and last name."""
        parts = [part for part in (self.text("first_name"), self.text("last_name")) if part]
        return self.text("name") or " ".join(parts) or None


def meaning(form: FormDefinition, reading: Reading, *, at: datetime) -> Meant:
    """What a reading means on this form; `at` is when a tick counts as given."""
    sorting = _Sorting(form, reading, at)
    for answer in reading.answers:
        sorting.take(answer)
    return sorting.meant()


class _Sorting:
    """Takes the answers one by one; the first that fills a place keeps it."""

    def __init__(self, form: FormDefinition, reading: Reading, at: datetime) -> None:
        self._map = {folded(name): to for name, to in form.field_map.items()} | dict(form.field_map)
        self._consents = {folded(name): rule for name, rule in form.consent_map.items()} | dict(form.consent_map)
        self._form = form
        self._reading = reading
        self._at = at
        self._places: dict[str, Property] = {}
        self._fields: dict[str, Property] = {}
        self._utm: dict[str, str] = dict(reading.utm)
        self._ticks: list[Tick] = []
        self._steps: list[Step] = []
        self._page, self._referrer, self._ip = reading.page, reading.referrer, reading.ip
        self._trapped = False

    def take(self, answer: Answer) -> None:
        """Sort one answer in."""
        answer = replace(answer, name=clean(answer.name), label=clean(answer.label) if answer.label else None)
        rule = next((self._consents[key] for key in _keys(answer) if key in self._consents), None)
        if rule is not None:
            return self._consent(answer, rule)
        value = _kept(answer.value)
        if self._is_trap(answer):
            self._trapped = self._trapped or value not in (None, "", False)
            return self._step(answer, IGNORE, How.IGNORED)
        mapped = next((self._map[key] for key in _keys(answer) if key in self._map), None)
        if mapped is not None:
            return self._place(answer, value, mapped, How.MAP)
        if answer.kind == WHOLE:
            return None
        if answer.kind == PART and answer.name.partition(".")[0] in self._map:
            return self._step(answer, IGNORE, How.IGNORED)
        if value in (None, "") or PLUMBING.fullmatch(folded(answer.name)):
            return self._step(answer, IGNORE, How.IGNORED)
        if self._is_origin(answer, str(value)):
            return None
        place, how = self._guess(answer, value)
        return self._place(answer, value, place, how)

    def meant(self) -> Meant:
        """What all of them say; what the form says of itself goes before what was submitted."""
        for name, value in self._form.fixed.items():
            if name in PLACES:
                self._places[name] = value
            else:
                self._fields[name.removeprefix(OWN)[:MOST_NAME]] = value
        if message := self._places.get("message"):
            self._fields.setdefault("message", message)
        return Meant(
            places=MappingProxyType(self._places),
            fields=MappingProxyType(self._fields),
            utm=MappingProxyType({name: clean(value) for name, value in self._utm.items()}),
            ticks=tuple(self._ticks),
            steps=tuple(self._steps),
            page=clean(self._page) if self._page else None,
            referrer=clean(self._referrer) if self._referrer else None,
            ip=clean(self._ip) if self._ip else None,
            trapped=self._trapped,
        )

    def _is_trap(self, answer: Answer) -> bool:
        return answer.name == self._form.honeypot or folded(answer.name) in HONEYPOTS

    def _is_origin(self, answer: Answer, value: str) -> bool:
        """Where the visitor came from, rather than what they said."""
        name = folded(answer.name)
        if (tag := name.replace(" ", "_")) in CAMPAIGN:
            self._utm.setdefault(tag, value[:200])
        elif name in PAGES:
            self._page = self._page or value[:500]
        elif name in REFERRERS:
            self._referrer = self._referrer or value[:500]
        elif name in ADDRESSES:
            self._ip = self._ip or value[:64]
        else:
            return False
        self._step(answer, "origin", How.LABEL)
        return True

    def _guess(self, answer: Answer, value: Property) -> tuple[str, How]:
        """A place by label, by what the provider says the field is, by what the value looks like; else its own name."""
        for label in _labels(answer):
            place = LABELS.get(label)
            if place is not None and place not in self._places and _fits(place, value):
                return place, How.LABEL
        for place in ("email", "phone"):
            if place not in self._places and (answer.kind == place or _looks(place, value)) and _fits(place, value):
                return place, How.TYPE
        return OWN + _own_name(answer), How.OWN

    def _place(self, answer: Answer, value: Property, to: str, how: How) -> None:
        self._step(answer, to, how)
        if to == "email" and isinstance(value, str):
            value = bare_address(value)
        if to in PLACES and value not in (None, ""):
            self._places.setdefault(to, value)
        elif to.startswith(OWN) and len(self._fields) < MOST_FIELDS and value is not None:
            self._fields.setdefault(to.removeprefix(OWN)[:MOST_NAME], value)

    def _consent(self, answer: Answer, rule: ConsentRule) -> None:
        ticked = is_ticked(answer.value)
        self._step(answer, f"consent.{rule.purpose.value}" if ticked else "consent: not ticked", How.CONSENT)
        if ticked:
            self._ticks.append(Tick(rule.purpose, rule.text, rule.text_version, self._at))

    def _step(self, answer: Answer, to: str, how: How) -> None:
        self._steps.append(Step((answer.label or answer.name)[:MOST_NAME], to, how))


def is_ticked(value: Property) -> bool:
    """Whether a box was ticked. A box left empty is no word at all; some forms send its text, some a yes."""
    if value is None or isinstance(value, bool):
        return bool(value)
    words = folded(str(value)).split()
    return bool(words) and words[0] not in NO


def _kept(value: Property) -> Property:
    """The value as it is kept: trimmed text; a number that other programs would change becomes text."""
    if isinstance(value, str):
        return clean(value).strip()[:MOST_VALUE]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT:
        return str(value)[:MOST_NAME]
    return value


def clean(text: str) -> str:
    """The text without what no database keeps: NUL and halves of characters, which forms do send."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def bare_address(text: str) -> str:
    """The address in `Kim Ito <kim@example.com>`, or the text as it is."""
    inner = text.partition("<")[2].partition(">")[0]
    return (inner or text).strip().rstrip(".")


def _keys(answer: Answer) -> Iterator[str]:
    """The names a map may know a field by."""
    yield answer.name
    if answer.label:
        yield answer.label
    yield folded(answer.name)
    if answer.label:
        yield folded(answer.label)


def _labels(answer: Answer) -> Iterator[str]:
    """What a field is called, as the table of labels has it: what people read first, then its technical name."""
    for text in (answer.label, answer.name):
        if text and len(text) <= MOST_LABEL:
            label = folded(text)
            yield label
            yield folded(STARTERS.sub("", label))


def _fits(place: str, value: Property) -> bool:
    """Whether a value can stand in a place at all: a tick is no name, and an address has an @."""
    if isinstance(value, bool) or value is None:
        return False
    if place == "email":
        return isinstance(value, str) and _looks("email", value)
    if place == "phone":
        return sum(c.isdigit() for c in str(value)) >= 6
    return isinstance(value, str)


def _looks(place: str, value: Property) -> bool:
    if not isinstance(value, str) or len(value) > 320:
        return False
    return bool((_EMAIL if place == "email" else _PHONE).match(value))


def _own_name(answer: Answer) -> str:
    name = " ".join((answer.label or answer.name).split())[:MOST_NAME]
    return name or "unnamed"
