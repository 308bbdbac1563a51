"""Checks of what a case expects: pure functions of the trace, each with an explanation. End state and tools are here.

Every key of an expectation has one function in `CHECKS`; a test keeps the table complete.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from evals.case import Case
from evals.expectation import (
    Cost,
    Expectation,
    FactorExpectation,
    HandoffExpectation,
    MeetingExpectation,
    Prohibition,
    Routed,
    Word,
)
from evals.house_checks import house_findings
from evals.trace import FactorTrace, MeetingTrace, Trace, TurnTrace
from evals.verdict import Finding, Verdict, Weight, judged
from evals.word_checks import WORD_CHECKS
from leads.evidence import plain
from leads.meeting import MeetingState

Check = Callable[[Any, Trace], Iterator[Finding]]


def judge(case: Case, trace: Trace) -> list[Verdict]:
    """Every verdict on a run: what holds for each conversation, then what this case expects."""
    verdicts = [judged(finding) for finding in house_findings(trace, questions=case.must.questions_per_reply)]
    verdicts += [judged(finding) for finding in findings(case.must, trace)]
    verdicts += [judged(finding, forbidden=True) for finding in findings(case.must_not, trace)]
    verdicts += [judged(finding, weight=Weight.SHOULD) for finding in findings(case.should, trace)]
    return [*(_turned(v) if v.check in case.fails else v for v in verdicts), *_canaries(case, verdicts)]


def _turned(verdict: Verdict) -> Verdict:
    """Of a check that has to fail: passed when it does."""
    return replace(verdict, passed=not verdict.passed, explanation=f"has to fail: {verdict.explanation}")


def _canaries(case: Case, verdicts: Sequence[Verdict]) -> Iterator[Verdict]:
    """A check that has to fail and was not even made."""
    made = {verdict.check for verdict in verdicts}
    for name in case.fails:
        if name not in made:
            yield judged(Finding("house.replay", False, f"a check {name} that fails", "no such check"))


def findings(expected: Expectation | Prohibition, trace: Trace) -> Iterator[Finding]:
    """The findings on everything that an expectation names."""
    for key in type(expected).model_fields:
        value = getattr(expected, key)
        if value is not None and value not in ((), {}):
            yield from CHECKS[key](value, trace)


def _contains(text: str, part: str) -> bool:
    return plain(part) in plain(text)


def _one_of(check: str, wanted: Sequence[str], found: str) -> Finding:
    return Finding(check, found in wanted, " or ".join(wanted), found)


# --- BANT


def _bant(expected: Mapping[Any, FactorExpectation], trace: Trace) -> Iterator[Finding]:
    for factor, wanted in expected.items():
        yield from _factor(f"bant.{factor.value}", wanted, trace.end.factor(factor))


def _factor(name: str, wanted: FactorExpectation, found: FactorTrace) -> Iterator[Finding]:
    if wanted.status is not None:
        yield _one_of(f"{name}.status", [s.value for s in wanted.status], found.status.value)
    if wanted.met is not None:
        yield Finding(f"{name}.met", found.met is wanted.met, str(wanted.met), str(found.met))
    for part in wanted.value_contains:
        yield Finding(f"{name}.value_contains", _contains(found.value, part), repr(part), repr(found.value))
    for part in wanted.quote:
        holds = any(_contains(quote, part) for quote in found.quotes)
        yield Finding(f"{name}.quote", holds, repr(part), repr(found.quotes))
    for part in wanted.superseded:
        holds = any(_contains(value, part) for value in found.superseded)
        yield Finding(f"{name}.superseded", holds, repr(part), repr(found.superseded))


# --- the lead


def _stage(expected: Any, trace: Trace) -> Iterator[Finding]:
    yield _one_of("stage", [stage.value for stage in expected], trace.end.stage)


def _status(expected: Any, trace: Trace) -> Iterator[Finding]:
    yield _one_of("status", [expected.value], trace.end.status)


def _outcome(expected: Any, trace: Trace) -> Iterator[Finding]:
    yield _one_of("outcome", [expected.value], trace.end.outcome)


def _score(expected: Any, trace: Trace) -> Iterator[Finding]:
    total = trace.end.score.total
    holds = expected.min <= total <= expected.max
    yield Finding("score", holds, f"{expected.min:g} to {expected.max:g}", f"{total:g}")


def _consent(expected: Mapping[Any, Word], trace: Trace) -> Iterator[Finding]:
    said = {detail.name: detail.value for detail in trace.end.consents}
    for purpose, word in expected.items():
        yield _one_of(f"consent.{purpose.value}", [word.value], said.get(purpose.value, Word.UNSAID.value))


def _contact(expected: Mapping[Any, str], trace: Trace) -> Iterator[Finding]:
    known = {detail.name: detail.value for detail in trace.end.contact}
    for kind, wanted in expected.items():
        found = known.get(kind.value, "")
        yield Finding(f"contact.{kind.value}", plain(found) == plain(wanted), repr(wanted), repr(found))


def _follow_up_on(expected: Any, trace: Trace) -> Iterator[Finding]:
    yield Finding("follow_up_on", trace.end.follow_up_on == expected, str(expected), str(trace.end.follow_up_on))


def _signals(expected: Sequence[str], trace: Trace) -> Iterator[Finding]:
    for signal in expected:
        yield Finding("signals", signal in trace.end.signals, signal, ", ".join(trace.end.signals) or "none")


def _routed(expected: Routed, trace: Trace) -> Iterator[Finding]:
    found = {"owner": trace.end.owner, "queue": trace.end.queue}
    for name in ("owner", "queue"):
        wanted = getattr(expected, name)
        if wanted is not None:
            yield _one_of(f"routed.{name}", [wanted], found[name] or "none")
    if expected.nobody:
        yield Finding("routed.nobody", not any(found.values()), "nobody", found["owner"] or found["queue"] or "nobody")


def _suppressed(expected: bool, trace: Trace) -> Iterator[Finding]:
    yield Finding("suppressed", trace.end.suppressed is expected, str(expected), str(trace.end.suppressed))


# --- meeting, handoff, what leaves


def _meeting(expected: MeetingExpectation, trace: Trace) -> Iterator[Finding]:
    standing = [m for m in trace.end.meetings if m.state == MeetingState.CONFIRMED.value]
    shown = "; ".join(map(_told, standing)) or "no meeting"
    if expected.booked is not None:
        yield Finding("meeting.booked", bool(standing) is expected.booked, str(expected.booked), shown)
    if expected.count is not None:
        found = len(trace.end.meetings)
        yield Finding("meeting.count", found == expected.count, str(expected.count), str(found))
    for name in ("start", "zone", "moved", "host", "kind", "invited"):
        wanted = getattr(expected, name)
        if wanted is not None:
            holds = any(_of_meeting(meeting, name) == wanted for meeting in standing)
            yield Finding(f"meeting.{name}", holds, str(wanted), shown)


def _of_meeting(meeting: MeetingTrace, name: str) -> Any:
    return meeting.start.replace(tzinfo=None) if name == "start" else getattr(meeting, name)


def _told(meeting: MeetingTrace) -> str:
    at = meeting.start.strftime("%Y-%m-%dT%H:%M")
    return f"{meeting.kind} at {at} {meeting.zone} with {meeting.host} for {meeting.invited}, moved {meeting.moved}"


def _handoff(expected: HandoffExpectation, trace: Trace) -> Iterator[Finding]:
    handoff = trace.end.handoff
    if expected.reason is not None:
        yield _one_of("handoff.reason", [str(r) for r in expected.reason], handoff.reason if handoff else "none")
    for part in expected.note_contains:
        note = handoff.note if handoff else ""
        yield Finding("handoff.note_contains", _contains(note, part), repr(part), repr(note))
    if expected.due is not None:
        due = handoff.due.replace(tzinfo=None) if handoff else None
        yield Finding("handoff.due", due == expected.due, str(expected.due), str(due))


def _outbox(expected: Mapping[str, int], trace: Trace) -> Iterator[Finding]:
    leaving = Counter(message.kind for message in trace.outbox)
    for kind, number in expected.items():
        yield Finding(f"outbox.{kind}", leaving[kind] == number, str(number), str(leaving[kind]))


def _guard_events(expected: Sequence[str], trace: Trace) -> Iterator[Finding]:
    noted = [event.name for event in trace.end.guard_events]
    for kind in expected:
        yield Finding("guard_events", kind in noted, kind, ", ".join(noted) or "none")


# --- tools


def _tools_used(expected: Sequence[str], trace: Trace) -> Iterator[Finding]:
    worked = _called(trace, ok=True)
    for name in expected:
        yield Finding("tools_used", name in worked, name, _listed(worked))


def _tools_refused(expected: Sequence[str], trace: Trace) -> Iterator[Finding]:
    refused = _called(trace, ok=False)
    for name in expected:
        yield Finding("tools_refused", name in refused, name, _listed(refused))


def _tools_never(expected: Sequence[str], trace: Trace) -> Iterator[Finding]:
    called = _called(trace, ok=True) | _called(trace, ok=False)
    for name in expected:
        yield Finding("tools_never", name not in called, f"no call of {name}", _listed(called))


def _called(trace: Trace, *, ok: bool) -> set[str]:
    return {use.name for turn in trace.turns for use in turn.tools if use.ok is ok}


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


# --- cost


def _cost(expected: Cost, trace: Trace) -> Iterator[Finding]:
    spent = {
        "requests": sum(turn.requests for turn in trace.turns),
        "tool_calls": sum(len(turn.tools) for turn in trace.turns),
        "input_tokens": sum(turn.input_tokens for turn in trace.turns),
        "output_tokens": sum(turn.output_tokens for turn in trace.turns),
    }
    for name, found in spent.items():
        most = getattr(expected, name)
        if most is not None:
            yield Finding(f"cost.{name}", found <= most, f"at most {most}", str(found))
    slowest = max((turn for turn in trace.turns if turn.seconds is not None), key=_seconds, default=None)
    if expected.seconds_per_answer is not None and slowest is not None:
        most, took = expected.seconds_per_answer, _seconds(slowest)
        yield Finding("cost.seconds_per_answer", took <= most, f"at most {most:g} s", f"{took:.1f} s", slowest.number)


def _seconds(turn: TurnTrace) -> float:
    return turn.seconds or 0.0


CHECKS: Mapping[str, Check] = {
    "bant": _bant,
    "stage": _stage,
    "status": _status,
    "outcome": _outcome,
    "score": _score,
    "meeting": _meeting,
    "handoff": _handoff,
    "consent": _consent,
    "contact": _contact,
    "follow_up_on": _follow_up_on,
    "signals": _signals,
    "routed": _routed,
    "suppressed": _suppressed,
    "outbox": _outbox,
    "guard_events": _guard_events,
    "tools_used": _tools_used,
    "tools_refused": _tools_refused,
    "tools_never": _tools_never,
    "cost": _cost,
    **WORD_CHECKS,
}
"""The check behind each key of an expectation."""
