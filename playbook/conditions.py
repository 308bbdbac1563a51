"""Conditions of rules, checked more strictly than they are read: what could never hold is a fault, not a silent no.

`leads.condition` owns the grammar. Here every part of a condition is looked at, so that all its faults are told at
once, each with its place: unknown keys, attributes nobody fills, signals nobody defined, values an operator cannot use.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from leads.bant import Factor, FactorStatus
from leads.comparison import NEEDS_NO_VALUE, OPS
from leads.condition import (
    COUNTS,
    All,
    AnyOf,
    BadCondition,
    Condition,
    Happened,
    InSegment,
    Not,
    Segments,
    read_condition,
    read_count,
)
from leads.identity import LeadId, PersonId
from leads.lead import Lead, Person, attributes
from leads.pattern import LONGEST_PATTERN, pattern_fault
from leads.route_facts import ROUTE_ATTRIBUTES
from leads.signal import FAMILIES, SAID, is_of
from playbook.fault import nearest, one_of, shown
from playbook.schema import Names, Problem, refuse
from playbook.source import Path

CONDITION = "Condition"
"""What a condition is called in the JSON schema; `playbook.scoring_document` spells it out."""
FIELDS = "fields."
"""Attributes that begin so are what a form asked for; the form decides their names."""
DEEPEST = 8

_KEYS: Mapping[str, frozenset[str]] = {
    "all": frozenset({"all"}),
    "any": frozenset({"any"}),
    "not": frozenset({"not"}),
    "attr": frozenset({"attr", "op", "value"}),
    "event": frozenset({"event", "where", "within_days", "count"}),
    "bant": frozenset({"bant", "value"}),
    "segment": frozenset({"segment"}),
}
STATUSES = (*(status.value for status in FactorStatus), "met", "unmet")
"""What a condition may ask of a factor: its status, or whether what is known speaks for a purchase."""
_NUMBERS = frozenset({"gt", "gte", "lt", "lte"})
_LISTS = frozenset({"in", "not_in"})


@lru_cache(maxsize=1)
def known_attributes() -> frozenset[str]:
    """What a rule may ask of a lead by name, besides the fields of forms; `leads.lead.attributes` decides."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return frozenset(attributes(Lead(LeadId(""), PersonId(""), now, now), Person(PersonId(""), now), None))


def _condition(raw: Any, info: ValidationInfo) -> Condition:
    return _read(raw, Names.of(info))


def _of_routing(raw: Any, info: ValidationInfo) -> Condition:
    return _read(raw, replace(Names.of(info), more_attributes=ROUTE_ATTRIBUTES))


def _read(raw: Any, names: Names) -> Condition:
    if problems := list(_check(raw, (), names)):
        raise refuse(*problems)
    try:
        return read_condition(raw, segments=_segments(raw, names))
    except BadCondition as error:  # the grammar has the last word
        raise refuse(Problem(error.message, "a condition that can be read")) from error


def _segments(raw: Any, names: Names) -> Segments:
    """The segments a condition may name; where they cannot be read, each one stands for what never holds."""
    if names.segments is not None:
        return names.segments.readable
    return dict.fromkeys(segments_named(raw), AnyOf(()))


def segments_named(raw: Any) -> Iterator[str]:
    """The names of segments that are asked for anywhere below."""
    if isinstance(raw, Mapping):
        if isinstance(raw.get("segment"), str):
            yield raw["segment"]
        for part in raw.values():
            yield from segments_named(part)
    elif isinstance(raw, list):
        for part in raw:
            yield from segments_named(part)


When = Annotated[Condition, PlainValidator(_condition), WithJsonSchema({"title": CONDITION})]
RouteWhen = Annotated[Condition, PlainValidator(_of_routing), WithJsonSchema({"title": CONDITION})]
"""A condition of routing, which may ask for the score, the territory and what was said of BANT besides."""


