"""What the interviewer asks, and what its last message had asked for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.interviewer.acts import Act
from agent.interviewer.expecting import Expecting
from agent.interviewer.phrases import fold
from agent.interviewer.plan import NOT_A_BUYER, Plan
from agent.interviewer.scene import Scene
from leads.bant import Factor

ASK_EMAIL = "Which e-mail address should the invitation go to?"
WHICH_SLOT = "Which one suits you?"
TAKE_IT = "Shall we take it, or would another time be better?"
OFFER_TIMES = "Would you like me to show you some times for a call?"
OPEN_TIMES = "Does one of the times above suit you, or shall I look for others?"
_JUST_LISTED = 3  # messages of ours in which a list of times is still before their eyes
_MAX_ASKED = 2
"""How often a factor is asked for before it is left alone."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, and how each factor is asked for."""

    agent_name: str
    company_name: str
    questions: Mapping[Factor, Sequence[str]]


def expecting_of(scene: Scene, voice: Voice) -> Expecting | None:
    """What our last message asked for."""
    last = scene.last_said
    if not last:
        return None
    if ASK_EMAIL in last:
        return Expecting.EMAIL
    if (
        WHICH_SLOT in last
        or OPEN_TIMES in last
        or TAKE_IT in last
        or (scene.slots and not scene.meeting and any(s.when in last for s in scene.slots))
    ):
        return Expecting.SLOT_CHOICE
    for factor, ways in voice.questions.items():
        if any(way in last for way in ways):
            return Expecting(factor.value)
    return expected_by(last)


def expected_by(last: str) -> Expecting | None:
    """Another model's question, read by its words."""
    question = next(reversed(_questions(last)), "")
    for expecting, marks in _MARKS.items():
        if any(mark in question for mark in marks):
            return expecting
    return None


def factors_asked(said: str, questions: Mapping[Factor, Sequence[str]]) -> frozenset[Factor]:
    """All factors that a message asks for, in the playbook's words or in others, whatever else it asks for."""
    folded = fold(said)
    return frozenset(
        factor
        for factor in Factor
        if any(fold(way).rstrip(" ?") in folded for way in questions[factor])
        or any(mark in question for question in _questions(said) for mark in _MARKS[Expecting(factor.value)])
    )


def _questions(said: str) -> list[str]:
    """The sentences that ask, in lower case."""
    return [s.lower() for s in re.split(r"(?<=[.!?])\s+", said) if s.rstrip().endswith("?")]


_MARKS = {
    Expecting.EMAIL: ("e-mail", "email"),
    Expecting.BUDGET: ("budget", "spend", "set aside", "to invest", "order of magnitude"),
    Expecting.AUTHORITY: (
        "who decides",
        "decision",
        "sign off",
        "signs off",
        "involved",
        "takes part",
        "signed off",
        "who else",
        "who signs",
        "who approves",
    ),
    Expecting.TIMELINE: (
        "when do you",
        "when would you",
        "by when",
        "timeline",
        "deadline",
        "how soon",
        "time frame",
        "timeframe",
        "target date",
        "which month",
        "which quarter",
    ),
    Expecting.NEED: (
        "what problem",
        "what would you like to",
        "what are you",
        "challenge",
        "hoping to",
        "would you most like",
        "like to change",
        "like to improve",
        "goes wrong",
    ),
    Expecting.SLOT_CHOICE: ("which time", "which of", "suits you", "works for you"),
    Expecting.NAME: ("your name",),
    Expecting.COMPANY: ("which company", "your company"),
}


def ask(plan: Plan, voice: Voice) -> list[str]:
    """At most one question, about the first thing that is missing, never one that was answered or declined."""
    if plan.scene.meeting or plan.scene.called("book_meeting") is not None or plan.scene.called("hand_off") is not None:
        return []
    if plan.no_buyer or (plan.scene.left_to_a_person and not plan.heard.questions):
        return []
    if plan.heard.acts & {Act.GOODBYE, Act.HOSTILE, Act.GIBBERISH, Act.SUPPORT_REQUEST} or plan.heard.acts & set(
        NOT_A_BUYER
    ):
        return []
    spoken_of = {c.factor.value for c in plan.heard.claims} | _let_pass(plan)
    for factor, question in _WHICH_HOLDS.items():
        if _contradicted(plan, factor.value):
            return [question]
    for name in plan.scene.ask_next:
        factor = Factor(name)
        asked = plan.scene.asked.get(name, 0)
        if name in spoken_of or asked >= min(_MAX_ASKED, len(voice.questions[factor])):
            continue
        return [voice.questions[factor][asked]]
    if plan.scene.slots and any(plan.scene.slots[0].when in said for said in plan.scene.agent_said[-_JUST_LISTED:]):
        pressed = OPEN_TIMES in plan.scene.last_said or plan.heard.acts & {Act.NO, Act.THANKS}
        return [] if pressed else [OPEN_TIMES]
    if plan.scene.slots and Act.NO not in plan.heard.acts:
        listed = "\n".join(f"- {slot.when}" for slot in plan.scene.slots)
        return [f"These times are still open:\n{listed}\n\n{WHICH_SLOT}"]
    if not plan.scene.slots and plan.known and Act.NO not in plan.heard.acts:
        return [OFFER_TIMES]
    return [] if plan.scene.agent_said else ["What brings you here today?"]


_WHICH_HOLDS = {
    Factor.BUDGET: "That differs from what you said before. Which budget holds?",
    Factor.TIMELINE: "That differs from what you said before. Which timeline holds?",
    Factor.AUTHORITY: "That differs from what you said before. Who decides in the end?",
}


def _contradicted(plan: Plan, name: str) -> bool:
    return any(
        d.name == "qualify_bant" and d.arguments.get("factor") == name and "agree" in d.result for d in plan.scene.done
    )


def lets_pass(plan: Plan) -> bool:
    """Whether they let a question of ours pass: "no", "no idea", "not sure yet"."""
    asked = plan.expecting is not None and plan.expecting.value in {f.value for f in Factor}
    return asked and bool(plan.heard.acts & {Act.NO, Act.DOES_NOT_KNOW}) and not plan.heard.claims


def _let_pass(plan: Plan) -> set[str]:
    """Factors they have just said they cannot or would not speak of."""
    passed = {plan.expecting.value} if plan.expecting is not None and lets_pass(plan) else set()
    if Act.DOES_NOT_KNOW in plan.heard.acts and _OF_MONEY.search(" ".join(plan.scene.burst)):
        passed.add(Factor.BUDGET.value)
    return passed


_OF_MONEY = re.compile(r"\b(?:money|budgets?|costs?|spend|afford|figures?)\b", re.I)
