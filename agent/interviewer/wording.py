"""What the interviewer says: an answer from knowledge, what was done, and at most one question."""

import re
from calendar import month_name
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.copy import Words, words
from agent.interviewer.acts import Act
from agent.interviewer.claims import ClaimStatus, HeardClaim
from agent.interviewer.deciding import NOT_A_BUYER, PRICES, Plan, chosen_slot, is_about_us
from agent.interviewer.expecting import Expecting
from agent.interviewer.scene import Done, Scene
from agent.sentences import split
from leads.bant import Factor
from store.extract import best_sentences

_PASSAGE = re.compile(r"^\[(\d+)\] (.*?)\n(.*?)(?=\n\n\[\d+\] |\Z)", re.DOTALL | re.MULTILINE)
_AMOUNT = re.compile(r"[€$£]\s?\d")
_SLOT = re.compile(r"^- (slot_\w+): (.+)$", re.MULTILINE)
ASK_EMAIL = "Which e-mail address should the invitation go to?"
WHICH_SLOT = "Which one suits you?"
OFFER_TIMES = "Would you like me to show you some times for a call?"
OPEN_TIMES = "Does one of the times above suit you, or shall I look for others?"
OFFER_COLLEAGUE = "Shall I ask a colleague to answer that?"
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
        or (scene.slots and not scene.meeting and any(s.when in last for s in scene.slots))
    ):
        return Expecting.SLOT_CHOICE
    for factor, ways in voice.questions.items():
        if any(way in last for way in ways):
            return Expecting(factor.value)
    return expected_by(last)


def expected_by(last: str) -> Expecting | None:
    """Another model's question, read by its words."""
    question = next((s for s in reversed(re.split(r"(?<=[.!?])\s+", last)) if s.rstrip().endswith("?")), "").lower()
    for expecting, marks in _MARKS.items():
        if any(mark in question for mark in marks):
            return expecting
    return None


_MARKS = {
    Expecting.EMAIL: ("e-mail", "email"),
    Expecting.BUDGET: ("budget", "spend", "set aside"),
    Expecting.AUTHORITY: ("who decides", "decision", "sign off", "signs off", "involved", "takes part", "signed off"),
    Expecting.TIMELINE: ("when do you", "when would you", "by when", "timeline", "deadline", "how soon"),
    Expecting.NEED: ("what problem", "what would you like to", "what are you", "challenge", "hoping to"),
    Expecting.SLOT_CHOICE: ("which time", "which of", "suits you", "works for you"),
    Expecting.NAME: ("your name",),
    Expecting.COMPANY: ("which company", "your company"),
}


def final_words(plan: Plan, voice: Voice) -> str:
    """The whole reply."""
    parts = [*_special(plan, voice)]
    if not parts:
        parts = [*_answers(plan), *_meeting(plan), *_handed(plan)]
        if not parts and not plan.scene.agent_said and not plan.heard.claims:
            parts = [_welcome(voice)]
        if not _ends_in_question(parts):
            parts += _thanks(plan, voice, answered=bool(parts))
            parts += _ask(plan, voice)
    said = "\n\n".join(p for p in parts if p).strip()
    said = said or (_nothing_heard(plan) if plan.scene.agent_said else _welcome(voice))
    repeats = said == plan.scene.last_said.strip() and ASK_EMAIL not in said  # without the address nothing is booked
    return _AT_HAND if repeats else said


_AT_HAND = "I am here whenever you have a question."


def _nothing_heard(plan: Plan) -> str:
    """Words for a message that says nothing new: back to what is open, without pressing."""
    if plan.scene.colleague_asked in _LEFT_TO_A_PERSON:
        return "A colleague will take it from here. Is there anything I can look up for you meanwhile?"
    if plan.scene.slots and not plan.scene.meeting and OPEN_TIMES not in plan.scene.last_said:
        return OPEN_TIMES
    return "What else would you like to know?"


def _ends_in_question(parts: Sequence[str]) -> bool:
    return bool(parts) and parts[-1].rstrip().endswith("?")


