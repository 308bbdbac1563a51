"""Faults: what is wrong with a setting or a line of the playbook, said so that its owner can put it right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right. `file` is relative to the folder, `line` counts from 1, `where` is a path in the file.

    `wrong` says what is the matter, `allowed` what may stand there instead.
    """

    file: str
    line: int
    where: str
    wrong: str
    allowed: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: {self.where}: " if self.where else f"{self.file}:{self.line}: "
        return f"{place}{self.wrong}. Allowed: {self.allowed}."


class PlaybookFaults(Exception):
    """The playbook cannot be used. `faults` holds every one that was found, by file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"The playbook has {len(self.faults)} fault(s):\n{lines}")


def nearest(word: object, allowed: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The allowed word that was most likely meant, or None."""
    close = get_close_matches(str(word)[:100], sorted(allowed), n=1, cutoff=cutoff)
    return close[0] if close else None


def one_of(word: object, allowed: Iterable[str]) -> str:
    """The allowed words as a sentence part, the likely one first: "did you mean "en"? One of: de, en"."""
    words = sorted(allowed)
    meant = nearest(word, words)
    listed = ", ".join(words) or "none is defined yet"
    return f'did you mean "{meant}"? One of: {listed}' if meant else f"one of: {listed}"


def shown(value: object) -> str:
    """A value from a file as it may stand in a sentence: short and on one line."""
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = str(value)
    text = " ".join(text.split())
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
