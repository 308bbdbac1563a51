"""Checks of the words: what was said and never said, cited and asked, how often, and by whom."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from agent.interviewer.model import NAME as BUILT_IN
from evals.asking import questions_in
from evals.expectation import AnsweredBy, SaidExpectation
from evals.trace import Trace, TurnTrace
from evals.verdict import Finding
from leads.bant import Factor
from leads.evidence import plain


def _said(expected: Sequence[SaidExpectation], trace: Trace) -> Iterator[Finding]:
    for wanted in expected:
        turns = [turn for turn in trace.turns if wanted.turn in {None, turn.number}]
        text = plain("\n".join(turn.reply for turn in turns))
        found = _short(" / ".join(turn.reply for turn in turns))
        if wanted.any:
            holds = any(plain(phrase) in text for phrase in wanted.any)
            yield Finding("said.any", holds, " or ".join(map(repr, wanted.any)), found, wanted.turn)
        for phrase in wanted.all:
            yield Finding("said.all", plain(phrase) in text, repr(phrase), found, wanted.turn)


def _never_said(expected: Sequence[str], trace: Trace) -> Iterator[Finding]:
    for phrase in expected:
        where = next((turn for turn in trace.turns if plain(phrase) in _every_word(turn)), None)
        leaving = next((m.payload for m in trace.outbox if plain(phrase) in plain(m.payload)), "")
        found = _short(where.shown or where.reply) if where else leaving or "nothing of the kind"
        holds = where is None and not leaving
        yield Finding("never_said", holds, f"never {phrase!r}", found, where.number if where else None)


def _every_word(turn: TurnTrace) -> str:
    return plain(f"{turn.shown}\n{turn.reply}\n{' '.join(f'{c.title} {c.url}' for c in turn.cited)}")


def _cites(expected: Sequence[str], trace: Trace) -> Iterator[Finding]:
    pages = [f"{cited.title} {cited.url or ''}" for turn in trace.turns for cited in turn.cited]
    for wanted in expected:
        holds = any(plain(wanted) in plain(page) for page in pages)
        yield Finding("cites", holds, repr(wanted), "; ".join(dict.fromkeys(pages)) or "no citation")


def _never_asks(expected: Sequence[Factor], trace: Trace) -> Iterator[Finding]:
    for factor in expected:
        where = next((turn for turn in trace.turns if factor in turn.asked), None)
        found = _short(where.reply) if where else "it was not asked"
        yield Finding("never_asks", where is None, f"no question about {factor.value}", found, _number(where))


def _asks_at_most(expected: int, trace: Trace) -> Iterator[Finding]:
    asked = Counter(factor for turn in trace.turns for factor in turn.asked)
    often = [f"{factor.value} {times} times" for factor, times in asked.items() if times > expected]
    yield Finding("asks_at_most", not often, f"each factor at most {expected} times", ", ".join(often) or "that")


def _questions_per_reply(expected: int, trace: Trace) -> Iterator[Finding]:
    yield from questions_per_reply(trace, at_most=expected)


def questions_per_reply(trace: Trace, *, at_most: int) -> Iterator[Finding]:
    """One finding: the first reply that asks too much, if there is one."""
    where = next((turn for turn in trace.turns if len(questions_in(turn.reply)) > at_most), None)
    found = " | ".join(questions_in(where.reply)) if where else "no reply that asks more"
    yield Finding("questions_per_reply", where is None, f"at most {at_most} a reply", found, _number(where))


def _replies(expected: int, trace: Trace) -> Iterator[Finding]:
    found = sum(1 for reply in trace.replies if reply)
    yield Finding("replies", found == expected, str(expected), str(found))


def _answered_by(expected: Sequence[AnsweredBy], trace: Trace) -> Iterator[Finding]:
    models = {turn.number: turn.model for turn in trace.turns}
    for wanted in expected:
        found = models.get(wanted.turn, "nobody")
        own = found not in {BUILT_IN, "nobody", ""} and wanted.model != BUILT_IN  # by whatever name the model goes
        yield Finding("answered_by", own or found == wanted.model, wanted.model, found, wanted.turn)


def _number(turn: TurnTrace | None) -> int | None:
    return turn.number if turn else None


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= 300 else flat[:300] + "…")


WORD_CHECKS: Mapping[str, Callable[[Any, Trace], Iterator[Finding]]] = {
    "said": _said,
    "never_said": _never_said,
    "cites": _cites,
    "never_asks": _never_asks,
    "asks_at_most": _asks_at_most,
    "questions_per_reply": _questions_per_reply,
    "replies": _replies,
    "answered_by": _answered_by,
}
"""The check behind each key that is about words."""