def _special(plan: Plan, voice: Voice) -> list[str]:
    """Situations that have their own words and no question behind them."""
    acts, lang = plan.heard.acts, plan.heard.language
    for act, text in _POLITE_NO.items():
        if act in acts:
            return [text.format(company=voice.company_name)]
    if Act.OPT_OUT in acts:
        return [words(Words.OPTED_OUT, lang)]
    if Act.ERASE_ME in acts:
        return ["Of course."]
    if Act.ARE_YOU_HUMAN in acts:
        rest = _ask(plan, voice)
        return [words(Words.I_AM_AI, lang, agent=voice.agent_name), *(rest or ["How can I help?"])]
    if Act.ASKS_SECRETS in acts:
        return [_NO_SECRETS, *_ask(plan, voice)]
    if acts & {Act.OFF_TOPIC, Act.GIBBERISH} and not plan.heard.claims and not plan.scene.done:
        words_for = _NOT_UNDERSTOOD if Act.GIBBERISH in acts else _NOT_OUR_TOPIC
        return [words_for.format(company=voice.company_name), *_ask(plan, voice)]
    if plan.asks_person:
        return [_person(plan), *_email_for_colleague(plan)]
    if Act.NOT_NOW in acts and plan.scene.called("follow_up_later") is not None:
        return _later(plan)
    if Act.NOT_INTERESTED in acts:
        return ["That is fine, thank you for telling me. If anything changes, you know where to find us."]
    if plan.no_buyer and Act.ASKS_DEMO in acts:
        return [_NO_MEETING_YET]
    if Act.WRONG_PERSON in acts:
        return ["Thank you for telling me, I have noted it."]
    if acts <= {Act.GOODBYE, Act.THANKS} and Act.GOODBYE in acts and not plan.heard.questions:
        return [_goodbye(plan)]
    return []


_POLITE_NO = {
    Act.STUDENT: (
        "Thank you for asking, and good luck with it! I can answer questions about {company} from what is on our "
        "website, but a sales meeting would not help you. What would you like to know?"
    ),
    Act.JOB_SEEKER: (
        "Thank you for your interest in working with us! I only handle questions about the product; please write to "
        "the address on our website, where applications are read."
    ),
    Act.VENDOR_PITCH: (
        "Thank you. This chat is for questions about {company}'s product, so I cannot take offers here; I have noted "
        "it for the team."
    ),
    Act.COMPETITOR: (
        "Thanks for saying so openly. I am glad to answer what is public on our website; a sales meeting would not "
        "make sense here."
    ),
}
_NO_MEETING_YET = (
    "I can't offer a meeting here; the team looks at that first. I am glad to answer questions from what is on our "
    "website."
)
_NOT_OUR_TOPIC = "That is outside what I know: I am here for questions about {company}."
_NOT_UNDERSTOOD = "Sorry, I did not get that. Ask me anything about {company}."
_NO_SECRETS = "I can't share how I work inside or anything about other people, but I am glad to help with the product."


def _person(plan: Plan) -> str:
    done = plan.scene.called("hand_off")
    if done is None and plan.scene.colleague_asked is None:
        return "I could not reach the team just now. Please leave your e-mail address."
    if plan.scene.team_at_work:
        return words(Words.PERSON_NOW, plan.heard.language)
    return words(Words.PERSON_LATER, plan.heard.language, hours=plan.scene.team_hours)


def _email_for_colleague(plan: Plan) -> list[str]:
    return [] if plan.email else ["Which e-mail address can they reach you at?"]


def _later(plan: Plan) -> list[str]:
    done = plan.scene.called("follow_up_later")
    if done is None or not done.ok:
        return ["Understood, no hurry. Just write again when the time has come."]
    return ["Understood, no hurry. We will get back to you then, and you can write here any time before."]


def _goodbye(plan: Plan) -> str:
    if plan.scene.meeting:
        return f"Thank you, and see you on {plan.scene.meeting}!"
    return "Thank you for stopping by. Have a good day!"


def _answers(plan: Plan) -> list[str]:
    """For each look-up: the sentences that answer it, with their number; honest words when there are none."""
    said = [_about(plan)] if any(is_about_us(q, plan.book.company.name) for q in plan.heard.questions) else []
    unknown = False
    for done in (d for d in plan.scene.done if d.name == "search_knowledge"):
        text = _from_passages(done)
        if text and text not in said:
            said.append(text)
        unknown = unknown or not text
    if Act.DISCOUNT_DEMAND in plan.heard.acts or Act.LEGAL_PROMISE_DEMAND in plan.heard.acts:
        return [*said[:1], "Discounts and special terms are not mine to give."]
    if unknown and not said:
        return [f"I don't find that in what I know about the product, and I would rather not guess. {OFFER_COLLEAGUE}"]
    return said


