"""The two model doubles around a tape: one writes down what a real model answers, the other says it again.

Saying it again is strict: the model must be shown what it was shown then, to the letter. What differs is a fault that
fails the run and tells the difference, because an answer to another question proves nothing.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from agent.finish import Finish
from agent.provider import (
    Finished,
    Part,
    Provider,
    ProviderFault,
    Request,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from agent.sentences import split
from evals.lines import Lines
from evals.tape import Answer, Exchange, Tape, difference, key_of, shown_to
from evals.watched import closing


class RecordedModel:
    """A `Provider` that says what stands on a tape; unless `strict`, also when it was asked another question."""

    def __init__(self, tape: Tape, *, strict: bool = True) -> None:
        self._strict = strict
        self.name = tape.model
        self.lines = Lines(tape.turns, whose="recording")
        self._tape = tape

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        """Say the next answer. Raises LinesFault when it was another question, or the failure that was recorded."""
        exchange = self.lines.take()
        self._check(exchange, request)
        answer = exchange.answer
        for piece in split(answer.text):
            yield TextDelta(piece)
        for index, call in enumerate(answer.calls):
            yield ToolCallDelta(index, call.id, call.name, call.arguments)
        if answer.fault is not None:
            raise ProviderFault(answer.fault, "as recorded")
        if answer.reason is not None:
            yield Finished(answer.reason, answer.refusal)
        if answer.usage is not None:
            yield answer.usage

    def _check(self, exchange: Exchange, request: Request) -> None:
        present = shown_to(request)
        if not self._strict or tuple(map(key_of, present)) == exchange.shown:
            return
        told = difference(self._tape.text_of(exchange), [line for block in present for line in block])
        raise self.lines.fault(
            f"request {self.lines.asked} shows the model something else than when its answer was recorded. When that is"
            f" meant, record again: opener eval record {self._tape.case}\n" + "\n".join(told)
        )


@dataclass(slots=True)
class _Heard:
    """One answer while it arrives."""

    words: list[str] = field(default_factory=list)
    calls: dict[int, list[str]] = field(default_factory=dict)
    finished: Finished | None = None
    usage: Usage | None = None

    def note(self, part: Part) -> None:
        match part:
            case TextDelta(text):
                self.words.append(text)
            case ToolCallDelta(index, id, name, arguments):
                call = self.calls.setdefault(index, ["", "", ""])
                call[0] = id or call[0]
                call[1] = name or call[1]
                call[2] += arguments
            case Finished():
                self.finished = part
            case Usage():
                self.usage = part

    def answer(self, fault: Finish | None) -> Answer:
        ended = self.finished or Finished(None, None)
        calls = tuple(ToolCall(*self.calls[index]) for index in sorted(self.calls))
        return Answer("".join(self.words), calls, ended.reason, ended.refusal, fault, self.usage)


class RecordingModel:
    """A `Provider` that passes on what another answers, and keeps it. `begin_turn` before each answer."""

    def __init__(self, inner: Provider) -> None:
        self.name = inner.name
        self.lines = inner.lines if isinstance(inner, RecordedModel) else None
        self._inner = inner
        self._turn = 0
        self._exchanges: list[Exchange] = []
        self._texts: dict[str, tuple[str, ...]] = {}

    def begin_turn(self) -> None:
        """The next visitor turn is about to be answered."""
        self._turn += 1

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        """What the other says. An answer that is given up before its end was too late, and is kept as that."""
        blocks = {key_of(block): block for block in shown_to(request)}
        shown = tuple(map(key_of, shown_to(request)))
        heard, fault = _Heard(), None
        try:
            async with closing(self._inner.stream(request)) as parts:
                async for part in parts:
                    heard.note(part)
                    yield part
        except ProviderFault as failure:
            fault = failure.finish
            raise
        except Exception:
            fault = Finish.garbage
            raise
        except BaseException:
            fault = None if heard.finished else Finish.timeout
            raise
        finally:
            self._texts |= blocks
            self._exchanges.append(Exchange(self._turn, shown, heard.answer(fault)))

    def tape(self, case: str) -> Tape:
        """Everything since the beginning."""
        return Tape(case, self.name, tuple(self._exchanges), dict(self._texts))
