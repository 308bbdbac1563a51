"""Lines that a model double says turn by turn, strict both ways: none may be missing, and none may be left over."""

from collections.abc import Sequence
from typing import Generic, TypeVar

L = TypeVar("L")


class LinesFault(Exception):
    """The lines and the conversation do not fit."""


class Lines(Generic[L]):
    """The lines of all turns. `begin_turn` before each answer, `end` after the last; what did not fit is in `faults`.

    `whose` names them in a fault, such as `script`.
    """

    def __init__(self, turns: Sequence[Sequence[L]], *, whose: str) -> None:
        self._turns = tuple(turns)
        self._whose = whose
        self.turn = 0
        self.asked = 0
        """How many lines of this turn were asked for."""
        self.faults: list[str] = []

    def begin_turn(self) -> None:
        """The next visitor turn is about to be answered; the lines of the one before must be used up."""
        self._settle()
        self.turn += 1
        self.asked = 0

    def end(self) -> None:
        """The conversation is over; every line must have been said."""
        self._settle()
        unused = len(self._turns) - self.turn
        if unused > 0:
            self.faults.append(f"The {self._whose} has lines for {unused} more turn(s) than were answered.")

    def take(self) -> L:
        """The next line of this turn. Raises LinesFault when there is none."""
        lines = self._now()
        if self.asked >= len(lines):
            raise self.fault(f"the model was asked once more, but the {self._whose} has no line left.")
        self.asked += 1
        return lines[self.asked - 1]

    def fault(self, sentence: str) -> LinesFault:
        """Keep what does not fit, and return the exception to raise."""
        self.faults.append(f"Turn {self.turn}: {sentence}")
        return LinesFault(self.faults[-1])

    def _settle(self) -> None:
        left = len(self._now()) - self.asked
        if left > 0:
            self.faults.append(f"Turn {self.turn}: {left} line(s) of the {self._whose} were never asked for.")

    def _now(self) -> Sequence[L]:
        return self._turns[self.turn - 1] if 0 < self.turn <= len(self._turns) else ()
