"""Messages in the format of OpenAI's chat completions: read one by one, each fault told and the rest kept.

`content` is a text, a list of parts or null; tools are called with `tool_calls` (or the older `function_call`) and
answer as `tool` (or `function`). Source: OpenAI's API reference, "Create chat completion".
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evals.transcripts.transcript import Call, Speaker, Turn
from playbook.fault import one_of, shown

Tell = Callable[[str, str, str], None]
"""Told a fault: where it is, what is wrong, what is allowed."""

ROLES: Mapping[str, Speaker] = {
    "system": Speaker.SYSTEM,
    "developer": Speaker.SYSTEM,
    "user": Speaker.VISITOR,
    "assistant": Speaker.AGENT,
    "tool": Speaker.TOOL,
    "function": Speaker.TOOL,
}
_TEXTS = frozenset({"text", "input_text", "output_text", "refusal"})


def turns_of(messages: Sequence[Any], tell: Callable[[int], Tell]) -> tuple[Turn, ...]:
    """The messages that can be used; `tell(n)` is told what is wrong with the nth, from 0."""
    turns: list[Turn] = []
    names: dict[str, str] = {}
    for number, message in enumerate(messages):
        turn = _turn(message, names, tell(number))
        if turn is not None:
            turns.append(turn)
            names |= {call.id: call.name for call in turn.calls if call.id}
    return tuple(turns)


def _turn(message: Any, names: Mapping[str, str], tell: Tell) -> Turn | None:
    if not isinstance(message, dict):
        tell("", f"{shown(message)} is no message", "an object with role and content")
        return None
    role = message.get("role")
    speaker = ROLES.get(role) if isinstance(role, str) else None
    if speaker is None:
        tell("role", f"{shown(role)} is no role", one_of(role, ROLES))
        return None
    text, calls = _text(message.get("content", message.get("text")), tell), _calls(message, tell)
    text = text or _word(message.get("refusal"))
    answers = _word(message.get("tool_call_id"))
    name = _word(message.get("name")) or names.get(answers, "")
    if speaker is Speaker.TOOL:
        if answers and answers not in names:
            tell("tool_call_id", f"no call before has the id {shown(answers)}", one_of(answers, names))
        return Turn(speaker, text, name, answers=answers)
    if not text.strip() and not calls:
        tell("content", "nothing is said and no tool is called", "a text, or tool_calls of an assistant")
        return None
    return Turn(speaker, text, name, calls)


def _text(content: Any, tell: Tell) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list):
        tell("content", f"{shown(content)} is no content", "a text, a list of parts, or null")
        return ""
    return "\n".join(filter(None, (_part(part, number, tell) for number, part in enumerate(content))))


def _part(part: Any, number: int, tell: Tell) -> str:
    if isinstance(part, str):
        return part
    kind = part.get("type") if isinstance(part, dict) else None
    text = (part.get("text") or part.get("refusal")) if isinstance(part, dict) else None
    if kind in _TEXTS and isinstance(text, str):
        return text
    tell(f"content[{number}]", f"a part of the kind {shown(kind)} holds no text", 'parts {"type": "text", "text": …}')
    return ""


def _calls(message: Mapping[str, Any], tell: Tell) -> tuple[Call, ...]:
    asked = message.get("tool_calls") or []
    if not isinstance(asked, list):
        tell("tool_calls", f"{shown(asked)} is no list of calls", "a list of {id, type, function: {name, arguments}}")
        asked = []
    older = message.get("function_call")
    calls = [_call(call, f"tool_calls[{number}]", tell) for number, call in enumerate(asked)]
    calls += [_call({"function": older}, "function_call", tell)] if older is not None else []
    return tuple(call for call in calls if call is not None)


def _call(call: Any, where: str, tell: Tell) -> Call | None:
    function = call.get("function", call) if isinstance(call, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if not isinstance(function, dict) or not isinstance(name, str) or not name:
        tell(where, "a call without the name of a tool", "{id, type, function: {name, arguments}}")
        return None
    arguments = function.get("arguments") or "{}"
    written = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return Call(name, written, _word(call.get("id")))


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