def leaves(condition: Condition) -> Iterator[Condition]:
    """The parts of a condition that ask something."""
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part) | InSegment(_, part):
            yield from leaves(part)
        case _:
            yield condition


def hears(condition: Condition, signals: Iterable[str]) -> bool:
    """Whether what the model reports can make this condition true or false, be it through a wildcard."""
    events = [leaf.event for leaf in leaves(condition) if isinstance(leaf, Happened)]
    return any(is_of(SAID + signal, event) for event in events for signal in signals)


def _check(raw: Any, path: Path, names: Names) -> Iterator[Problem]:
    if len(path) > 2 * DEEPEST:
        yield Problem("the condition is nested too deeply", f"at most {DEEPEST} levels", path)
        return
    kinds = sorted(set(_KEYS) & set(raw)) if isinstance(raw, Mapping) else []
    if len(kinds) != 1:
        wrong = f"it has {' and '.join(kinds)}" if kinds else f"{shown(raw)} is not a condition"
        yield Problem(wrong, f"a mapping with exactly one of {', '.join(_KEYS)}", path)
        return
    kind = kinds[0]
    yield from _unknown_keys(raw, _KEYS[kind], path)
    if kind in {"all", "any"}:
        yield from _check_parts(raw[kind], (*path, kind), names)
    elif kind == "not":
        yield from _check(raw["not"], (*path, "not"), names)
    elif kind == "attr":
        yield from _check_name(raw["attr"], (*path, "attr"), names)
        yield from _check_comparison(raw, path)
    elif kind == "event":
        yield from _check_event(raw, path, names)
    elif kind == "segment":
        yield from _check_segment(raw["segment"], (*path, "segment"), names)
    else:
        yield from _check_bant(raw, path)


def _check_segment(name: Any, path: Path, names: Names) -> Iterator[Problem]:
    if names.segments is None or (isinstance(name, str) and name in names.segments.readable):
        return
    if name in names.segments.written:
        wrong = f"the segment {shown(name)} cannot be read: it leads back to itself, or has a fault of its own"
        yield Problem(wrong, "segments that do not name each other in a circle, at most 4 inside one another", path)
    else:
        yield Problem(f"there is no segment {shown(name)}", one_of(name, names.segments.readable), path)


def _unknown_keys(raw: Mapping[str, Any], allowed: frozenset[str], path: Path) -> Iterator[Problem]:
    for key in raw:
        if key not in allowed:
            yield Problem(f"there is no key {shown(key)} here", one_of(key, allowed), (*path, key))


def _check_parts(parts: Any, path: Path, names: Names) -> Iterator[Problem]:
    if not isinstance(parts, list) or not parts:
        yield Problem(f"{shown(parts)} is not a list of conditions", "a list with at least one condition", path)
        return
    for index, part in enumerate(parts):
        yield from _check(part, (*path, index), names)


def _check_name(name: Any, path: Path, names: Names) -> Iterator[Problem]:
    known = known_attributes() | names.more_attributes
    if not isinstance(name, str) or (name not in known and not _is_field(name)):
        wrong = f"nobody fills an attribute {shown(name)}"
        yield Problem(wrong, f"{one_of(name, known)}; or {FIELDS} and the name of a form's field", path)


def _is_field(name: str) -> bool:
    return name.startswith(FIELDS) and name.removeprefix(FIELDS).replace("_", "").replace("-", "").isalnum()


