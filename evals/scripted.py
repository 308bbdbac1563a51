"""The scripted model: it says the lines of a case, in order, and is strict both ways.

A request without a line, a line that nobody asked for, and a call of a tool that was not on offer are faults of the
case or of the code; each is kept in `faults` and fails the run, even where the gateway would have coped with it.
"""

import json
from collections.abc import AsyncIterator, Sequence

from agent.finish import Finish
from agent.provider import Finished, Part, ProviderFault, Request, TextDelta, ToolCallDelta, Usage, estimate_tokens
from agent.sentences import split
from evals.script import Ask, Fail, Say, ScriptLine, TurnLines


class ScriptFault(Exception):
    """The script and the conversation do not fit."""


_REASONS = {Finish.length: "length", Finish.content_filter: "content_filter", Finish.refusal: "stop"}
_WORDS = {Finish.length: "A word that is", Finish.cut_off: "A word that", Finish.content_filter: "", Finish.refusal: ""}


class ScriptedModel:
    """A `Provider` that reads its lines. `begin_turn` before each answer, `end` after the last one."""

    name = "scripted"

    def __init__(self, script: Sequence[TurnLines]) -> None:
        self._script = tuple(script)
        self._turn = 0
        self._next = 0
        self.faults: list[str] = []

    def begin_turn(self) -> None:
        """The next visitor turn is about to be answered; the lines of the one before must be used up."""
        self._settle()
        self._turn += 1
        self._next = 0

    def end(self) -> None:
        """The conversation is over; every line must have been said."""
        self._settle()
        unused = len(self._script) - self._turn
        if unused > 0:
            self.faults.append(f"The script has lines for {unused} more turn(s) than were answered.")

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        """Say the next line. Raises ScriptFault, or the provider's failure that the line asks for."""
        line = self._line()
        for part in self._parts(line, request):
            yield part
        if isinstance(line, Fail) and line.fail not in _REASONS and line.fail not in {Finish.empty, Finish.cut_off}:
            raise ProviderFault(line.fail, "as the script says")
        yield Usage(sum(estimate_tokens(m.text) for m in request.messages), 1, 0)

    def _line(self) -> ScriptLine:
        lines = self._script[self._turn - 1] if 0 < self._turn <= len(self._script) else ()
        if self._next >= len(lines):
            raise self._fault(f"Turn {self._turn}: the model was asked once more, but the script has no line left.")
        self._next += 1
        return lines[self._next - 1]

    def _settle(self) -> None:
        lines = self._script[self._turn - 1] if 0 < self._turn <= len(self._script) else ()
        if self._next < len(lines):
            left = len(lines) - self._next
            self.faults.append(f"Turn {self._turn}: {left} line(s) of the script were never asked for.")

    def _fault(self, sentence: str) -> ScriptFault:
        self.faults.append(sentence)
        return ScriptFault(sentence)

    def _parts(self, line: ScriptLine, request: Request) -> list[Part]:
        if isinstance(line, Fail):
            return _broken(line)
        words: list[Part] = [TextDelta(piece) for piece in split(line.say)]
        if isinstance(line, Say):
            return [*words, Finished("stop", None)]
        return [*words, *self._calls(line, request), Finished("tool_calls", None)]

    def _calls(self, line: Ask, request: Request) -> list[Part]:
        offered = {spec.name for spec in request.tools}
        calls: list[Part] = []
        for position, call in enumerate(line.call):
            if call.tool not in offered:
                shown = ", ".join(sorted(offered)) or "none"
                raise self._fault(f"Turn {self._turn}: the script calls {call.tool}, but offered are: {shown}.")
            number = call.id or f"call_{self._turn}_{self._next}_{position + 1}"
            arguments = call.raw if call.raw is not None else json.dumps(call.arguments, ensure_ascii=False)
            calls.append(ToolCallDelta(position, number, call.tool, arguments))
        return calls


def _broken(line: Fail) -> list[Part]:
    """What still arrives of a message that breaks."""
    said = line.after or _WORDS.get(line.fail, "")
    words: list[Part] = [TextDelta(piece) for piece in split(said)] if said else []
    if line.fail in _REASONS:
        refusal = "I can't help with that." if line.fail is Finish.refusal else None
        return [*words, Finished(_REASONS[line.fail], refusal)]
    return [Finished("stop", None)] if line.fail is Finish.empty else words
