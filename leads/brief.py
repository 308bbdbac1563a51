"""The brief of a handoff: what a rep reads first, put together by code from what is stored, with the person's words."""

from collections.abc import Sequence

from leads.bant import Bant, Factor
from leads.handoff import Handoff, HandoffReason
from leads.lead import Company, Lead, Person

_WHY = {
    HandoffReason.ASKED_FOR_PERSON: "asked for a person",
    HandoffReason.QUALIFIED: "is ready for sales",
    HandoffReason.MEETING_BOOKED: "booked a meeting",
    HandoffReason.PRICE_OR_TERMS: "asks about price or terms",
    HandoffReason.UNANSWERED_QUESTION: "has a question the agent could not answer",
    HandoffReason.COMPLAINT: "complains",
    HandoffReason.SUPPORT_REQUEST: "needs support",
    HandoffReason.PRIVACY_REQUEST: "has a wish about their data",
    HandoffReason.REVIEW_DISQUALIFICATION: "may not be a buyer",
    HandoffReason.AGENT_FAULT: "met a fault of the agent",
}


def brief_of(
    handoff: Handoff, person: Person, company: Company | None, lead: Lead, bant: Bant, *, meeting: str | None = None
) -> str:
    """A few lines: who and why, what is noted with quotes, what is missing, what was promised."""
    lines = [f"{_who(person, company)} {_WHY[handoff.reason]}.", *_said(handoff.note)]
    lines += [line for factor in Factor if (line := _fact(bant, factor))]
    if bant.missing:
        lines.append("Not known yet: " + ", ".join(f.value for f in bant.missing) + ".")
    if meeting:
        lines.append(f"Meeting: {meeting}.")
    if handoff.promised_next_step:
        lines.append(f"Promised: {handoff.promised_next_step}")
    lines.append(f"Score {lead.score.total:.0f} ({lead.score.grade}), stage {lead.standing.stage.value}.")
    return "\n".join(lines)


def _who(person: Person, company: Company | None) -> str:
    name = person.name or person.email or "A visitor"
    role = f", {person.title}" if person.title else ""
    return f"{name}{role}{f' at {company.name}' if company else ''}"


def _said(note: str) -> Sequence[str]:
    return [line for line in note.split("\n") if line.strip()]


def _fact(bant: Bant, factor: Factor) -> str:
    view = bant[factor]
    if not view.value and not view.evidence:
        return ""
    quote = f" (“{view.evidence[-1].quote}”)" if view.evidence else ""
    return f"{factor.value.capitalize()}: {view.value or view.status.value}, {view.status.value}{quote}"
