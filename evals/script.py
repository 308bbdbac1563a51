"""The lines of a scripted model, turn by turn: whole messages, calls of tools, and ways to fail."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from agent.finish import Finish
from evals.expectation import ToolName
from playbook.schema import Problem, Section, refuse

MID_MESSAGE = frozenset({Finish.length, Finish.cut_off, Finish.refusal, Finish.content_filter})
"""Ways for a message to break after words of it have arrived."""


def told_apart(kind: Callable[[Any], str | None], wrong: str, allowed: str) -> Discriminator:
    """Chooses among kinds of value by a key, and says in our own words when it is none of them."""
    context: dict[str, Any] = {"problems": (Problem(wrong, allowed),)}
    return Discriminator(kind, custom_error_type="playbook", custom_error_message=wrong, custom_error_context=context)


class Say(Section):
    """One whole message of words."""

    say: str = Field(min_length=1)


class ToolLine(Section):
    """One call in full: with an id of its own, or with arguments that are not JSON (`raw`)."""

    tool: ToolName
    arguments: dict[str, Any] = Field(default_factory=dict)
    raw: str | None = Field(default=None, description="the arguments as text, instead of `arguments`")
    id: str | None = Field(default=None, description="the id of the call; numbered when left out")


def _as_calls(value: Any) -> Any:
    """`{find_slots: {}}` is short for `[{tool: find_slots, arguments: {}}]`."""
    if isinstance(value, dict):
        return [{"tool": name, "arguments": arguments or {}} for name, arguments in value.items()]
    return value


ToolsInShort = dict[str, dict[str, Any]]


class Ask(Section):
    """One message that asks for tools, with words before it if it has any."""

    call: Annotated[
        tuple[ToolLine, ...],
        BeforeValidator(_as_calls, json_schema_input_type=ToolsInShort | list[ToolLine]),
        Field(min_length=1),
    ]
    say: str = ""


class Fail(Section):
    """The provider fails in this way; `after` are the words that had arrived by then."""

    fail: Finish
    after: str = ""

    @model_validator(mode="after")
    def _is_a_failure(self) -> "Fail":
        if self.fail in {Finish.stop, Finish.tool_calls}:
            raise refuse(Problem(f"{self.fail.value} is no failure", "an ending in which no whole message comes"))
        if self.after and self.fail not in MID_MESSAGE:
            allowed = ", ".join(sorted(MID_MESSAGE))
            raise refuse(Problem("no words come before that failure", f"`after` only with {allowed}"))
        return self


def _line_kind(line: Any) -> str | None:
    keys = list(line) if isinstance(line, dict) else list(getattr(type(line), "model_fields", ()))
    return next((key for key in ("fail", "call", "say") if key in keys), None)


ScriptLine = Annotated[
    Annotated[Say, Tag("say")] | Annotated[Ask, Tag("call")] | Annotated[Fail, Tag("fail")],
    told_apart(_line_kind, "this is no line of a script", "one of {say: …}, {call: …}, {fail: …}"),
]
TurnLines = Annotated[tuple[ScriptLine, ...], Field(min_length=1)]
