"""Segments: conditions with a name, defined once beside the scoring rules and asked for by any rule.

They are read before the files are checked, so that every file may name them. What cannot be read is left out here
and told as a fault where the segments themselves are checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from leads.condition import BadCondition, Condition, Segments, read_condition
from playbook.source import Plain

MOST = 100
DEEPEST = 4
"""How many segments may stand inside one another."""


@dataclass(frozen=True, slots=True)
class KnownSegments:
    """The segments that can be read, and the names of all that are written down."""

    readable: Segments = field(default_factory=lambda: MappingProxyType({}))
    written: frozenset[str] = frozenset()


def read_segments(content: Plain) -> KnownSegments:
    """The segments of a document's list `segments`; one that leads back to itself cannot be read."""
    items = content.get("segments") if isinstance(content, dict) else None
    raw = {str(item["id"]): item.get("when") for item in _mappings(items) if isinstance(item.get("id"), str)}
    raw = dict(list(raw.items())[:MOST])
    readable: dict[str, Condition] = {}
    for _ in range(DEEPEST):  # each pass reads those that rest on what is known already
        known = MappingProxyType(dict(readable))
        for name, when in raw.items():
            if name not in readable and (condition := _read(when, known)) is not None:
                readable[name] = condition
    return KnownSegments(MappingProxyType(readable), frozenset(raw))


def _mappings(items: Plain) -> list[Mapping[str, Plain]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _read(raw: Plain, known: Segments) -> Condition | None:
    try:
        return read_condition(raw, segments=known)
    except (BadCondition, RecursionError):
        return None
