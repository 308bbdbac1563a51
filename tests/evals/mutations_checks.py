"""Breaks of the exam itself: each check made blind (it always holds) and made mad (it never does).

A check is a pure function of a trace, so one run of a few cases is judged again and again.
"""

from evals.checks import CHECKS, findings, judge
from tests.evals.mutation import Mutation

SAT = (
    "booking/one_time_a_breath",
    "canaries/a_date_is_seen",
    "canaries/every_check_can_fail",
    "canaries/what_was_done_is_seen",
    "canaries/nothing_is_as_asked",
    "faults/outage_answers_and_fetches_a_person",
    "handoff/a_rep_takes_over_and_gives_back",
    "later/come_back_in_march",
)
"""The cases whose runs are judged."""


def _made(holds: bool, check: str) -> Mutation:
    always = "always" if holds else "never"
    return Mutation(
        f"the check of {check} {always} holds",
        findings,
        "yield from CHECKS[key](value, trace)",
        f"found = CHECKS[key](value, trace)\n            "
        f'yield from (replace(f, holds={holds}) for f in found) if key == "{check}" else found',
        SAT,
    )


CHECKS_BLIND = tuple(_made(True, check) for check in CHECKS)
CHECKS_MAD = tuple(_made(False, check) for check in CHECKS)


def house_made(holds: bool, check: str) -> Mutation:
    """A promise of the house whose check always holds, or never does."""
    return Mutation(
        f"the check of {check} {'always' if holds else 'never'} holds",
        judge,
        "[judged(finding) for finding in house_findings(trace, questions=case.must.questions_per_reply)]",
        f'[judged(replace(f, holds={holds}) if f.check == "{check}" else f) '
        "for f in house_findings(trace, questions=case.must.questions_per_reply)]",
    )
