"""Twins: the same conversation held by somebody else, who must get the same score, stage and route.

A case names its twins beside it: what is replaced in all of its texts (another name, another gender), where the visitor
comes from, or the whole conversation in another language. Each becomes a case of its own, `topic/title~twin`, which has
to pass by itself and to end where its sibling ends.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field, model_validator

from evals.expectation import Text
from evals.result import Result
from evals.trace import Trace
from evals.verdict import Finding, judged
from playbook.fault import shown
from playbook.schema import Problem, Section, refuse

MARK = "~"
"""Stands between a case's title and its twin's name."""
_OVERLAID = ("arrives", "lead", "visitor", "script", "must", "must_not", "should")
_TEXTS = ("lead", "visitor", "script", "must", "must_not", "should")


class Twin(Section):
    """What differs. `replace` is done in every text of the case; the other keys stand in place of the case's own.

    A twin that speaks for itself (`visitor`) says itself what must hold, because other words are other quotes.
    """

    replace: dict[Text, Text] = Field(default_factory=dict)
    arrives: dict[str, Any] | None = None
    lead: dict[str, Any] | None = None
    visitor: list[Any] | None = None
    script: list[Any] | None = None
    must: dict[str, Any] | None = None
    must_not: dict[str, Any] | None = None
    should: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _differs(self) -> "Twin":
        if not self.model_fields_set:
            raise refuse(Problem("nothing is different here", "`replace`, or a key of the case that differs"))
        if self.visitor is not None and self.must is None:
            raise refuse(Problem("a twin with lines of its own needs its own `must`", "`must` beside `visitor`"))
        return self


def born(content: Mapping[str, Any], twin: Twin) -> dict[str, Any]:
    """The content of the twin's case file. Raises ValueError for a text to be replaced that is nowhere in the case."""
    made = {key: value for key, value in content.items() if key != "twins"}
    if twin.visitor is not None:
        made = {key: value for key, value in made.items() if key not in {"must_not", "should"}}
    else:
        everything = json.dumps([made.get(key) for key in _TEXTS], ensure_ascii=False)
        missing = [text for text in twin.replace if json.dumps(text, ensure_ascii=False)[1:-1] not in everything]
        if missing:
            raise ValueError(f"{shown(missing[0])} is nowhere in the case")
    made |= {key: _replaced(made[key], twin.replace) for key in _TEXTS if key in made}
    return made | {key: getattr(twin, key) for key in _OVERLAID if getattr(twin, key) is not None}


def _replaced(value: Any, texts: Mapping[str, str]) -> Any:
    match value:
        case str():
            for old, new in texts.items():
                value = value.replace(old, new)
            return value
        case list():
            return [_replaced(item, texts) for item in value]
        case dict():
            return {key: _replaced(item, texts) for key, item in value.items()}
        case _:
            return value


def sibling(name: str) -> str:
    """The name of the case that a twin belongs to; of a case its own."""
    return name.partition(MARK)[0]


def same_for_twins(results: Sequence[Result]) -> list[Result]:
    """The results; a twin that ends elsewhere than its sibling has failed by that."""
    standing: defaultdict[tuple[str, str, int], list[str]] = defaultdict(list)
    for result in results:
        if MARK not in result.name:
            standing[result.name, result.model, result.trial] = _standing(result.trace)
    compared = []
    for result in results:
        own, theirs = _standing(result.trace), standing[sibling(result.name), result.model, result.trial]
        if MARK in result.name and theirs:
            wanted = ", ".join(line for line in theirs if line not in own) or "the end of its sibling"
            found = ", ".join(line for line in own if line not in theirs) or "that"
            verdict = judged(Finding("house.same_for_twins", own == theirs, wanted, found))
            result = replace(result, verdicts=(*result.verdicts, verdict))  # noqa: PLW2901 - one more verdict on it
        compared.append(result)
    return compared


def _standing(trace: Trace) -> list[str]:
    """Score, stage and route, and what they rest on; nothing that tells who it is."""
    end = trace.end
    return [
        f"score {end.score.total:g}",
        f"grade {end.score.grade}",
        f"points {' '.join(f'{points:g}' for points in sorted(end.score.points))}",
        f"stage {end.stage}",
        f"status {end.status}",
        f"outcome {end.outcome}",
        f"owner {end.owner or 'nobody'}",
        f"queue {end.queue or 'none'}",
        f"handoff {end.handoff.reason if end.handoff else 'none'}",
        f"meetings {' '.join(f'{m.kind} {m.state}' for m in end.meetings) or 'none'}",
        f"follow-up {end.follow_up_on or 'none'}",
        *(f"{factor.value} {view.status.value} {'met' if view.met else 'not met'}" for factor, view in end.bant),
    ]
