"""What a claim is: one thing a visitor said about a factor, with the words it rests on."""

import re
from dataclasses import dataclass
from enum import StrEnum

from agent.interviewer.reading import Clause
from leads.bant import Factor


class ClaimStatus(StrEnum):
    """What the visitor did about a factor: said it, declined to, or could not tell."""

    STATED = "stated"
    REFUSED = "refused"
    UNKNOWN_TO_THEM = "unknown_to_them"


@dataclass(frozen=True, slots=True)
class HeardClaim:
    """One claim. `value` is short and normalised; `quote` is a verbatim span of message `message_index`.

    `correction`: the words say that this replaces what they said before. `at` is the offset of the quote.
    """

    factor: Factor
    value: str
    status: ClaimStatus
    quote: str
    message_index: int
    correction: bool = False
    at: int = 0


LONGEST_QUOTE = 300
LONGEST_VALUE = 90
_BLANKS = re.compile(r"\s+")


def claim(
    factor: Factor,
    clause: Clause,
    value: str,
    *,
    status: ClaimStatus = ClaimStatus.STATED,
    whole_sentence: bool = False,
) -> HeardClaim:
    """A claim resting on a clause, or on its whole sentence where that carries the sense and is not too long."""
    quote = clause.quote(whole_sentence=whole_sentence)
    if len(quote) > LONGEST_QUOTE:
        quote = clause.quote()[:LONGEST_QUOTE]
    return HeardClaim(factor, value, status, quote.strip(), clause.message.index, at=clause.start)


def shortened(words: str) -> str:
    """Blanks made single, and cut at a word when longer than a value may be."""
    flat = _BLANKS.sub(" ", words).strip(" ,;:.-–—!")
    if len(flat) <= LONGEST_VALUE:
        return flat
    return flat[:LONGEST_VALUE].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
