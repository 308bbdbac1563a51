"""What the interviewer does first: note what was said, look things up, offer or book times, ask for a person."""

from collections.abc import Iterator
from typing import Any

from agent.interviewer.acts import Act
from agent.interviewer.claims import ClaimStatus
from agent.interviewer.looking_up import searches
from agent.interviewer.plan import NOT_A_BUYER, TERMS, Call, Plan
from agent.interviewer.scene import Scene
from agent.interviewer.slot_wishes import chosen_slot, wants_times, wish_of

_NO_MEETING = frozenset(NOT_A_BUYER) | {
    Act.SUPPORT_REQUEST,
    Act.NOT_INTERESTED,
    Act.NOT_NOW,
    Act.OPT_OUT,
    Act.ERASE_ME,
    Act.HOSTILE,
    Act.GOODBYE,
    Act.WRONG_PERSON,
}


def first_calls(plan: Plan) -> list[Call]:
    """Everything to do before words, in the order it must happen; empty when words alone will do."""
    if Act.INJECTION_LIKE in plan.heard.acts and not plan.heard.claims and not plan.heard.contact.emails:
        return list(searches(plan))
    return [*_notes(plan), *_verdicts(plan), *searches(plan), *_meeting(plan)]


def _notes(plan: Plan) -> Iterator[Call]:
    details = _details(plan)
    if details:
        yield Call("note_contact", details)
    for claim in plan.heard.claims:
        if claim.status is ClaimStatus.UNKNOWN_TO_THEM:
            continue
        arguments: dict[str, Any] = {
            "factor": claim.factor.value,
            "value": claim.value.removeprefix("problem: ").removeprefix("needs: ")[:200],
            "status": "refused" if claim.status is ClaimStatus.REFUSED else "stated",
            "quote": claim.quote[:600],
        }
        yield Call("qualify_bant", arguments | ({"correction": True} if claim.correction else {}))
    for signal in plan.heard.signals:
        if signal.name not in plan.scene.signals and _is_reported(plan, signal.name):
            yield Call("update_score", {"signal": signal.name, "quote": signal.quote[:600]})


def _is_reported(plan: Plan, name: str) -> bool:
    """The playbook names the signals; a hand raised by somebody who will not buy is none."""
    definition = plan.book.signal(name)
    return definition is not None and not (definition.hand_raise and plan.no_buyer)


def _details(plan: Plan) -> dict[str, str]:
    contact, known = plan.heard.contact, plan.scene.contact
    found = {
        "email": contact.emails[-1].text if contact.emails else None,
        "phone": contact.phones[-1].text if contact.phones else None,
        "name": contact.name.value if contact.name else None,
        "company": contact.company.value if contact.company else None,
        "title": plan.heard.title,
    }
    return {kind: value for kind, value in found.items() if value and known.get(kind) != value}


def _verdicts(plan: Plan) -> Iterator[Call]:
    acts, whole = plan.heard.acts, _quote(plan.scene)
    for act, reason in NOT_A_BUYER.items():
        if act in acts:
            yield Call("disqualify", {"reason": reason, "quote": whole})
            return
    if plan.asks_person and plan.scene.colleague_asked != "asked_for_person":
        yield Call("hand_off", {"reason": "asked_for_person", "note": f"They asked for a person: {whole}"})
    elif Act.SUPPORT_REQUEST in acts:
        yield Call("hand_off", {"reason": "support_request", "note": f"A support request: {whole}"})
    elif acts & TERMS:
        yield Call("hand_off", {"reason": "price_or_terms", "note": f"They want terms I cannot give: {whole}"})
    elif Act.HOSTILE in acts:
        yield Call("hand_off", {"reason": "complaint", "note": f"They are upset: {whole}"})
    elif Act.NOT_NOW in acts and plan.heard.later is not None and plan.heard.later.start > plan.now.date():
        yield Call("follow_up_later", {"on": plan.heard.later.start.isoformat(), "quote": whole})


def _quote(scene: Scene) -> str:
    """The last message, cut at a blank so that it stays word for word."""
    text = scene.burst[-1].strip() if scene.burst else ""
    return text if len(text) <= 400 else text[:400].rsplit(" ", 1)[0]


def _meeting(plan: Plan) -> Iterator[Call]:
    if plan.heard.acts & _NO_MEETING or plan.asks_person or plan.heard.acts & TERMS or plan.no_buyer:
        return
    chosen = chosen_slot(plan)
    if chosen is not None and plan.email:
        yield Call("book_meeting", {"slot_id": chosen.slot_id})
    elif chosen is None and wants_times(plan):
        yield Call("find_slots", wish_of(plan))
