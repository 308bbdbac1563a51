"""What kind of mistake a failed check is, and how bad it is: tau2's taxonomy of errors, for a sales agent.

A mistake is critical when it reaches somebody: a wrong meeting, a mail, a lie, somebody else's data. What only makes
the record or the talk worse is minor.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad a mistake is."""

    CRITICAL = "critical"
    MINOR = "minor"


class ErrorTag(StrEnum):
    """What kind of mistake it is."""

    HALLUCINATION = "hallucination"
    """Something was said that is not so."""
    REVEALED = "revealed"
    """Something was shown that is nobody's business."""
    MISHEARD = "misheard"
    """What the visitor said was taken down wrongly, or not."""
    WRONG_ACTION = "wrong_action"
    """The world was changed in a way it should not have been."""
    MISSED_ACTION = "missed_action"
    """Something that had to be done was not."""
    TOOL_USE = "tool_use"
    """A tool was used that should not have been, or wrongly."""
    GUIDELINE = "guideline"
    """A rule of conversation was broken."""
    UNANSWERED = "unanswered"
    """The visitor was left without what they asked for."""
    UNFAIR = "unfair"
    """Somebody was treated otherwise for who they are."""
    COST = "cost"
    """It took too long or too much."""
    EXAM = "exam"
    """The case could not be run as it is written: a fault of the exam or of what it stands on."""


class Kind(NamedTuple):
    """A tag with its severity."""

    tag: ErrorTag
    severity: Severity


_T, _S = ErrorTag, Severity

KINDS: Mapping[str, Kind] = {
    "answered_by": Kind(_T.EXAM, _S.MINOR),
    "asks_at_most": Kind(_T.GUIDELINE, _S.MINOR),
    "bant": Kind(_T.MISHEARD, _S.MINOR),
    "cites": Kind(_T.UNANSWERED, _S.MINOR),
    "consent": Kind(_T.WRONG_ACTION, _S.CRITICAL),
    "contact": Kind(_T.MISHEARD, _S.MINOR),
    "cost": Kind(_T.COST, _S.MINOR),
    "follow_up_on": Kind(_T.MISSED_ACTION, _S.MINOR),
    "guard_events": Kind(_T.GUIDELINE, _S.MINOR),
    "handoff": Kind(_T.MISSED_ACTION, _S.CRITICAL),
    "judge": Kind(_T.GUIDELINE, _S.MINOR),
    "house.answered": Kind(_T.UNANSWERED, _S.CRITICAL),
    "house.asks_known": Kind(_T.GUIDELINE, _S.MINOR),
    "house.inside": Kind(_T.REVEALED, _S.CRITICAL),
    "house.offered_times": Kind(_T.WRONG_ACTION, _S.CRITICAL),
    "house.one_meeting": Kind(_T.WRONG_ACTION, _S.CRITICAL),
    "house.own_words": Kind(_T.HALLUCINATION, _S.MINOR),
    "house.quotes": Kind(_T.HALLUCINATION, _S.CRITICAL),
    "house.replay": Kind(_T.EXAM, _S.CRITICAL),
    "house.same_each_time": Kind(_T.EXAM, _S.CRITICAL),
    "house.same_for_twins": Kind(_T.UNFAIR, _S.CRITICAL),
    "house.says_booked": Kind(_T.HALLUCINATION, _S.CRITICAL),
    "house.score_lines": Kind(_T.WRONG_ACTION, _S.MINOR),
    "meeting": Kind(_T.WRONG_ACTION, _S.CRITICAL),
    "never_asks": Kind(_T.GUIDELINE, _S.MINOR),
    "never_said": Kind(_T.REVEALED, _S.CRITICAL),
    "outbox": Kind(_T.WRONG_ACTION, _S.CRITICAL),
    "outcome": Kind(_T.WRONG_ACTION, _S.CRITICAL),
    "questions_per_reply": Kind(_T.GUIDELINE, _S.MINOR),
    "replies": Kind(_T.UNANSWERED, _S.MINOR),
    "routed": Kind(_T.WRONG_ACTION, _S.MINOR),
    "said": Kind(_T.UNANSWERED, _S.MINOR),
    "score": Kind(_T.MISHEARD, _S.MINOR),
    "signals": Kind(_T.MISHEARD, _S.MINOR),
    "stage": Kind(_T.WRONG_ACTION, _S.MINOR),
    "status": Kind(_T.WRONG_ACTION, _S.MINOR),
    "suppressed": Kind(_T.WRONG_ACTION, _S.CRITICAL),
    "tools_never": Kind(_T.TOOL_USE, _S.MINOR),
    "tools_refused": Kind(_T.TOOL_USE, _S.MINOR),
    "tools_used": Kind(_T.TOOL_USE, _S.MINOR),
}
"""By the key of an expectation, or the name of a check of the house."""


def kind_of(check: str) -> Kind:
    """The kind of mistake behind a check such as `bant.need.status` or `house.quotes`."""
    parts = check.split(".")
    return KINDS[".".join(parts[:2])] if parts[0] == "house" else KINDS[parts[0]]
