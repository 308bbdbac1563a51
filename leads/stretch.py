"""The human stretch of a conversation: while one of the team was on the line, and what they said there.

The agent gets it as a summary when it is given the conversation back, so that it neither repeats nor contradicts a
colleague. It is made by code from what is stored; no model retells it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.conversation import AuthorKind, ChatMessage

MOST_LINES = 12
LONGEST_LINE = 300
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+(?=\s|$)|\n|$)|[^\n]+?(?:[.!?]+(?=\s|$)|$)")
_PROMISE = re.compile(
    r"\b(?:i'll|we'll|i will|we will|i can offer|we can offer|you(?:'ll| will) (?:get|have|receive)|i promise|agreed"
    r"|deal|let me (?:send|check|ask|get|find)|going to (?:send|call|check|book)"
    r"|ich (?:werde|schicke|sende|melde|kümmere|rufe)|wir (?:werden|schicken|senden|melden|bieten|rufen)|versproche"
    r"|je (?:vais|vous envoie|vous rappelle)|nous allons|nous vous"
    r"|(?:le|les) (?:enviaré|enviaremos|llamaré|llamaremos)|voy a|vamos a)\b",
    re.I,
)
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One time on the line: who, from which event number on, and to which (None while it lasts)."""

    rep: str
    from_seq: int
    began_at: datetime
    to_seq: int | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StretchSummary:
    """What a colleague said: their promises, their figures, their questions, and the rest of their words."""

    rep: str
    began_at: datetime
    ended_at: datetime | None
    said: tuple[str, ...]
    promised: tuple[str, ...]
    figures: tuple[str, ...]
    asked: tuple[str, ...]
    visitor_wrote: int


def summary(stretch: Stretch, messages: Sequence[ChatMessage]) -> StretchSummary:
    """The stretch, put together from its messages; the newest lines are kept where there are too many."""
    inside = [m for m in messages if m.seq >= stretch.from_seq and (stretch.to_seq is None or m.seq <= stretch.to_seq)]
    said = [s for m in inside if m.author is AuthorKind.REP for s in _sentences(m.text)]
    return StretchSummary(
        rep=stretch.rep,
        began_at=stretch.began_at,
        ended_at=stretch.ended_at,
        said=tuple(said[-MOST_LINES:]),
        promised=tuple(s for s in said if _PROMISE.search(s) and not s.endswith("?"))[-MOST_LINES:],
        figures=tuple(s for s in said if _FIGURE.search(s))[-MOST_LINES:],
        asked=tuple(s for s in said if s.endswith("?"))[-MOST_LINES:],
        visitor_wrote=sum(m.author is AuthorKind.VISITOR for m in inside),
    )


def _sentences(text: str) -> list[str]:
    found = [" ".join(m[0].split()) for m in _SENTENCE.finditer(text.replace("’", "'"))]
    return [s[:LONGEST_LINE] for s in found if s]
