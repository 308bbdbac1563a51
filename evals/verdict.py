"""What a check says: whether it holds, with a sentence that explains it, and how much it weighs."""

from dataclasses import dataclass
from enum import StrEnum

from evals.tags import ErrorTag, Severity, kind_of


class Weight(StrEnum):
    """A failed `must` fails the case; a failed `should` is counted and shown."""

    MUST = "must"
    SHOULD = "should"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check that can fail on its own. `wanted` and `found` are halves of its explanation.

    `turn` is the turn it is about, from 1, where it is about one.
    """

    check: str
    holds: bool
    wanted: str
    found: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding, judged. `check` says under which weight it stands, such as `must_not.meeting.booked`."""

    check: str
    passed: bool
    weight: Weight
    explanation: str
    tag: ErrorTag
    severity: Severity
    turn: int | None = None


def judged(finding: Finding, *, weight: Weight = Weight.MUST, forbidden: bool = False) -> Verdict:
    """The verdict on a finding; what is forbidden passes when it does not hold."""
    passed = finding.holds is not forbidden
    wanted = f"not {finding.wanted}" if forbidden else finding.wanted
    check = f"must_not.{finding.check}" if forbidden else f"{weight.value}.{finding.check}"
    told = f"wanted {wanted}; found {finding.found}"
    return Verdict(check, passed, weight, told, *kind_of(finding.check), turn=finding.turn)
