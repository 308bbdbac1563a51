"""Answering in the page's own words: the sentences of a passage that answer a question."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from store.lexical import terms, words
from store.passages import HEADING_MARK, sentences

_LEAST_SHARE = 0.25  # of the question; a sentence that has less of it does not answer
_SECOND_SHARE = 0.7  # of the best sentence's score; what is further behind only dilutes the answer
_UNDER_HEADING = 0.75  # how much a word of the heading above counts against one in the sentence
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,3}[.)])\s+")
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|can|cannot|could|may|must|will|would|do|does|did|n't|need|needs|costs?"
    r"|includes?|works?|takes?|makes?|gets?|runs?|gives?|shows?|reads?|keeps?|plans?|moves?|allows?)\b",
    re.I,
)
_ENDED = re.compile(r"[.!?…:;。！？]['\"”’)\]]*$")
_COLUMN = " | "
_FIGURE = re.compile(r"\d")
_WANTS_FIGURE = re.compile(
    r"\b(?:how (?:much|many|long|soon|often|big|large|fast|quickly)|cost|price|pricing|fee|limit|hours|when)\b", re.I
)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, list item or table row, with the headings and introductions it stands under."""

    text: str
    under: str


def best_sentences(passage_text: str, query: str, limit: int = 2) -> list[str]:
    """The whole sentences, list items or table rows that answer best, in reading order; empty when none does.

    A row comes with its column names ("Team: Price $49, Seats 10."), an item without its mark. Pure; nothing is
    invented: every word and number is the passage's own.
    """
    asked = set(terms(query))
    units = list(_units(passage_text))
    if not asked or not units or limit < 1:
        return []
    spoken = [(set(terms(unit.text)), set(terms(unit.under))) for unit in units]
    headings = {unit.under: above for unit, (_, above) in zip(units, spoken, strict=True)}
    weight = _weights(asked, [own for own, _ in spoken] + list(headings.values()))
    wants_figure = bool(_WANTS_FIGURE.search(query))
    scores = [
        _score(own, above, weight) * (1.25 if wants_figure and _FIGURE.search(unit.text) else 1.0)
        for unit, (own, above) in zip(units, spoken, strict=True)
    ]
    best = max(scores)
    if best < _LEAST_SHARE * sum(weight.values()):
        return []
    order = sorted(range(len(units)), key=lambda place: (-scores[place], place))
    chosen = sorted(place for place in order[:limit] if scores[place] >= _SECOND_SHARE * best)
    return [units[place].text for place in chosen]


def _weights(asked: set[str], spoken: Sequence[set[str]]) -> dict[str, float]:
    """What tells the sentences of this passage apart counts; what is in all of them hardly does."""
    holding = Counter(term for found in spoken for term in found)
    return {term: 0.3 + math.log((1 + len(spoken)) / (1 + holding[term])) for term in asked if holding[term]} | {
        term: 0.3 for term in asked if not holding[term]
    }


def _score(own: set[str], above: set[str], weight: dict[str, float]) -> float:
    said = sum(share for term, share in weight.items() if term in own)
    return said + _UNDER_HEADING * sum(share for term, share in weight.items() if term in above - own)


def _units(text: str) -> Iterator[_Unit]:
    heading, introduction = "", ""
    columns: list[str] = []
    for line in text.splitlines():
        if line.startswith(HEADING_MARK):
            heading, introduction, columns = line.removeprefix(HEADING_MARK), "", []
            continue
        cells = [cell.strip() for cell in line.split(_COLUMN)]
        if len(cells) > 1:
            if len(columns) != len(cells):
                columns = cells
            else:
                yield _Unit(_row(columns, cells), f"{heading} {' '.join(columns)}")
            continue
        columns = []
        item = _ITEM.match(line)
        under = f"{heading} {introduction}" if item else heading
        for sentence in sentences(line[item.end() :] if item else line):
            if _says_something(sentence):
                yield _Unit(_closed(_told_under(heading, sentence) if item else sentence), under)
        introduction = introduction if item else (line if line.rstrip().endswith(":") else "")


def _told_under(heading: str, item: str) -> str:
    """An item without a verb says nothing by itself, or the opposite: "Decided against: A version for phones."."""
    return f"{heading}: {item}" if heading and not heading.endswith("?") and not _VERB.search(item) else item


def _says_something(sentence: str) -> bool:
    """Not an introduction ("The plans are:"), not a question of the page's own, not a lone word."""
    return not sentence.endswith((":", "?")) and len(words(sentence)) > 1


def _row(columns: Sequence[str], cells: Sequence[str]) -> str:
    told = [f"{name} {cell}".strip() for name, cell in zip(columns[1:], cells[1:], strict=True) if cell]
    return _closed(f"{cells[0]}: {', '.join(told)}" if told else cells[0])


def _closed(sentence: str) -> str:
    return sentence if _ENDED.search(sentence) else f"{sentence}."
