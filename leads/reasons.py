"""Reason codes: what each one means, what becomes of a lead returned with it, and what to do differently next time.

A reason nobody can act upon is no reason (domain.md §1.3): so each has its advice, and the definitions page prints it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from leads.stage import ReasonCode


class Treatment(StrEnum):
    """What becomes of a lead that a rep gives back: it stays open and is nurtured, or its cycle ends and may recur."""

    NURTURE = "nurture"
    RECYCLE = "recycle"


@dataclass(frozen=True, slots=True)
class ReasonAdvice:
    """One reason: its label, what a return for it leads to, after how many days it is worth another look, and advice.

    `again_after_days` is None where only a new sign of interest begins another cycle.
    """

    label: str
    treatment: Treatment
    advice: str
    again_after_days: int | None = None


_N, _R = Treatment.NURTURE, Treatment.RECYCLE

REASONS: Mapping[ReasonCode, ReasonAdvice] = MappingProxyType(
    {
        ReasonCode.NO_FIT: ReasonAdvice("Does not fit", _R, "Check the fit rules and where such leads come from."),
        ReasonCode.TOO_SMALL: ReasonAdvice(
            "Too small", _R, "Ask for size or volume on the form, and point small buyers to another offer.", 180
        ),
        ReasonCode.NO_NEED: ReasonAdvice("No need", _N, "Ask about the need before the lead is handed over."),
        ReasonCode.NO_BUDGET: ReasonAdvice("No budget", _N, "Show what it returns; ask when budgets are set.", 90),
        ReasonCode.NO_AUTHORITY: ReasonAdvice(
            "No authority", _N, "Ask who decides and how it gets signed off, and win this person's help."
        ),
        ReasonCode.NOT_NOW: ReasonAdvice("Not now", _N, "Agree on a date; the lead comes back by itself.", 90),
        ReasonCode.NOT_INTERESTED: ReasonAdvice("Not interested", _N, "Compare what they expected with what we offer."),
        ReasonCode.COMPETITOR: ReasonAdvice("Competitor", _R, "Add the company to the competitors of the playbook."),
        ReasonCode.STUDENT: ReasonAdvice("Student", _R, "Offer a page for students, away from the demo form."),
        ReasonCode.JOB_SEEKER: ReasonAdvice("Job seeker", _R, "Link the careers page beside the contact form."),
        ReasonCode.VENDOR: ReasonAdvice("Wants to sell to us", _R, "Route offers to partners instead of sales."),
        ReasonCode.SUPPORT_REQUEST: ReasonAdvice("Needs support", _R, "Route it to support; link help in the chat."),
        ReasonCode.EXISTING_CUSTOMER: ReasonAdvice(
            "Is a customer", _R, "Mark the company as a customer, so that routing goes to the account's owner."
        ),
        ReasonCode.SPAM: ReasonAdvice("Spam", _R, "Tighten the form: a trap field, a least time to fill it in."),
        ReasonCode.TEST: ReasonAdvice("Test", _R, "Test with the form's test mode, which is not counted."),
        ReasonCode.BAD_DATA: ReasonAdvice("Bad data", _R, "Check the mapping of the form or list it came from."),
        ReasonCode.DUPLICATE: ReasonAdvice("Duplicate", _R, "Merge it into the other lead instead of closing it."),
        ReasonCode.UNREACHABLE: ReasonAdvice(
            "Unreachable", _N, "Call sooner and at other hours; ask for a number.", 60
        ),
        ReasonCode.DO_NOT_CONTACT: ReasonAdvice("Do not contact", _R, "Nothing is sent any more, on any channel."),
    }
)

NEVER_AGAIN = frozenset({ReasonCode.DO_NOT_CONTACT, ReasonCode.SPAM, ReasonCode.TEST})
"""Reasons after which nobody is nurtured or woken; only a new word of the person's own begins another cycle."""
