"""The scripted model: it says the lines of a case, in order, and is strict both ways.

A request without a line, a line that nobody asked for, and a call of a tool that was not on offer are faults of the
case or of the code; each is kept in `faults` and fails the run, even where the gateway would have coped with it.
"""

import json
from collections.abc import AsyncIterator, Sequence

from agent.finish import Finish
from agent.provider import Finished, Part, ProviderFault, Request, TextDelta, ToolCallDelta, Usage, estimate_tokens
from agent.sentences import split
from evals.lines import Lines
from evals.script import Ask, Fail, Say, ScriptLine, TurnLines

_REASONS = {Finish.length: "length", Finish.content_filter: "content_filter", Finish.refusal: "stop"}
_WORDS = {Finish.length: "A word that is", Finish.cut_off: "A word that", Finish.content_filter: "", Finish.refusal: ""}


class ScriptedModel:
    """A `Provider` that reads the script of a case."""

    name = "scripted"

    def __init__(self, script: Sequence[TurnLines]) -> None:
        self.lines = Lines(script, whose="script")

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        """Say the next line. Raises LinesFault, or the provider's failure that the line asks for."""
        line = self.lines.take()
        for part in self._parts(line, request):
            yield part
        if isinstance(line, Fail) and line.fail not in _REASONS and line.fail not in {Finish.empty, Finish.cut_off}:
            raise ProviderFault(line.fail, "as the script says")
        yield Usage(sum(estimate_tokens(m.text) for m in request.messages), 1, 0)

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
                raise self.lines.fault(f"the script calls {call.tool}, but offered are: {shown}.")
            number = call.id or f"call_{self.lines.turn}_{self.lines.asked}_{position + 1}"
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
