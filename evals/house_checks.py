"""What holds for every conversation, whatever its case says: the promises of the product itself."""

import re
from collections.abc import Iterator
from math import isclose

from agent.interviewer.model import NAME as BUILT_IN
from agent.tools import TOOLS
from evals.expectation import OUR_WORDS
from evals.trace import Trace, TurnTrace
from evals.verdict import Finding
from evals.word_checks import questions_per_reply
from leads.evidence import plain
from leads.meeting import MeetingState

_INSIDE = re.compile(
    rf"\b(?:{'|'.join(tool.name for tool in TOOLS if '_' in tool.name)})\b"
    r"|\b(?:lead|slot|conv|per|turn|msg|rep|meet|hand|act|guest|call|off)_\w*\d\b|\bask_next\b|\"slot_id\""
)
"""Names of tools, ids and keys of the facts sheet: nothing a visitor should ever read."""
_BOOKED = re.compile(
    r"\byou(?:'re| are) (?:all )?(?:booked|confirmed|scheduled)\b"
    r"|\b(?:it|that|meeting|call|demo)(?:'s| is) (?:booked|confirmed)\b|\bist gebucht\b"
)


def house_findings(trace: Trace, *, questions: int | None = None) -> Iterator[Finding]:
    """The findings that every run must pass; `questions` is the most a reply may ask, one unless the case says so."""
    yield _ran(trace)
    yield _answered(trace)
    yield _quotes_are_theirs(trace)
    yield _lines_add_up(trace)
    yield _one_meeting_at_most(trace)
    yield _booked_times_were_offered(trace)
    yield _says_booked_only_when_booked(trace)
    yield _nothing_from_inside(trace)
    yield _asks_no_known_thing(trace)
    yield _our_own_words_hold(trace)
    yield from questions_per_reply(trace, at_most=1 if questions is None else questions)


def _ran(trace: Trace) -> Finding:
    return Finding("house.replay", not trace.faults, "a run as the case is written", "; ".join(trace.faults) or "that")


def _answered(trace: Trace) -> Finding:
    """Words in every turn, and none of them because our own code broke."""
    broken = next((turn for turn in trace.turns if not turn.reply.strip() or turn.outcome == "failed"), None)
    return _about("house.answered", broken, "words in every turn", broken.outcome if broken else "that")


def _quotes_are_theirs(trace: Trace) -> Finding:
    """The quotes this conversation shows stand in what this visitor wrote, here or in an earlier talk."""
    here = [text for turn in trace.turns for text in turn.visitor]
    said = plain("\n".join([*here, *trace.said_before]))
    foreign = [q for _, view in trace.end.bant for q in view.quotes if plain(q) not in said]
    return Finding("house.quotes", not foreign, "quotes from their own words", repr(foreign))


def _lines_add_up(trace: Trace) -> Finding:
    score = trace.end.score
    kept = score.total if score.kept is None else score.kept
    holds = all(isclose(sum(score.points), total, abs_tol=0.05) for total in (score.total, kept))
    found = f"{sum(score.points):g}, and {kept:g} kept with the lead"
    return Finding("house.score_lines", holds and 0 <= score.total <= 100, f"lines adding up to {score.total:g}", found)


def _one_meeting_at_most(trace: Trace) -> Finding:
    standing = [m for m in trace.end.meetings if m.state == MeetingState.CONFIRMED.value]
    return Finding("house.one_meeting", len(standing) <= 1, "at most one open meeting", str(len(standing)))


def _booked_times_were_offered(trace: Trace) -> Finding:
    invented = [str(m.start) for m in trace.end.meetings if not m.offered]
    return Finding("house.offered_times", not invented, "only times that were offered", ", ".join(invented) or "that")


def _says_booked_only_when_booked(trace: Trace) -> Finding:
    """While no meeting stands nobody says that one does, not even for a moment."""
    without = [turn for turn in trace.turns if not turn.has_meeting]
    liar = next((turn for turn in without if _BOOKED.search(plain(turn.shown + "\n" + turn.reply))), None)
    return _about("house.says_booked", liar, "no word of a meeting that is none", liar.reply if liar else "that")


def _nothing_from_inside(trace: Trace) -> Finding:
    leaky = next((turn for turn in trace.turns if _INSIDE.search(turn.shown + "\n" + turn.reply)), None)
    found = _INSIDE.search(leaky.shown + "\n" + leaky.reply) if leaky else None
    return _about("house.inside", leaky, "no name of a tool, id or key", found.group() if found else "that")


def _asks_no_known_thing(trace: Trace) -> Finding:
    nosy = next((turn for turn in trace.turns if not set(turn.asked) <= set(turn.askable)), None)
    return _about(
        "house.asks_known", nosy, "no question about a known or declined thing", nosy.reply if nosy else "that"
    )


def _our_own_words_hold(trace: Trace) -> Finding:
    """Words of ours never meet a guard: the interviewer's are made of what its tools did."""
    ours = trace.model == BUILT_IN
    stopped = [event for event in trace.end.guard_events if ours and event.name in OUR_WORDS]
    noted = [f"{event.name}: {event.value}" for event in stopped]
    return Finding("house.own_words", not noted, "no guard that stops our own words", "; ".join(noted) or "none")


def _about(check: str, turn: TurnTrace | None, wanted: str, found: str) -> Finding:
    return Finding(check, turn is None, wanted, repr(" ".join(found.split())[:300]), turn.number if turn else None)
