"""Letting words out: sentence by sentence, each checked first, so that streaming stays quick and honest.

A sentence without a claim goes out at once. One whose claim has no ground yet is held, and everything after it, until
the message has ended: if tools run next, it is checked again against what they did; if the message was the answer, the
model is asked once to write the rest anew, and then safe words and a person take its place.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from agent.finish import Finish
from agent.gateway import Completion
from agent.leaks import LeakGuard
from agent.loop import Regenerate
from agent.say_do import NOTES, Ground, Unsupported, check
from agent.sentences import SentenceCutter, split
from agent.tool_calls import ToolResult

Show = Callable[[str, int], Awaitable[None]]
"""Shows words that start at a character offset of the answer."""


class Superseded(Exception):
    """The visitor wrote on before anything was shown; the turn starts again with all they wrote."""


@dataclass(slots=True)
class Release:
    """The listener of one turn. `shown` is exactly what the visitor has seen of this answer."""

    ground: Callable[[], Ground]
    leaks: LeakGuard
    show: Show
    retract: Callable[[str], Awaitable[None]]
    before_first: Callable[[], Awaitable[None]]
    polish: Callable[[str], str] = str
    """The last touch to a sentence before it is shown, such as taking out citations nobody gave."""
    guard_noted: list[Unsupported | str] = field(default_factory=list)
    shown: str = ""
    _settled: str = ""
    _held: list[str] = field(default_factory=list)
    _cutter: SentenceCutter = field(default_factory=SentenceCutter)

    async def text(self, delta: str) -> None:
        """Words arrive."""
        for sentence in self._cutter.feed(delta):
            await self._weigh(sentence)

    async def message_finished(self, completion: Completion) -> Regenerate | None:
        """The message ended: the rest is weighed, and what is held decides whether it must be written again."""
        rest = self._cutter.rest()
        if rest:
            await self._weigh(rest)
        if completion.finish not in {Finish.stop, Finish.tool_calls}:
            self._held.clear()
            await self._take_back()
            return None
        if completion.finish is Finish.tool_calls:
            return None  # held sentences wait for the tools
        fault = self._first_fault()
        if fault is None:
            await self._let_go()
            self._settled = self.shown
            return None
        self.guard_noted.append(fault)
        self._held.clear()
        self._settled = self.shown
        return Regenerate(self._note(fault))

    async def tools_finished(self, results: Sequence[ToolResult]) -> None:
        """The tools have run: held sentences are checked again; what still has no ground is dropped."""
        kept = [s for s in self._held if self._fault(s) is None]
        self._held.clear()
        for sentence in kept:
            await self._out(sentence)
        if self.shown and not self.shown[-1].isspace():
            await self._out("\n\n")
        self._settled = self.shown

    async def say(self, words: str) -> None:
        """Fixed copy of ours: shown as it is."""
        lead = "\n\n" if self.shown.strip() and not self.shown.endswith("\n\n") else ""
        for sentence in split(lead + words):
            await self._out(sentence)
        self._settled = self.shown

    async def _weigh(self, sentence: str) -> None:
        if self._held or (self._fault(sentence) is not None):
            self._held.append(sentence)
            return
        await self._out(sentence)

    async def _out(self, sentence: str) -> None:
        clean = self.polish(self.leaks.clean(sentence))
        if not clean:
            return
        if not self.shown:
            await self.before_first()
            clean = clean.lstrip()
            if not clean:
                return
        await self.show(clean, len(self.shown))
        self.shown += clean

    async def _let_go(self) -> None:
        held, self._held = self._held, []
        for sentence in held:
            await self._out(sentence)

    async def _take_back(self) -> None:
        """Words of a message that did not finish are void: the screen goes back to what was settled."""
        if self.shown != self._settled:
            self.shown = self._settled
            await self.retract(self.shown)

    def _fault(self, sentence: str) -> Unsupported | str | None:
        if self.leaks.leaks(sentence, before=self.shown):
            return "leak"
        return check(sentence, self.ground())

    def _first_fault(self) -> Unsupported | str | None:
        return next((f for s in self._held if (f := self._fault(s)) is not None), None)

    def _note(self, fault: Unsupported | str) -> str:
        if isinstance(fault, str):
            why = "Part of your answer repeats your instructions or a phrase that must not be said."
        else:
            why = f"{NOTES[fault.kind]} The sentence was: {fault.sentence.strip()!r}."
        already = f" The visitor has already read this, do not repeat it: {self.shown.strip()!r}." if self.shown else ""
        return f"{why} Write the answer again without that.{already} If you cannot, call hand_off and say so."