def _check_comparison(raw: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    op, value = raw.get("op", "eq"), raw.get("value")
    if not isinstance(op, str) or op not in OPS:
        yield Problem(f"{shown(op)} is no way to compare", one_of(op, OPS), (*path, "op"))
        return
    allowed = _value_fault(op, value)
    if allowed:
        wrong = f"{op} has nothing to compare with" if value is None else f"{op} cannot compare with {shown(value)}"
        yield Problem(wrong, allowed, (*path, "value"))


def _value_fault(op: str, value: Any) -> str:
    """What the operator needs, when the value is not that; empty when it is."""
    items = value if isinstance(value, list) else [value]
    if op in NEEDS_NO_VALUE:
        return "no value; leave it out" if value is not None else ""
    if op == "matches":
        fault = pattern_fault(value) if isinstance(value, str) else "it is not a text"
        return f"a regular expression of up to {LONGEST_PATTERN} characters ({fault})" if fault else ""
    if op in _NUMBERS:
        return "" if _is_number(value) else "a number"
    if op == "between":
        fits = isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]
        return "" if fits else "two numbers, [lowest, highest]"
    if not items or any(item is None or isinstance(item, list | dict) for item in items):
        return "a text, a number, true/false, or a list of these"
    if op in _LISTS and not isinstance(value, list):
        return "a list"
    if op in {"eq", "neq"} and isinstance(value, list):
        return "one value; for several use in or not_in"
    if op in {"contains", "starts_with"} and not all(isinstance(item, str) and item for item in items):
        return "a text or a list of texts"
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_event(raw: Mapping[str, Any], path: Path, names: Names) -> Iterator[Problem]:
    event, days, count, where = raw["event"], raw.get("within_days"), raw.get("count", 1), raw.get("where", [])
    if not isinstance(event, str) or not event:
        yield Problem(
            f"{shown(event)} is no type of activity",
            f"a type such as page.viewed; * stands for anything; or a family: {', '.join(FAMILIES)}",
            (*path, "event"),
        )
    elif names.signals is not None and event.startswith(SAID) and not _heard(event, names.signals):
        yield Problem(
            f"no signal is called {shown(event.removeprefix(SAID))}", _signals(event, names.signals), (*path, "event")
        )
    if days is not None and not (_is_number(days) and 0 < days <= 3660):
        yield Problem(f"{shown(days)} is not a number of days", "a number above 0, up to 3660", (*path, "within_days"))
    yield from _check_count(count, (*path, "count"))
    if not isinstance(where, list) or not all(isinstance(part, Mapping) for part in where):
        yield Problem(f"{shown(where)} is not a list of properties", "a list of {prop, op, value}", (*path, "where"))
        return
    for index, part in enumerate(where):
        yield from _check_property(part, (*path, "where", index))


def _check_count(raw: Any, path: Path) -> Iterator[Problem]:
    if isinstance(raw, Mapping):
        yield from _unknown_keys(raw, frozenset({"op", "n"}), path)
    try:
        read_count(raw, "")
    except BadCondition:
        ways = ", ".join(COUNTS)
        yield Problem(f"{shown(raw)} is not a number of times", f"a whole number from 1, or {{op, n}}: {ways}", path)


def _heard(event: str, signals: frozenset[str]) -> bool:
    return any(is_of(SAID + name, event) for name in signals)


def _signals(event: str, signals: frozenset[str]) -> str:
    meant = nearest(event.removeprefix(SAID), signals)
    return (
        f"did you mean {SAID}{meant}? " if meant else ""
    ) + f"{SAID} and a name from signals: {', '.join(sorted(signals))}"


def _check_property(raw: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    yield from _unknown_keys(raw, frozenset({"prop", "op", "value"}), path)
    if not isinstance(raw.get("prop"), str) or not raw["prop"]:
        yield Problem("it names no property", "prop: and the name of a property, such as path", (*path, "prop"))
    yield from _check_comparison(raw, path)


def _check_bant(raw: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    factor, value = raw["bant"], raw.get("value", ["met"])
    if not isinstance(factor, str) or factor not in set(Factor):
        yield Problem(f"{shown(factor)} is not a factor", one_of(factor, Factor), (*path, "bant"))
    statuses = value if isinstance(value, list) else [value]
    for status in statuses:
        if not isinstance(status, str) or status not in STATUSES:
            yield Problem(f"{shown(status)} is not a status", one_of(status, STATUSES), (*path, "value"))
    if not statuses:
        yield Problem("no status is given", one_of("stated", STATUSES), (*path, "value"))
