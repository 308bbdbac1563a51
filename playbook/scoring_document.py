"""Scoring rules as a JSON document: what an editor is given, what it sends, and the schema of both.

The document is scoring.yaml without `version` and `signals`: a version is given when rules are published, and signals
belong to the agent's tools. One set of sections checks both, so YAML and JSON cannot drift apart.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from leads.bant import Factor
from leads.comparison import OPS
from leads.condition import COUNTS
from leads.condition_written import written
from leads.score_rules import Decay, DecayKind, Rule, ScoreRules, Threshold
from leads.signal import SignalDefinition
from playbook.conditions import CONDITION, STATUSES, known_attributes
from playbook.fault import Fault, PlaybookFaults
from playbook.fields import written_length
from playbook.schema import Names, Section, check
from playbook.scoring_file import ScoringDocument
from playbook.segments import read_segments
from playbook.source import Source

Document = dict[str, Any]
NAME = "rules"
"""What faults call the document instead of a file."""


def read_scoring(document: Document, *, version: int, signals: Iterable[SignalDefinition] | None) -> ScoreRules:
    """The rules of a document. Raises PlaybookFaults with every fault; None for signals leaves those unchecked."""
    known = None if signals is None else frozenset(signal.name for signal in signals)
    names = Names(signals=known, segments=read_segments(document))
    section, faults = check(Source(NAME, document, {}), ScoringDocument, names)
    if section is None or faults:
        raise PlaybookFaults(faults)
    return section.score_rules(version)


def scoring_faults(document: Document, signals: Iterable[SignalDefinition]) -> tuple[Fault, ...]:
    """Everything that is wrong with a document; empty when it can be used."""
    try:
        read_scoring(document, version=0, signals=signals)
    except PlaybookFaults as error:
        return error.faults
    return ()


def scoring_document(rules: ScoreRules) -> Document:
    """The document that `read_scoring` reads these rules from."""
    document: Document = {} if rules.threshold.id != Threshold().id else {"threshold": _first_line(rules.threshold)}
    lines = rules.more if document else rules.thresholds
    if lines:
        document["thresholds"] = [_line(line) for line in lines]
    document["reported_cap"] = rules.reported_cap
    document["limits"] = {g.value: {"low": one.low, "high": one.high} for g, one in rules.limits.items()}
    if rules.segments:
        document["segments"] = [{"id": id, "when": written(when)} for id, when in rules.segments.items()]
    return document | {"rules": [_rule(rule) for rule in rules.rules]}


def fingerprint(document: Mapping[str, Any]) -> str:
    """What tells two documents apart, whatever the order of their keys."""
    plain = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def scoring_schema() -> Document:
    """The JSON schema of a document, for editors; what it cannot say (circles, patterns) is told when they are sent."""
    return document_schema(ScoringDocument, title="Scoring rules")


class _AsWritten(GenerateJsonSchema):
    """Schemas whose defaults can be sent back as they are."""

    def encode_default(self, dft: Any) -> Any:
        """A length of time in the words of a document; everything else as pydantic has it."""
        return written_length(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def document_schema(model: type[Section], *, title: str, attributes: Iterable[str] = ()) -> Document:
    """The JSON schema of a document of rules; `attributes` are those its conditions may ask for besides the lead's."""
    schema = _with_conditions(model.model_json_schema(schema_generator=_AsWritten))
    schema["$defs"] = {**schema.get("$defs", {}), **_conditions(attributes)}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}


def _with_conditions(part: Any) -> Any:
    """The schema with every condition leading to the one definition of them."""
    if isinstance(part, dict):
        found = {key: _with_conditions(value) for key, value in part.items() if part.get("title") != CONDITION}
        return found or {"$ref": f"#/$defs/{CONDITION}"} if part else {}
    return [_with_conditions(one) for one in part] if isinstance(part, list) else part


def _first_line(line: Threshold) -> Document:
    return {"up": line.up, "down": line.down, "fit_at_least": line.fit_at_least}


def _line(line: Threshold) -> Document:
    return {
        "id": line.id,
        "on": line.on.value,
        "up": line.up,
        "down": line.down,
        "require": {"fit_gte": line.fit_at_least},
        "action": [step.value for step in line.steps],
        "once_per": "cycle",
    }


def _rule(rule: Rule) -> Document:
    document: Document = {
        "id": rule.id,
        "group": rule.group.value,
        "label": rule.label,
        "when": written(rule.when),
        "points": rule.points,
        "per": "occurrence" if rule.per_occurrence else "once",
    }
    extra: Document = {
        "max_points": rule.max_points,
        "cooldown_hours": rule.cooldown_hours or None,
        "decay": _decay(rule.decay),
        "exclusive_set": rule.exclusive_set,
        "hard_stop": "disqualify_suggest" if rule.hard_stop else None,
    }
    return document | {k: v for k, v in extra.items() if v is not None} | ({} if rule.enabled else {"enabled": False})


def _decay(decay: Decay) -> Document | None:
    if decay.kind is DecayKind.NONE:
        return None
    found: Document = {"kind": decay.kind.value, "days": decay.days}
    return found | ({"percent": decay.percent} if decay.kind is DecayKind.STEP else {})


def _conditions(attributes: Iterable[str]) -> Document:
    """The grammar of conditions (domain.md §2.2); one definition, which names itself."""
    condition = {"$ref": f"#/$defs/{CONDITION}"}
    several = {"type": "array", "items": condition, "minItems": 1}
    value: Document = {"type": ["string", "number", "boolean", "array"], "description": "what to compare with"}
    op = {"enum": list(OPS), "default": "eq"}
    names = sorted({*known_attributes(), *attributes})
    named = {"anyOf": [{"enum": names}, {"type": "string", "pattern": r"^fields\."}]}
    count: Document = {
        "anyOf": [
            {"type": "integer", "minimum": 1},
            _mapping({"op": {"enum": list(COUNTS), "default": ">="}, "n": {"type": "integer", "minimum": 0}}, ["n"]),
        ]
    }
    where = {"type": "array", "items": _mapping({"prop": {"type": "string"}, "op": op, "value": value}, ["prop"])}
    days = {"type": "number", "exclusiveMinimum": 0, "maximum": 3660}
    status: Document = {"enum": list(STATUSES)}
    statuses = {"anyOf": [status, {"type": "array", "items": status, "minItems": 1}], "default": ["met"]}
    kinds = [
        _mapping({"all": several}, ["all"]),
        _mapping({"any": several}, ["any"]),
        _mapping({"not": condition}, ["not"]),
        _mapping({"attr": named, "op": op, "value": value}, ["attr"]),
        _mapping({"event": {"type": "string"}, "where": where, "within_days": days, "count": count}, ["event"]),
        _mapping({"bant": {"enum": [f.value for f in Factor]}, "value": statuses}, ["bant"]),
        _mapping({"segment": {"type": "string"}}, ["segment"]),
    ]
    return {CONDITION: {"title": CONDITION, "oneOf": kinds}}


def _mapping(properties: Document, required: list[str]) -> Document:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
