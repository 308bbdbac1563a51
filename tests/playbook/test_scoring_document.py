"""Scoring rules as JSON: the same grammar as the file, with every fault told by its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.condition import Happened, InSegment
from leads.score_rules import Decay, DecayKind, Measure, Step, Threshold
from playbook.fault import PlaybookFaults
from playbook.loader import read_playbook
from playbook.scoring_document import fingerprint, read_scoring, scoring_document, scoring_faults, scoring_schema
from tests.playbook.drafts import DEFAULTS, SAMPLE

BOOKS = {folder.name: read_playbook(folder) for folder in (SAMPLE, DEFAULTS)}
SIGNALS = BOOKS["sample"].signals
RULE: dict[str, Any] = {"id": "a", "group": "engagement", "label": "A", "when": {"event": "form.demo"}, "points": 5}


def document(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"rules": [{**RULE, "id": f"r{n}", **one} for n, one in enumerate(rules or ({},))], **more}


@pytest.mark.parametrize("name", BOOKS)
def test_a_playbooks_rules_come_back_from_their_document(name: str) -> None:
    book = BOOKS[name]
    written = json.loads(json.dumps(scoring_document(book.scoring)))
    assert read_scoring(written, version=book.scoring.version, signals=book.signals) == book.scoring
    assert fingerprint(written) == fingerprint(dict(reversed(written.items())))


def test_the_whole_grammar_can_be_written() -> None:
    raw = document(
        {
            "when": {
                "all": [
                    {"segment": "bulk"},
                    {"event": "*engagement", "within_days": 30, "count": {"op": "<=", "n": 2}},
                    {"attr": "person.title", "op": "matches", "value": "^head"},
                    {"attr": "person.email_domain", "op": "domain_is_free"},
                ]
            },
            "decay": {"kind": "step", "days": 30, "percent": 25},
            "hard_stop": "disqualify_suggest",
            "group": "negative",
            "points": -5,
        },
        segments=[
            {"id": "buyers", "label": "Buyers", "when": {"bant": "need"}},
            {
                "id": "bulk",
                "when": {"all": [{"segment": "buyers"}, {"attr": "fields.pallets", "op": "gte", "value": 9}]},
            },
        ],
        thresholds=[
            {"id": "pql", "on": "engagement", "up": 30, "down": 20, "action": ["stage:pql", "route"]},
            {"id": "sales", "up": 60, "down": 50, "require": {"fit_gte": 10}, "action": ["stage:mql", "notify:slack"]},
        ],
    )
    rules = read_scoring(raw, version=7, signals=SIGNALS)
    (rule,) = rules.rules
    assert rule.decay == Decay(DecayKind.STEP, 30, 25)
    assert rule.hard_stop
    assert rules.threshold == Threshold(60, 50, 10, "sales", Measure.TOTAL, (Step.MQL, Step.SLACK))
    assert [line.id for line in rules.more] == ["pql"]
    assert set(rules.segments) == {"buyers", "bulk"}
    assert read_scoring(scoring_document(rules), version=7, signals=SIGNALS) == rules


def test_the_single_threshold_stays_valid_beside_others() -> None:
    hot = {"id": "hot", "up": 80, "down": 70, "action": ["notify:slack"]}
    rules = read_scoring(document(threshold={"up": 55}, thresholds=[hot]), version=1, signals=SIGNALS)
    assert [(line.id, line.up) for line in rules.thresholds] == [("mql", 55), ("hot", 80)]


@pytest.mark.parametrize(
    ("raw", "where", "wrong"),
    [
        ({}, "rules", "missing"),
        (document({"when": {"segment": "x"}}), "rules[0].when.segment", "no segment"),
        (document({"when": {"attr": "person.tilte", "op": "eq", "value": 1}}), "rules[0].when.attr", "nobody fills"),
        (document({"when": {"attr": "source", "op": "matches", "value": "(a+)+"}}), "rules[0].when.value", "matches"),
        (document({"when": {"event": "said.nope"}}), "rules[0].when.event", "no signal"),
        (document({"when": {"event": "x", "count": {"op": "~", "n": 1}}}), "rules[0].when.count", "not a number"),
        (document({"decay": {"kind": "step", "days": 3}}), "rules[0].decay.percent", "percent"),
        (document({"hard_stop": True}), "rules[0].hard_stop", ""),
        (document({"when": {"any": [{"event": "said.urgent"}]}}), "rules[0].when", "no cap holds"),
        (document({}, thresholds=[{"id": "a", "up": 3, "down": 9, "action": ["route"]}]), "thresholds[0]", "threshold"),
        (document({}, thresholds=[{"id": "a", "up": 3, "down": 2, "action": []}]), "thresholds[0].action", "list of 0"),
        (document({}, segments=[{"id": "s", "when": {"segment": "s"}}]), "segments[0].when.segment", "back to itself"),
        (document({}, {"id": "r0"}), "rules[1].id", "taken"),
        (document({}, signals=[]), "signals", "no key"),
        (document({"points": "5"}), "rules[0].points", "number"),
    ],
)
def test_every_fault_says_where_what_is_wrong_and_what_is_allowed(raw: Any, where: str, wrong: str) -> None:
    faults = scoring_faults(raw, SIGNALS)
    assert any(fault.where == where and wrong in fault.wrong and fault.allowed for fault in faults), faults


def test_two_segments_may_not_name_each_other() -> None:
    circle = [{"id": "a", "when": {"segment": "b"}}, {"id": "b", "when": {"not": {"segment": "a"}}}]
    faults = scoring_faults(document({}, segments=circle), SIGNALS)
    assert {fault.where for fault in faults} == {"segments[0].when.segment", "segments[1].when.not.segment"}


def test_routing_and_scoring_ask_for_one_and_the_same_segment() -> None:
    rules = read_scoring(
        document({"when": {"segment": "demo"}}, segments=[{"id": "demo", "when": {"event": "form.demo"}}]),
        version=1,
        signals=SIGNALS,
    )
    assert rules.rules[0].when == InSegment("demo", Happened("form.demo"))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*RULE, "segment", "all", "attr", "op", "value", "thresholds"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["rules", "segments", "limits", "threshold", "thresholds", "x"]), ANYTHING))
def test_whatever_is_sent_is_read_or_refused(raw: dict[str, Any]) -> None:
    try:
        read_scoring(raw, version=1, signals=SIGNALS)
    except PlaybookFaults as refused:
        assert refused.faults


def test_the_schema_knows_every_key_of_a_rule_and_the_grammar_names_itself() -> None:
    schema = scoring_schema()
    assert schema["$defs"]["RuleSection"]["properties"]["when"] == {"$ref": "#/$defs/Condition"}
    kinds = {next(iter(kind["required"])) for kind in schema["$defs"]["Condition"]["oneOf"]}
    assert kinds == {"all", "any", "not", "attr", "event", "bant", "segment"}
    assert set(scoring_document(BOOKS["sample"].scoring)) <= set(schema["properties"])
