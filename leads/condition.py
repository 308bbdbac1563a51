"""The one grammar for rules: scoring, routing and segments ask the same questions (domain.md §2.2).

`all`, `any`, `not`; leaves ask an attribute, the ledger of activities, or a BANT factor. Three-valued: what we do not
know is neither true nor false, scores nothing, and is reported as missing so that the agent can ask for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from math import isnan, nan

from leads.bant import Bant, Factor
from leads.signal import Activity, ActorKind, Property

Value = Property | Sequence[Property]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a condition may look at: attributes by dotted name, the ledger, BANT, and the instant of asking."""

    attributes: Mapping[str, Property]
    activities: Sequence[Activity]
    bant: Bant
    now: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """True, False or None (unknown), the activities that made it true, and the attributes that were missing."""

    holds: bool | None
    because: tuple[Activity, ...] = ()
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; unknown stays unknown."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A comparison of one attribute, e.g. `company.size_band in [...]`."""

    name: str
    op: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class Happened:
    """Human activities of a type (`*` is a wildcard) with these properties, in so many days, at least `count` times."""

    event: str
    where: tuple[Attribute, ...] = ()
    within_days: float | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class BantIs:
    """The status of one factor is one of these; `met` and `unmet` (known, but there is none) count as statuses here."""

    factor: Factor
    statuses: frozenset[str]


Condition = All | AnyOf | Not | Attribute | Happened | BantIs


