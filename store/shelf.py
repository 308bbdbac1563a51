"""A shelf: one version of the knowledge, ready to be searched; by words at least."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.lexical import LexicalIndex, terms
from store.library import StoredPassage
from store.meaning import Meaning
from store.relevance import FLOOR, Near, Question, fused

DEPTH = 50
"""How far down each ranking is read."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage found. `document` is its page's slug, `score` how sure we are that it answers (0..1).

    `relevant` says it is sure enough to answer from; where no passage is, the knowledge does not answer the question.
    """

    id: str
    document: str
    title: str
    heading: str
    url: str | None
    text: str
    score: float
    relevant: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """The passages of one version, their words, and their vectors once those are made."""

    version: str
    passages: tuple[StoredPassage, ...]
    words: LexicalIndex
    meaning: Meaning | None = None

    def ranked(self, question: str, near: Sequence[Near]) -> list[Passage]:
        """The passages by words and, where `near` has any, by likeness; best first."""
        asked = terms(question)
        overlap = self.words.overlap(asked)
        likeness = {one.number: one.likeness for one in near}
        scale = self.meaning.scale if self.meaning and near else None
        size = Question(terms=len(set(asked)), passages=len(self.passages))
        found: list[Passage] = []
        for number in fused([overlap.best(DEPTH), [one.number for one in near]]):
            if scale is None:
                score = size.by_words(overlap, number)
            else:
                score = size.by_both(overlap, number, likeness.get(number, scale.usual), scale)
            found.append(_passage(self.passages[number], score))
        return found


def _passage(stored: StoredPassage, score: float) -> Passage:
    return Passage(
        id=stored.id,
        document=stored.slug,
        title=stored.title,
        heading=stored.heading,
        url=stored.url,
        text=stored.text,
        score=round(score, 4),
        relevant=score >= FLOOR,
    )