def _about(plan: Plan) -> str:
    """What the company does, in the first words of its own paragraph."""
    return " ".join(s.strip() for s in split(plan.book.company.about.strip())[:2])


def _from_passages(done: Done) -> str:
    """The best sentences of the best passage; a question for prices wants the passage that names the most."""
    query = str(done.arguments.get("query", ""))
    found = [(number, best_sentences(text, query, limit=2)) for number, _, text in _PASSAGE.findall(done.result)]
    answers = [(number, " ".join(s.strip().lstrip("-*• ") for s in best).rstrip()) for number, best in found if best]
    if not answers:
        return ""
    number, said = max(answers, key=lambda a: len(_AMOUNT.findall(a[1]))) if query == PRICES else answers[0]
    return f"{said} [{number}]"


def _meeting(plan: Plan) -> list[str]:
    booked, found = plan.scene.called("book_meeting"), plan.scene.called("find_slots")
    if booked is not None and booked.ok:
        when, _, rest = booked.result.removeprefix("Booked: ").partition(". The invitation goes to ")
        address = rest.rstrip(".")
        if plan.scene.meeting:
            return [f"Done, your meeting is moved to {when}. A new invitation is on its way to {address}."]
        return [f"You're booked: {when}. The invitation is on its way to {address}."]
    if found is not None and found.ok:
        return [_offer(found, refused=booked, email=plan.email)]
    if found is not None:
        return ["There is no free time in the coming days, I am sorry. " + OFFER_COLLEAGUE]
    chosen = chosen_slot(plan)
    if chosen is not None and not plan.email:
        return [f"{chosen.when} is free. {ASK_EMAIL}"]
    if Act.CANCEL_MEETING in plan.heard.acts and plan.scene.meeting:
        return ["You can cancel or move the meeting with the link in your invitation, or I can offer you another time."]
    return []


def _offer(found: Done, *, refused: Done | None, email: str | None) -> str:
    slots = _SLOT.findall(found.result)
    exact = found.result.split(" ", 1)[0] if found.result.startswith("slot_") else None
    lead = ""
    if refused is not None:
        taken = "taken" in refused.result
        lead = "That time has just been taken, I am sorry. " if taken else "That did not work, I am sorry. "
    hit = next((when for slot, when in slots if slot == exact), None)
    if hit is not None and email is None:
        return f"{lead}{hit} is free. {ASK_EMAIL}"
    if hit is not None:
        return f"{lead}{hit} is free. Shall we take it, or would another time be better?"
    listed = "\n".join(f"- {when}" for _, when in slots)
    asked_for = set(found.arguments) - {"meeting"}
    opening = "These times are free:" if asked_for else "I can offer you a call with a colleague:"
    return f"{lead}{opening}\n{listed}\n\n{WHICH_SLOT}"


def _handed(plan: Plan) -> list[str]:
    done = plan.scene.called("hand_off")
    if done is None or not done.ok:
        return []
    apology = "I am sorry about that. " if plan.heard.acts & {Act.SUPPORT_REQUEST, Act.HOSTILE} else ""
    return [apology + _person(plan), *_email_for_colleague(plan)]


def _thanks(plan: Plan, voice: Voice, *, answered: bool) -> list[str]:
    """A short acknowledgement of what was told."""
    claims = plan.heard.claims
    if any(c.status is ClaimStatus.REFUSED for c in claims):
        return ["That is fine."]
    if any(c.status is ClaimStatus.UNKNOWN_TO_THEM for c in claims) or _passes(plan):
        return ["No problem, that can come later."]
    corrected = [c for c in claims if c.correction]
    if corrected:
        return [_corrected(corrected[-1])]
    if claims and not answered:
        return [_ACKNOWLEDGED[len(plan.scene.agent_said) % len(_ACKNOWLEDGED)]]
    if plan.heard.acts & {Act.GREETING} and not answered and not plan.scene.agent_said:
        return [_welcome(voice)]
    if plan.heard.contact.emails and not answered:
        return ["Thank you, I have noted that."]
    if Act.THANKS in plan.heard.acts and not answered:
        return ["You're welcome!"]
    return []


