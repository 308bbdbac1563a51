"""Finding by words: how text becomes terms, and BM25 over passages.

The index lives in memory and is rebuilt from SQL, so the ranking is the same on SQLite and Postgres. BM25 as in
Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), with the always positive idf of Lucene.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import snowballstemmer
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

LONGEST_TERM = 40
_SATURATION = 1.5  # k1: how soon a repeated word stops counting
_LENGTH_WEIGHT = 0.75  # b: how much a long passage pays for its length
_ALIKE = 0.9  # Jaro-Winkler, from which an unknown term is read as a known one
_TRUST_IN_GUESS = 0.8
_SHORTEST_GUESSED = 5
_GUESSES_KEPT = 10_000
_HYPHENATED = re.compile(r"(?<=\w)[-‐‑](?=\w)")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Letters, digits, and the marks that words of Arabic, Indic and Thai scripts are written with (\w leaves them out).
_WORD = re.compile("(?:[^\\W_]|[\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e])+(?:['’]\\w+)?")
# Scripts written without spaces: a term is two neighbouring characters.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]+")
_POSSESSIVE = re.compile("['’].*$")
# English words that say nothing about the subject; questions are full of them.
STOP_WORDS = frozenset(
    """a about all also am an and any are as at be because been being but by can could did do does doing down each
    else ever for from get give got had has have having hello here hey hi how i if in into is it its just know let
    like may me might mine more most much must my need no not now of off on once only or other our ours out over own
    please same say shall she should so some such tell than thank thanks that the their theirs them then there these
    they this those through to too under until up us very want was we were what when where which while who whom
    whose why will with would yes you your yours he him his her hers many really""".split()
)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What each text shares with a question, one number a text.

    `score` is BM25; `ceiling` the BM25 of a text that says every asked term without end; `coverage` the share of the
    question, weighed by how much its terms tell apart, that a text has words for (0..1).
    """

    score: NDArray[np.float32]
    ceiling: float
    coverage: NDArray[np.float32]

    def best(self, limit: int) -> list[int]:
        """The numbers of the best texts, best first; none that shares no term."""
        order = np.argsort(-self.score, kind="stable")[:limit]
        return [int(number) for number in order if self.score[number] > 0]


def words(text: str) -> list[str]:
    """The words of a text, caseless, without accents and possessive endings; 'sign-up' gives sign, up and signup."""
    plain = unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text))).casefold()
    joined = [found.group().replace(found.group(1), "") for found in re.finditer(r"\w+([-‐‑])\w+", plain)]
    spelled = _WORD.findall(_HYPHENATED.sub(" ", plain))
    return [part for word in spelled + joined for part in _parts(_POSSESSIVE.sub("", word))]


def terms(text: str) -> list[str]:
    """What is compared: the stems of the words that say something. Empty for a text of nothing but stop words."""
    return [_stem(word) for word in words(text) if word not in STOP_WORDS]


def _parts(word: str) -> list[str]:
    if not _UNSPACED.search(word):
        return [word[:LONGEST_TERM]] if word else []
    parts: list[str] = []
    for run in _UNSPACED.findall(word):
        parts += [run[i : i + 2] for i in range(max(1, len(run) - 1))]
    return parts + [piece[:LONGEST_TERM] for piece in _UNSPACED.split(word) if piece]


@lru_cache(maxsize=32_768)
def _stem(word: str) -> str:
    # A stemmer keeps its word in itself and is not thread-safe; making one costs 2 µs, stemming 50.
    return str(snowballstemmer.stemmer("english").stemWord(word))


class Vocabulary:
    """The terms a library uses, and which of them an unknown one most likely stands for."""

    def __init__(self, known: Iterable[str]) -> None:
        """Guesses are made among these."""
        self._guessable = [term for term in known if _may_be_guessed(term)]
        self._guesses: dict[str, str | None] = {}

    def meant_by(self, term: str) -> str | None:
        """The known term for an unknown one: the right spelling, or another form of the word; None for no guess."""
        if not _may_be_guessed(term):
            return None
        if term not in self._guesses:
            if len(self._guesses) > _GUESSES_KEPT:
                self._guesses.clear()
            found = process.extractOne(term, self._guessable, scorer=JaroWinkler.similarity, score_cutoff=_ALIKE)
            self._guesses[term] = found[0] if found else None
        return self._guesses[term]


def _may_be_guessed(term: str) -> bool:
    return len(term) >= _SHORTEST_GUESSED and term.isalpha()


class LexicalIndex:
    """BM25 over a fixed list of texts, numbered by their place in it."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [Counter(terms(text)) for text in texts]
        lengths = np.array([sum(counts.values()) for counts in counted], dtype=np.float32)
        places: dict[str, list[int]] = defaultdict(list)
        counts_of: dict[str, list[int]] = defaultdict(list)
        for number, counts in enumerate(counted):
            for term, count in counts.items():
                places[term].append(number)
                counts_of[term].append(count)
        self._vocabulary = Vocabulary(places)
        self._size = len(counted)
        self._unknown = idf_of(self._size, 0)
        self._idf = {term: idf_of(self._size, len(found)) for term, found in places.items()}
        typical = float(lengths.mean()) if lengths.any() else 1.0
        drag = _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * lengths / typical)
        self._postings: dict[str, tuple[NDArray[np.intp], NDArray[np.float32]]] = {}
        for term, found in places.items():
            numbers, often = np.array(found, dtype=np.intp), np.array(counts_of[term], dtype=np.float32)
            weight = self._idf[term] * often * (_SATURATION + 1) / (often + drag[numbers])
            self._postings[term] = (numbers, weight.astype(np.float32))

    def overlap(self, asked: Sequence[str]) -> Overlap:
        """What the texts share with these terms. A term no text has counts in full against all of them."""
        score = np.zeros(self._size, dtype=np.float32)
        coverage = np.zeros(self._size, dtype=np.float32)
        counts = Counter(asked)
        whole = sum(self._idf.get(term, self._unknown) for term in counts)
        for term, count in counts.items():
            meant = term if term in self._postings else self._vocabulary.meant_by(term)
            if meant is None:
                continue
            trust = 1.0 if meant == term else _TRUST_IN_GUESS
            numbers, weight = self._postings[meant]
            score[numbers] += weight * count * trust
            coverage[numbers] += self._idf[meant] * trust / whole
        return Overlap(score, whole * (_SATURATION + 1), coverage)


def idf_of(size: int, holding: int) -> float:
    """How much a term tells apart that `holding` of `size` texts have; always positive."""
    return math.log(1 + (size - holding + 0.5) / (holding + 0.5))
