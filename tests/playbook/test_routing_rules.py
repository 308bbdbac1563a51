"""Rules of routing as a document: the same checks as the file's, and what is allowed but surely not meant."""

from __future__ import annotations

import pytest

from leads.route import Target, TargetKind
from playbook.fault import PlaybookFaults
from playbook.loader import read_playbook
from playbook.routing_rules import playbook_warnings, read_routing, routing_document, routing_warnings
from tests.builders import a_playbook
from tests.playbook.drafts import DEFAULTS, SAMPLE, Draft

BOOK = read_playbook(SAMPLE)


def test_the_document_of_the_playbook_reads_as_the_playbook_does() -> None:
    assert read_routing(routing_document(BOOK), BOOK) == BOOK.routing
    assert routing_document(a_playbook()) == {}


def test_a_version_has_its_number() -> None:
    assert read_routing(routing_document(BOOK), BOOK, version=7).version == 7


def test_every_fault_of_a_document_is_told_by_its_place() -> None:
    content = routing_document(BOOK)
    content["rules"][0]["to"] = {"queue": "moon"}
    content["colour"] = "red"
    with pytest.raises(PlaybookFaults) as told:
        read_routing(content, BOOK)
    assert {fault.where for fault in told.value.faults} == {"rules[0].to.queue", "colour"}


def test_the_playbooks_that_come_with_it_have_no_rule_in_the_shadow_of_another() -> None:
    assert playbook_warnings(SAMPLE) == playbook_warnings(DEFAULTS) == []


def test_a_rule_in_the_shadow_of_another_is_told_with_its_line(draft: Draft) -> None:
    line = draft.replace("routing.yaml", "value: [es, pt]", "value: [de-AT]")
    (warning,) = playbook_warnings(draft.folder)
    assert warning.line == line - 2
    assert "speaks_spanish_or_portuguese never decides: speaks_german" in str(warning)
    assert draft.faults() == []
    assert len(routing_warnings(read_playbook(draft.folder).routing)) == 1


def test_a_playbook_of_before_stays_valid(draft: Draft) -> None:
    draft.write(
        "routing.yaml",
        "queues: [{key: sales, title: Sales}]\nfallback: {queue: sales}\n"
        "handoffs: {queue: sales, fallback_due: 4 hours}\n",
    )
    routing = read_playbook(draft.folder).routing
    assert (routing.rules, routing.pools, routing.fallback) == ((), (), Target(TargetKind.QUEUE, "sales"))
