"""Rules of routing as JSON, for an editor: read with the same checks as routing.yaml, and linted."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from leads.condition import AnyOf, Condition
from leads.route import RouteRules
from leads.route_facts import ROUTE_ATTRIBUTES
from leads.shadow import Shadow, shadowed
from playbook.book import Playbook
from playbook.conditions import segments_named
from playbook.fault import Fault, PlaybookFaults
from playbook.loader import names_in_routing, read_playbook
from playbook.route_sections import RouteSections
from playbook.schema import Names, check
from playbook.scoring_document import document_schema
from playbook.segments import KnownSegments
from playbook.source import Plain, Source, read_yaml, said

FILE = "routing.yaml"


def read_routing(content: Mapping[str, Any], book: Playbook, *, version: int = 0, checked: bool = True) -> RouteRules:
    """The rules in a document that has the keys of routing.yaml. Raises PlaybookFaults; `where` of a fault is its path.

    `handoffs` may be there, as in the file, and is left aside: how soon requests are due is set in the playbook.
    `checked` is False for a version that was published: names that the playbook has dropped since are no fault then.
    A rep who is gone is passed over, a segment or a signal that is gone never holds.
    """
    kept: dict[str, Plain] = {key: value for key, value in content.items() if key != "handoffs"}
    names = _names(book) if checked else Names(segments=_segments(book, kept))
    section, faults = check(Source(FILE, kept, {}), RouteSections, names_in_routing(kept, names))
    if section is None or faults:
        raise PlaybookFaults(faults)
    return section.route_rules(version=version)


def routing_faults(content: Mapping[str, Any], book: Playbook) -> tuple[Fault, ...]:
    """Everything that is wrong with a document; empty when it can be used."""
    try:
        read_routing(content, book)
    except PlaybookFaults as error:
        return error.faults
    return ()


def routing_document(book: Playbook) -> dict[str, Any]:
    """The document of the playbook's own rules: what an editor starts from. Empty for a playbook without a folder."""
    written = {key: value for key, value in book.routing_written.items() if key in RouteSections.model_fields}
    return deepcopy(written)


def routing_schema() -> dict[str, Any]:
    """The JSON schema of a document, for editors."""
    return document_schema(RouteSections, title="Routing rules", attributes=ROUTE_ATTRIBUTES)


def _names(book: Playbook) -> Names:
    return Names(
        signals=frozenset(signal.name for signal in book.signals),
        meetings=frozenset(meeting.key for meeting in book.meetings),
        reps=frozenset(rep.email for rep in book.reps),
        segments=KnownSegments(book.scoring.segments, frozenset(book.scoring.segments)),
    )


def _segments(book: Playbook, content: Mapping[str, Any]) -> KnownSegments:
    """Those of the playbook; one that it has no more never holds."""
    known: dict[str, Condition] = {**dict.fromkeys(segments_named(content), AnyOf(())), **book.scoring.segments}
    return KnownSegments(known, frozenset(known))


def routing_warnings(rules: RouteRules) -> tuple[str, ...]:
    """What is allowed but surely not meant: rules that can never decide."""
    return tuple(shadow.sentence for shadow in shadowed(rules.rules))


def playbook_warnings(folder: Path) -> list[Fault]:
    """The same for a playbook's file, with the line of each such rule; the playbook itself is in order."""
    file = folder / FILE
    source, _ = read_yaml(file.read_text(encoding="utf-8").removeprefix("\ufeff"), file=FILE)
    rules = read_playbook(folder).routing
    place = {rule.id: index for index, rule in enumerate(rules.rules)}
    return [_warning(source, shadow, place[shadow.rule]) for shadow in shadowed(rules.rules) if source is not None]


def _warning(source: Source, shadow: Shadow, index: int) -> Fault:
    path = ("rules", index)
    return Fault(source.file, source.line(path), said(path), shadow.sentence.rstrip("."), "a place above that rule")
