"""From a transcript to the beginning of a case: the visitor's lines, our own tools as a script, and what came of it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from agent.tools import TOOLS
from evals.case import Case
from evals.case_yaml import case_text
from evals.catalogue import Entry, read_case
from evals.checks import judge
from evals.modes import Mode
from evals.properties import properties_of
from evals.replay import replay
from evals.transcripts.invented import Inventions
from evals.transcripts.speakers import known
from evals.transcripts.transcript import Call, Speaker, Transcript, Turn
from evals.verdict import Verdict
from evals.world import Worlds
from leads.conversation import MAX_MESSAGE

CLOCK = "2026-11-23T10:00:00+01:00"
"""When an imported conversation begins; it was held at another time, and nothing in it says when."""
_OURS = frozenset(tool.name for tool in TOOLS)
_TO_CHECK = (
    "Imported and not looked at yet: is `must` what should happen, or only what happens today?",
    "Names, companies and ids in the visitor's lines: only introduced names were recognised and replaced.",
)


async def skeleton(worlds: Worlds, transcript: Transcript, *, name: str, number: int) -> str:
    """A case as YAML that passes as it stands; its `issues` say what a person has to look at."""
    draft, issues = _draft(transcript, number)
    if "script" in draft and (fault := await _script_fault(worlds, draft, name)):
        del draft["script"]
        draft["models"] = [Mode.BUILT_IN.value]
        issues.append(f"The agent's tool calls do not replay here, so the script was left out: {fault[:300]}")
    case = _case(draft, {"replies": 1}, issues)
    trace = (await replay(worlds, Entry("imported", name, case), Mode.BUILT_IN)).trace
    must = properties_of(trace)
    judged = judge(_case(draft, must, issues), trace)
    issues += [f"Fails today with the built-in model: {_said(v)}"[:600] for v in judged if not v.passed]
    if "script" in draft:
        must |= await _true_of_both(worlds, draft, must, name)
        must = {key: value for key, value in must.items() if value is not None}
    return case_text({**draft, "must": must, "issues": issues})


def _draft(transcript: Transcript, number: int) -> tuple[dict[str, Any], list[str]]:
    """Everything but `must`, and what was done to the words."""
    inventions, issues = Inventions(), list(_TO_CHECK)
    for turn in transcript.turns:
        inventions.learn(turn.text if turn.speaker is Speaker.VISITOR else "", name=_person(turn))
    rounds = list(_rounds(transcript.turns))
    visitor = [_step([inventions.replaced(_cut(turn.text)) for turn in said]) for said, _ in rounds]
    if any(len(turn.text) > MAX_MESSAGE for said, _ in rounds for turn in said):
        issues.append(f"A message was longer than a visitor can send, and was cut at {MAX_MESSAGE} characters.")
    if inventions.told:
        issues.append(inventions.told)
    draft: dict[str, Any] = {
        "about": f"Conversation {number} of an import ({len(visitor)} visitor turns); say here what it shows.",
        "clock": CLOCK,
        "models": [Mode.BUILT_IN.value],
        "visitor": visitor,
    }
    script = _script([answers for _, answers in rounds], inventions)
    if script is not None:
        draft |= {"models": [Mode.SCRIPTED.value, Mode.BUILT_IN.value], "script": script}
    return draft, issues


def _person(turn: Turn) -> str | None:
    """The visitor's name where the file gives one, and not a word such as "Customer"."""
    is_name = turn.speaker is Speaker.VISITOR and turn.name and known(turn.name) is None
    return turn.name.split("<")[0].strip() or None if is_name else None


def _rounds(turns: Sequence[Turn]) -> Iterator[tuple[list[Turn], list[Turn]]]:
    """What the visitor wrote in a row, and the agent's messages until they wrote again."""
    said: list[Turn] = []
    answers: list[Turn] = []
    for turn in turns:
        if turn.speaker is Speaker.VISITOR:
            if answers and said:
                yield said, answers
                said = []
            answers = []
            said.append(turn)
        elif turn.speaker is Speaker.AGENT:
            answers.append(turn)
    if said:
        yield said, answers


def _step(texts: list[str]) -> Any:
    return texts[0] if len(texts) == 1 else {"burst": texts}


def _cut(text: str) -> str:
    return text.strip()[:MAX_MESSAGE]


def _script(rounds: Sequence[Sequence[Turn]], inventions: Inventions) -> list[list[dict[str, Any]]] | None:
    """The model's lines, where it used our tools and no others, and answered every turn."""
    called = {call.name for turns in rounds for turn in turns for call in turn.calls}
    if not called or not called <= _OURS or not all(rounds):
        return None
    return [[_line(turn, inventions) for turn in turns] for turns in rounds]


def _line(turn: Turn, inventions: Inventions) -> dict[str, Any]:
    say = {"say": inventions.replaced(turn.text)} if turn.text.strip() else {}
    return {"call": [_call(call, inventions) for call in turn.calls], **say} if turn.calls else say


def _call(call: Call, inventions: Inventions) -> dict[str, Any]:
    written = inventions.replaced(call.arguments)
    try:
        arguments = json.loads(written)
    except ValueError:
        arguments = None
    return (
        {"tool": call.name, "arguments": arguments}
        if isinstance(arguments, dict)
        else {"tool": call.name, "raw": written}
    )


def _case(draft: dict[str, Any], must: dict[str, Any], issues: Sequence[str]) -> Case:
    read = read_case(case_text({**draft, "must": must, "issues": list(issues)}), file="imported.yaml")
    if not isinstance(read, Case):
        raise ValueError("; ".join(map(str, read)))
    return read


async def _script_fault(worlds: Worlds, draft: dict[str, Any], name: str) -> str:
    """Why the script cannot stand in a case; empty when it runs and every general promise holds."""
    case = _case(draft, {"replies": 1}, ())
    trace = (await replay(worlds, Entry("imported", name, case), Mode.SCRIPTED)).trace
    broken = [v for v in judge(case, trace) if not v.passed and "house." in v.check]
    return "; ".join(trace.faults) or "; ".join(_said(v) for v in broken)


async def _true_of_both(worlds: Worlds, draft: dict[str, Any], must: dict[str, Any], name: str) -> dict[str, Any]:
    """The lines that hold with both models; None for those that do not."""
    case = _case(draft, must, ())
    other = properties_of((await replay(worlds, Entry("imported", name, case), Mode.SCRIPTED)).trace)
    return {key: value if other.get(key) == value else None for key, value in must.items()}


def _said(verdict: Verdict) -> str:
    where = f" in turn {verdict.turn}" if verdict.turn else ""
    return f"{verdict.check}{where}: {verdict.explanation}"
