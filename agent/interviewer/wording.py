"""What the interviewer says: an answer from knowledge, what was done, and the question of `asking`."""

import re
from calendar import month_name
from collections.abc import Sequence

from agent.copy import Words, owner_words, words
from agent.interviewer.acts import Act
from agent.interviewer.asking import ASK_EMAIL, OPEN_TIMES, TAKE_IT, WHICH_SLOT, Voice, ask, lets_pass
from agent.interviewer.claims import ClaimStatus, HeardClaim
from agent.interviewer.expecting import WHICH_MONTH
from agent.interviewer.looking_up import PRICES, is_about_us
from agent.interviewer.plan import TERMS, Plan
from agent.interviewer.recalling import recalled
from agent.interviewer.scene import Done
from agent.interviewer.slot_wishes import chosen_slot
from agent.sentences import split
from leads.bant import Factor
from store.extract import best_sentences

_PASSAGE = re.compile(r"^\[(\d+)\] (.*?)\n(.*?)(?=\n\n\[\d+\] |\Z)", re.DOTALL | re.MULTILINE)
_AMOUNT = re.compile(r"[€$£]\s?\d")
_SLOT = re.compile(r"^- (slot_\w+): (.+)$", re.MULTILINE)
_CLOSEST = re.compile(r"Nothing is free at just that time; (slot_\w+) is the closest")
OFFER_COLLEAGUE = "Shall I ask a colleague to answer that?"
_COLLEAGUE_READS = "The colleague I asked can read your question here."


def final_words(plan: Plan, voice: Voice) -> str:
    """The whole reply."""
    parts = [*_special(plan, voice)]
    if not parts:
        done = [*_meeting(plan), *_handed(plan)]
        answers = [*recalled(plan.heard.questions, plan.scene), *_answers(plan)]
        parts = [*_one_question(answers, done), *done]
        if not parts and not plan.scene.agent_said and not plan.heard.claims:
            parts = [_welcome(voice)]
        if not _ends_in_question(parts):
            parts += _thanks(plan, voice, answered=bool(parts))
            parts += ask(plan, voice)
    said = "\n\n".join(p for p in parts if p).strip()
    said = said or (_nothing_heard(plan) if plan.scene.agent_said else _welcome(voice))
    repeats = said == plan.scene.last_said.strip() and ASK_EMAIL not in said  # without the address nothing is booked
    return _AT_HAND if repeats else said


def _one_question(answers: list[str], done: Sequence[str]) -> list[str]:
    """A reply asks one thing: a colleague is not offered beside a time, or beside one who was asked already."""
    return [answer.removesuffix(OFFER_COLLEAGUE).rstrip() for answer in answers] if done else answers


_AT_HAND = "I am here whenever you have a question."


def _nothing_heard(plan: Plan) -> str:
    """Words for a message that says nothing new: back to what is open, without pressing."""
    if plan.scene.left_to_a_person:
        who = plan.scene.colleague_in_charge or "A colleague"
        return f"{who} will take it from here. Is there anything I can look up for you meanwhile?"
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
        return [words(Words.OPTED_OUT, lang), *_answers(plan)]
    if Act.ERASE_ME in acts:
        return ["Of course."]
    if Act.ARE_YOU_HUMAN in acts:
        rest = ask(plan, voice)
        return [words(Words.I_AM_AI, lang, agent=voice.agent_name), *(rest or ["How can I help?"])]
    if Act.ASKS_SECRETS in acts:
        return [_NO_SECRETS, *ask(plan, voice)]
    if acts & {Act.OFF_TOPIC, Act.GIBBERISH} and not plan.heard.claims and not plan.scene.done:
        words_for = _NOT_UNDERSTOOD if Act.GIBBERISH in acts else _NOT_OUR_TOPIC
        return [words_for.format(company=voice.company_name), *ask(plan, voice)]
    if plan.asks_person:
        return [_person(plan), *_email_for_colleague(plan)]
    if Act.NOT_NOW in acts and (plan.scene.called("follow_up_later") is not None or _is_in_no_hurry(plan)):
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
    if owner := plan.scene.colleague_in_charge:
        return owner_words(owner, plan.heard.language, at_work=plan.scene.team_at_work, hours=plan.scene.team_hours)
    if plan.scene.team_at_work:
        return words(Words.PERSON_NOW, plan.heard.language)
    return words(Words.PERSON_LATER, plan.heard.language, hours=plan.scene.team_hours)


def _email_for_colleague(plan: Plan) -> list[str]:
    return [] if plan.email or plan.phone else ["Which e-mail address can they reach you at?"]


def _is_in_no_hurry(plan: Plan) -> bool:
    """Whether "not now" is all they say, and no answer to something we asked."""
    heard = plan.heard
    return plan.expecting is None and not (
        heard.questions or heard.claims or plan.scene.slots or Act.ASKS_DEMO in heard.acts
    )


def _later(plan: Plan) -> list[str]:
    done = plan.scene.called("follow_up_later")
    if done is not None and not done.ok and "depends on when their year begins" in done.result:
        return [f"Understood, no hurry. Quarters begin at different times. {WHICH_MONTH}"]
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
    if plan.heard.acts & TERMS:
        return [*said[:1], "Discounts and special terms are not mine to give."]
    if unknown and not said:
        rest = _COLLEAGUE_READS if plan.scene.left_to_a_person else OFFER_COLLEAGUE
        return [f"I don't find that in what I know about the product, and I would rather not guess. {rest}"]
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
    if chosen is not None and not plan.email and Act.REFUSAL in plan.heard.acts:
        return [f"That is fine. For {chosen.when} an invitation has to be sent, so tell me an address if you want it."]
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
        return f"{lead}{hit} is free. {TAKE_IT}"
    closest = _CLOSEST.match(found.result)
    if closest is not None:
        when = dict(slots)[closest[1]]
        return f"{lead or 'That time is not free. '}The closest is {when}. {TAKE_IT}"
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
    if any(c.status is ClaimStatus.UNKNOWN_TO_THEM for c in claims) or lets_pass(plan):
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
    told = claim.factor is Factor.TIMELINE or (claim.factor is Factor.BUDGET and any(c.isdigit() for c in claim.quote))
    return f"Got it, I have corrected that: {value}." if told and len(value) < 60 else "Got it, I have corrected that."


def _readable(value: str) -> str:
    """ "by 2027-06-30" as "by 30 June 2027", "EUR 20000/year" as "EUR 20,000 a year"."""
    dated = _DATE.sub(lambda d: f"{int(d[3])} {month_name[int(d[2])]} {d[1]}", value)
    dated = _MONTH.sub(lambda d: f"{month_name[int(d[2])]} {d[1]}", dated)
    return _SUM.sub(lambda n: f"{int(n[0]):,}", dated).replace("/year", " a year").replace("/month", " a month")


_DATE = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])-(\d{2})\b")
_MONTH = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])\b")
_SUM = re.compile(r"(?<![-\d])(?:(?<=[A-Z]{3} )\d{4,}|\d{5,})\b")


def _welcome(voice: Voice) -> str:
    return f"Hello! I'm {voice.agent_name}, the AI assistant of {voice.company_name}."