_ACKNOWLEDGED = ("Thank you, that helps.", "Good to know, thank you.", "Understood.", "Thanks, I have noted that.")


def _corrected(claim: HeardClaim) -> str:
    """The new value, read back as people say it; a sum only where they wrote it in figures."""
    value = _readable(claim.value)
    told = claim.factor is not Factor.BUDGET or any(c.isdigit() for c in claim.quote)
    return f"Got it, I have corrected that: {value}." if told and len(value) < 60 else "Got it, I have corrected that."


def _readable(value: str) -> str:
    """ "by 2027-06-30" as "by 30 June 2027", "EUR 20000/year" as "EUR 20,000 a year"."""
    dated = _DATE.sub(lambda d: f"{int(d[3])} {month_name[int(d[2])]} {d[1]}", value)
    dated = _MONTH.sub(lambda d: f"{month_name[int(d[2])]} {d[1]}", dated)
    return _SUM.sub(lambda n: f"{int(n[0]):,}", dated).replace("/year", " a year").replace("/month", " a month")


_DATE = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])-(\d{2})\b")
_MONTH = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])\b")
_SUM = re.compile(r"(?<=[A-Z]{3} )\d{4,}\b")


def _passes(plan: Plan) -> bool:
    """Whether they let a question of ours pass: "no", "no idea", "not sure yet"."""
    asked = plan.expecting is not None and plan.expecting.value in {f.value for f in Factor}
    return asked and bool(plan.heard.acts & {Act.NO, Act.DOES_NOT_KNOW}) and not plan.heard.claims


def _let_pass(plan: Plan) -> set[str]:
    """Factors they have just said they cannot or would not speak of."""
    passed = {plan.expecting.value} if plan.expecting is not None and _passes(plan) else set()
    if Act.DOES_NOT_KNOW in plan.heard.acts and _OF_MONEY.search(" ".join(plan.scene.burst)):
        passed.add(Factor.BUDGET.value)
    return passed


_OF_MONEY = re.compile(r"\b(?:money|budgets?|costs?|spend|afford|figures?)\b", re.I)


def _welcome(voice: Voice) -> str:
    return f"Hello! I'm {voice.agent_name}, the AI assistant of {voice.company_name}."


def _ask(plan: Plan, voice: Voice) -> list[str]:
    """At most one question, about the first thing that is missing, never one that was answered or declined."""
    if plan.scene.meeting or plan.scene.called("book_meeting") is not None or plan.scene.called("hand_off") is not None:
        return []
    if plan.no_buyer or (plan.scene.colleague_asked in _LEFT_TO_A_PERSON and not plan.heard.questions):
        return []
    if plan.heard.acts & {Act.GOODBYE, Act.HOSTILE, Act.GIBBERISH, Act.SUPPORT_REQUEST} or plan.heard.acts & set(
        NOT_A_BUYER
    ):
        return []
    spoken_of = {c.factor.value for c in plan.heard.claims}
    for factor, question in _WHICH_HOLDS.items():
        if _contradicted(plan, factor.value):
            return [question]
    for name in plan.scene.ask_next:
        factor = Factor(name)
        asked = plan.scene.asked.get(name, 0)
        if name in spoken_of or name in _let_pass(plan):
            continue
        if asked >= min(_MAX_ASKED, len(voice.questions[factor])):
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


_LEFT_TO_A_PERSON = frozenset({"asked_for_person", "complaint", "support_request", "privacy_request"})
"""Where a colleague was asked for one of these, nobody is interviewed any more."""
_WHICH_HOLDS = {
    Factor.BUDGET: "That differs from what you said before. Which budget holds?",
    Factor.TIMELINE: "That differs from what you said before. Which timeline holds?",
    Factor.AUTHORITY: "That differs from what you said before. Who decides in the end?",
}


def _contradicted(plan: Plan, name: str) -> bool:
    return any(
        d.name == "qualify_bant" and d.arguments.get("factor") == name and "agree" in d.result for d in plan.scene.done
    )