class BadCondition(ValueError):
    """A condition that cannot be read: where in it, and what is allowed."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


def _number(a: Property) -> float | None:
    """The number in a property, or None; `nan` is none, and neither is one that no float can hold."""
    try:
        number = float(a) if a is not None and not isinstance(a, bool) else nan
    except (ValueError, OverflowError):
        return None
    return None if isnan(number) else number


def _compare(test: Callable[[float, float], bool]) -> Callable[[Property, Value], bool | None]:
    def compared(have: Property, want: Value) -> bool | None:
        left, right = _number(have), _number(want if isinstance(want, str | int | float) else None)
        return None if left is None or right is None else test(left, right)

    return compared


def _fold(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def _listed(want: Value) -> list[object]:
    return [_fold(v) for v in want] if isinstance(want, Sequence) and not isinstance(want, str) else [_fold(want)]


def _between(have: Property, want: Value) -> bool | None:
    bounds = [_number(v) for v in want] if isinstance(want, Sequence) and not isinstance(want, str) else []
    value = _number(have)
    if value is None or len(bounds) != 2 or bounds[0] is None or bounds[1] is None:
        return None
    return bounds[0] <= value <= bounds[1]


OPS: Mapping[str, Callable[[Property, Value], bool | None]] = {
    "eq": lambda have, want: _fold(have) == _fold(want),
    "neq": lambda have, want: _fold(have) != _fold(want),
    "in": lambda have, want: _fold(have) in _listed(want),
    "not_in": lambda have, want: _fold(have) not in _listed(want),
    "gt": _compare(lambda a, b: a > b),
    "gte": _compare(lambda a, b: a >= b),
    "lt": _compare(lambda a, b: a < b),
    "lte": _compare(lambda a, b: a <= b),
    "between": _between,
    "contains": lambda have, want: any(str(w) in str(_fold(have)) for w in _listed(want)),
    "starts_with": lambda have, want: any(str(_fold(have)).startswith(str(w)) for w in _listed(want)),
    "exists": lambda have, want: True,
    "missing": lambda have, want: False,
}


def ask(condition: Condition, facts: Facts) -> Answer:
    """Answer one condition on these facts."""
    match condition:
        case All(parts):
            return _join([ask(p, facts) for p in parts], decisive=False)
        case AnyOf(parts):
            return _join([ask(p, facts) for p in parts], decisive=True)
        case Not(part):
            inner = ask(part, facts)
            return Answer(None if inner.holds is None else not inner.holds, (), inner.missing)
        case Attribute():
            return _ask_attribute(condition, facts.attributes)
        case Happened():
            return _ask_ledger(condition, facts)
        case BantIs(factor, statuses):
            view = facts.bant[factor]
            also = {"met"} if view.met else {"unmet"} if view.known else set()
            return Answer(not statuses.isdisjoint({view.status.value} | also))


def _join(answers: Sequence[Answer], *, decisive: bool) -> Answer:
    """Kleene logic: one decisive answer decides; otherwise an unknown leaves the whole unknown."""
    missing = frozenset[str]().union(*(a.missing for a in answers)) if answers else frozenset[str]()
    because = tuple(b for a in answers if a.holds for b in a.because)
    if any(a.holds is decisive for a in answers):
        return Answer(decisive, because if decisive else ())
    if any(a.holds is None for a in answers):
        return Answer(None, (), missing)
    return Answer(not decisive, because if not decisive else ())


def _ask_attribute(leaf: Attribute, attributes: Mapping[str, Property]) -> Answer:
    have = attributes.get(leaf.name)
    absent = have is None or have == ""
    if leaf.op in {"exists", "missing"}:
        return Answer(absent is (leaf.op == "missing"))
    if absent:
        return Answer(None, (), frozenset({leaf.name}))
    return Answer(OPS[leaf.op](have, leaf.value))


def _ask_ledger(leaf: Happened, facts: Facts) -> Answer:
    found = tuple(a for a in facts.activities if _matches(leaf, a, facts.now))
    return Answer(len(found) >= leaf.count, found if len(found) >= leaf.count else ())


def _matches(leaf: Happened, activity: Activity, now: datetime) -> bool:
    if activity.actor is not ActorKind.HUMAN or not fnmatchcase(activity.type, leaf.event):
        return False
    if leaf.within_days is not None and (now - activity.occurred_at) / timedelta(days=1) > leaf.within_days:
        return False
    return all(_ask_attribute(w, activity.properties).holds for w in leaf.where)


def read_condition(raw: object, path: str = "when") -> Condition:
    """Read a condition from plain data (YAML or JSON). Raises BadCondition with the path of the fault."""
    if not isinstance(raw, Mapping):
        raise BadCondition(path, "a condition is a mapping with one of: all, any, not, attr, event, bant")
    keys = {"all", "any", "not", "attr", "event", "bant"} & set(raw)
    if len(keys) != 1:
        raise BadCondition(path, "a condition has exactly one of: all, any, not, attr, event, bant")
    kind = keys.pop()
    if kind in {"all", "any"}:
        parts = raw[kind]
        if not isinstance(parts, list) or not parts:
            raise BadCondition(f"{path}.{kind}", "a list with at least one condition is needed")
        read = tuple(read_condition(p, f"{path}.{kind}[{i}]") for i, p in enumerate(parts))
        return All(read) if kind == "all" else AnyOf(read)
    if kind == "not":
        return Not(read_condition(raw["not"], f"{path}.not"))
    if kind == "attr":
        return _read_attribute(raw, "attr", path)
    if kind == "bant":
        return _read_bant(raw, path)
    return _read_happened(raw, path)


def _read_attribute(raw: Mapping[str, object], key: str, path: str) -> Attribute:
    name, op = raw.get(key), raw.get("op", "eq")
    if not isinstance(name, str) or not name:
        raise BadCondition(f"{path}.{key}", "the name of an attribute is needed, such as company.size_band")
    if not isinstance(op, str) or op not in OPS:
        raise BadCondition(f"{path}.op", f"'{op}' is not known; allowed: {', '.join(OPS)}")
    value = raw.get("value")
    if isinstance(value, list):
        value = tuple(value)
    if value is not None and not isinstance(value, str | int | float | bool | tuple):
        raise BadCondition(f"{path}.value", "a text, a number, true/false or a list of these is needed")
    return Attribute(name, op, value)


def _read_bant(raw: Mapping[str, object], path: str) -> BantIs:
    factor, value = raw["bant"], raw.get("value", ["met"])
    if not isinstance(factor, str) or factor not in {f.value for f in Factor}:
        raise BadCondition(f"{path}.bant", f"'{factor}' is not a factor; allowed: {', '.join(Factor)}")
    statuses = value if isinstance(value, list) else [value]
    return BantIs(Factor(str(factor)), frozenset(str(s) for s in statuses))


def _read_happened(raw: Mapping[str, object], path: str) -> Happened:
    event, days, count = raw["event"], raw.get("within_days"), raw.get("count", 1)
    if not isinstance(event, str) or not event:
        raise BadCondition(f"{path}.event", "the type of an activity is needed, such as page.viewed")
    if days is not None and (isinstance(days, bool) or not isinstance(days, int | float) or days <= 0):
        raise BadCondition(f"{path}.within_days", "a number of days above 0 is needed")
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise BadCondition(f"{path}.count", "a whole number from 1 is needed")
    where = raw.get("where", [])
    if not isinstance(where, list) or not all(isinstance(w, Mapping) for w in where):
        raise BadCondition(f"{path}.where", "a list of {prop, op, value} is needed")
    read = tuple(_read_attribute(w, "prop", f"{path}.where[{i}]") for i, w in enumerate(where))
    return Happened(event, read, float(days) if days is not None else None, count)
