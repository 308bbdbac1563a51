"""What can be said of a run without its words: the end state and the tools, as lines of an expectation.

Every line given here can fail: it names a value that another run could lack. Wordings are left out on purpose.
"""

from collections import Counter
from typing import Any

from evals.trace import EndState, Trace
from leads.meeting import MeetingState
from leads.stage import Outcome


def properties_of(trace: Trace) -> dict[str, Any]:
    """An expectation, as YAML holds it, that this run meets."""
    leaving = Counter(message.kind for message in trace.outbox)
    worked = sorted({use.name for turn in trace.turns for use in turn.tools if use.ok})
    return {
        **end_properties(trace.end),
        "outbox": {kind: leaving[kind] for kind in ("invitation", "notice")},
        **({"tools_used": worked} if worked else {}),
        "replies": sum(1 for reply in trace.replies if reply),
    }


def end_properties(end: EndState) -> dict[str, Any]:
    """The end state as lines of an expectation."""
    found: dict[str, Any] = {
        "stage": end.stage,
        "bant": {factor.value: {"status": view.status.value} for factor, view in end.bant},
        "meeting": _meeting(end),
        "handoff": {"reason": end.handoff.reason if end.handoff else "none"},
    }
    if end.outcome != Outcome.OPEN.value:
        found["outcome"] = end.outcome
    if end.consents:
        found["consent"] = {detail.name: detail.value for detail in end.consents}
    if end.follow_up_on:
        found["follow_up_on"] = end.follow_up_on.isoformat()
    if end.signals:
        found["signals"] = list(end.signals)
    return found


def _meeting(end: EndState) -> dict[str, Any]:
    standing = [m for m in end.meetings if m.state == MeetingState.CONFIRMED.value]
    found: dict[str, Any] = {"booked": bool(standing), "count": len(end.meetings)}
    if len(standing) == 1:
        found["start"] = standing[0].start.strftime("%Y-%m-%dT%H:%M:%S")
        found["zone"] = standing[0].zone
    return found
