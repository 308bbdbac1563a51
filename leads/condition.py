"""The one grammar for rules: scoring, routing and segments ask the same questions (domain.md §2.2).

`all`, `any`, `not`; leaves ask an attribute, the ledger of activities, or a BANT factor. Three-valued: what we do not
know is neither true nor false, scores nothing, and is reported as missing so that the agent can ask for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import eq, ge, gt, le, lt

from leads.bant import Bant, Factor
from leads.comparison import OPS, Value
from leads.pattern import pattern_fault
from leads.signal import ActorKind, Deed, Property, is_of


@dataclass(frozen=True, slots=True)
class Facts:
    """What a condition may look at: attributes by dotted name, the ledger, BANT, and the instant of asking."""

    attributes: Mapping[str, Property]
    activities: Sequence[Deed]
    bant: Bant
    now: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """True, False or None (unknown), the activities that made it true, and the attributes that were missing."""

    holds: bool | None
    because: tuple[Deed, ...] = ()
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
    """Human activities with these properties, in so many days, so many times: at least `count` unless `op` differs.

    `event` is a type, a wildcard such as `page.*`, or a family such as `*engagement` (`leads.signal.FAMILIES`).
    """

    event: str
    where: tuple[Attribute, ...] = ()
    within_days: float | None = None
    count: int = 1
    op: str = ">="


@dataclass(frozen=True, slots=True)
class BantIs:
    """The status of one factor is one of these; `met` and `unmet` (known, but there is none) count as statuses here."""

    factor: Factor
    statuses: frozenset[str]


@dataclass(frozen=True, slots=True)
class InSegment:
    """The condition that a segment of this name stands for; segments are defined once, beside the rules."""

    name: str
    condition: "Condition"


Condition = All | AnyOf | Not | Attribute | Happened | BantIs | InSegment
Segments = Mapping[str, Condition]
COUNTS: Mapping[str, Callable[[int, int], bool]] = {">=": ge, ">": gt, "=": eq, "<=": le, "<": lt}
"""How often something happened may be compared in these ways."""


class BadCondition(ValueError):
    """A condition that cannot be read: where in it, and what is allowed."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


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
        case InSegment():
            return ask(condition.condition, facts)
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
    holds = COUNTS[leaf.op](len(found), leaf.count)
    return Answer(holds, found if holds else ())


def _matches(leaf: Happened, activity: Deed, now: datetime) -> bool:
    if activity.actor is not ActorKind.HUMAN or not is_of(activity.type, leaf.event):
        return False
    if leaf.within_days is not None and activity.occurred_at < now - timedelta(days=leaf.within_days):
        return False
    return all(_ask_attribute(w, activity.properties).holds for w in leaf.where)


KINDS = ("all", "any", "not", "attr", "event", "bant", "segment")


def read_condition(raw: object, path: str = "when", segments: Segments | None = None) -> Condition:
    """Read a condition from plain data (YAML or JSON). Raises BadCondition with the path of the fault.

    `segments` are those that `{segment: name}` may name.
    """
    if not isinstance(raw, Mapping):
        raise BadCondition(path, f"a condition is a mapping with one of: {', '.join(KINDS)}")
    keys = set(KINDS) & set(raw)
    if len(keys) != 1:
        raise BadCondition(path, f"a condition has exactly one of: {', '.join(KINDS)}")
    kind = keys.pop()
    if kind in {"all", "any"}:
        parts = raw[kind]
        if not isinstance(parts, list) or not parts:
            raise BadCondition(f"{path}.{kind}", "a list with at least one condition is needed")
        read = tuple(read_condition(p, f"{path}.{kind}[{i}]", segments) for i, p in enumerate(parts))
        return All(read) if kind == "all" else AnyOf(read)
    if kind == "not":
        return Not(read_condition(raw["not"], f"{path}.not", segments))
    if kind == "segment":
        return _read_segment(raw["segment"], path, segments or {})
    if kind == "attr":
        return _read_attribute(raw, "attr", path)
    if kind == "bant":
        return _read_bant(raw, path)
    return _read_happened(raw, path)


def _read_segment(name: object, path: str, segments: Segments) -> InSegment:
    if not isinstance(name, str) or name not in segments:
        raise BadCondition(f"{path}.segment", f"'{name}' is no segment; defined: {', '.join(segments) or 'none'}")
    return InSegment(name, segments[name])


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
    if op == "matches" and (fault := pattern_fault(value) if isinstance(value, str) else "a text is needed"):
        raise BadCondition(f"{path}.value", fault)
    return Attribute(name, op, value)


def _read_bant(raw: Mapping[str, object], path: str) -> BantIs:
    factor, value = raw["bant"], raw.get("value", ["met"])
    if not isinstance(factor, str) or factor not in {f.value for f in Factor}:
        raise BadCondition(f"{path}.bant", f"'{factor}' is not a factor; allowed: {', '.join(Factor)}")
    statuses = value if isinstance(value, list) else [value]
    return BantIs(Factor(str(factor)), frozenset(str(s) for s in statuses))


def _read_happened(raw: Mapping[str, object], path: str) -> Happened:
    event, days = raw["event"], raw.get("within_days")
    if not isinstance(event, str) or not event:
        raise BadCondition(f"{path}.event", "the type of an activity is needed, such as page.viewed")
    if days is not None and (isinstance(days, bool) or not isinstance(days, int | float) or days <= 0):
        raise BadCondition(f"{path}.within_days", "a number of days above 0 is needed")
    times, op = read_count(raw.get("count", 1), f"{path}.count")
    where = raw.get("where", [])
    if not isinstance(where, list) or not all(isinstance(w, Mapping) for w in where):
        raise BadCondition(f"{path}.where", "a list of {prop, op, value} is needed")
    read = tuple(_read_attribute(w, "prop", f"{path}.where[{i}]") for i, w in enumerate(where))
    return Happened(event, read, float(days) if days is not None else None, times, op)


def read_count(raw: object, path: str) -> tuple[int, str]:
    """How often, and how that is compared: `3` is `{op: ">=", n: 3}`. Raises BadCondition."""
    op, times = (raw.get("op", ">="), raw.get("n")) if isinstance(raw, Mapping) else (">=", raw)
    if isinstance(times, bool) or not isinstance(times, int) or times < (0 if isinstance(raw, Mapping) else 1):
        raise BadCondition(path, "a whole number from 1 is needed, or {op, n}")
    if not isinstance(op, str) or op not in COUNTS:
        raise BadCondition(f"{path}.op", f"'{op}' is not known; allowed: {', '.join(COUNTS)}")
    return times, op
