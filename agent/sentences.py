"""Cutting a stream of words into sentences, so that each can be checked before it is shown."""

import re

_END = re.compile(r"(?:[.!?…]+[\"')\]]*(?:\s*\[\d+\])*|[。！？؟]+)(?=\s|$)\s*|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|incl|excl|vs|no|nr|mr|mrs|ms|dr|st|z\.b|bzw|ca)|\b[A-Za-z]|^\s*\d{1,2})\.$", re.I
)
LONGEST = 600
"""Characters without any sentence end after which a piece is released anyway at a blank."""


class SentenceCutter:
    """Takes words as they come and gives whole sentences, with their trailing blanks, so that joining restores them."""

    def __init__(self) -> None:
        self._waiting = ""

    def feed(self, delta: str) -> list[str]:
        """Add words; returns the sentences that are complete now. A sentence counts only once something follows it."""
        self._waiting += delta
        done: list[str] = []
        while (cut := _cut(self._waiting)) is not None:
            done.append(self._waiting[:cut])
            self._waiting = self._waiting[cut:]
        return done

    def rest(self) -> str:
        """What is left when the message has ended."""
        rest, self._waiting = self._waiting, ""
        return rest


def _cut(text: str) -> int | None:
    for end in _END.finditer(text):
        if end.end() >= len(text):  # more of this sentence's end (a citation, a closing quote) may still come
            break
        if end.group().strip() == "." and _ABBREVIATION.search(text[: end.start() + 1]):
            continue
        return end.end()
    if len(text) > LONGEST:
        blank = text.rfind(" ", 0, LONGEST)
        return blank + 1 if blank > 0 else LONGEST
    return None


def split(text: str) -> list[str]:
    """A whole text as sentences, with their trailing blanks."""
    cutter = SentenceCutter()
    done = cutter.feed(text)
    rest = cutter.rest()
    return [*done, rest] if rest else done
