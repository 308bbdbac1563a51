"""What they told us, read back when they ask for it: "do you remember our budget?", "what do you know about me?".

Everything comes from the facts sheet, so it is never more than this visitor may see. A factor is given back in their
own words; contact details are named by kind unless they ask for one, since whoever sits at the keyboard can read along.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from agent.interviewer.phrases import fold, phrases
from agent.interviewer.scene import Scene
from agent.say_do import Ground, check
from leads.bant import Factor

_THINGS = (
    "(budget|deadline|time ?line|target date|go-?live( date)?|need|problem|e-?mail( address)?|address|phone( number)?"
    "|telephone( number)?|number|name|company|role|job title)"
)
_RECALLS = phrases(
    "you (still |even )?(remember|recall)( \\w{1,10}){0,4} (my|our|we|i|me|us)",
    "(do|did) you (still )?know (what|when|who|which|how much)( \\w{1,10}){0,2} (my|our|we|i)( \\w{1,12}){0,3}"
    " (said|told|told you|wrote|mentioned|is|was)",
    "(what|when|who|which|how much|where)( \\w{1,10}){0,4} (did|have) (i|we)( just| already){0,2} (tell|told|say|said"
    "|mention|mentioned|give|given|write|written|name|named)",
    "(did|have) (i|we)( not| just| already){0,2} (tell|told|mention|mentioned|say|said|give|given|write|written)"
    "( you)?",
    f"(what|what's|whats|which) (is|was|are|were)? ?(my|our) {_THINGS}",
    "what (do|did|have) you( already| actually){0,2} (know|have|noted?|written|stored?|keep|kept|recorded)"
    "( down| on record){0,2} (about|of|on) (me|us|my company|our company)",
    "(what|which) (data|information|details|notes)( \\w{1,10}){0,2} \\w{2,20} (have|store|keep|hold|noted?)"
    "( \\w{1,8}){0,2} (about|of|on) (me|us)",
)
_WHEN_WE_MEET = phrases(
    "(when|what time|what day|which day|at what time)( \\w{1,6}){0,2} (is|was|are|do|will) (my|our|the|that|we)"
    " ?(meeting|demo|call|appointment|meet|meeting again)",
)
_STILL_ON = phrases(
    "(did|have) you (now |already )?(cancel|cancell?ed|called? (it )?off|moved?)( (it|that|the (meeting|demo|call)))?"
    "(?= ?(\\?|\\Z))",
    "(is|was) (it|that|(the|my) (meeting|demo|call)) (now |already )?(cancell?ed|called off|still on)",
)
_TOPICS: Mapping[Factor, re.Pattern[str]] = {
    Factor.BUDGET: phrases("budgets?", "money", "(can|could|want to|would) spend", "how much"),
    Factor.TIMELINE: phrases(
        "when", "deadline", "time ?line", "(target|start|go-?live) date", "date", "go-?live", "how soon"
    ),
    Factor.AUTHORITY: phrases("who", "decides?", "decision( maker)?", "signs?"),
    Factor.NEED: phrases("needs?", "problems?", "troubles?", "issues?", "challenges?"),
}
_CALLED = {
    Factor.BUDGET: "your budget",
    Factor.TIMELINE: "your timeline",
    Factor.AUTHORITY: "who decides",
    Factor.NEED: "what you need",
}
_DETAILS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "email": ("your e-mail address", phrases("e-?mail( address)?", "(my|our) address")),
    "phone": ("your telephone number", phrases("(tele)?phone( number)?", "(my|our) number")),
    "name": ("your name", phrases("(my|our) name")),
    "company": ("your company", phrases("(my|our) company", "company i")),
    "title": ("your role", phrases("(my|our) (role|job title|title|job)")),
}
_KNOWN = ("stated", "confirmed", "contradicted")


def recalls(question: str, scene: Scene) -> bool:
    """Whether they ask for what they told us, or for their own meeting, rather than for something on a page."""
    asked = fold(question)
    of_meeting = _WHEN_WE_MEET.search(asked) or _STILL_ON.search(asked)
    return bool(_RECALLS.search(asked)) or (of_meeting is not None and scene.meeting is not None)


def recalled(questions: Sequence[str], scene: Scene) -> list[str]:
    """The answers to those of their questions that ask for it, in order and without repeats."""
    said = [_answer(fold(question), scene) for question in questions if recalls(question, scene)]
    return list(dict.fromkeys(said))


def _answer(asked: str, scene: Scene) -> str:
    if scene.meeting and _STILL_ON.search(asked):
        return f"Nothing has changed: we meet on {scene.meeting}. The link in your invitation cancels or moves it."
    if scene.meeting and _WHEN_WE_MEET.search(asked):
        return f"We meet on {scene.meeting}."
    parts = [*_factors(asked, scene), *_details(asked, scene)]
    return " ".join(parts) if parts else _everything(scene)


def _factors(asked: str, scene: Scene) -> Iterator[str]:
    for factor, words in _TOPICS.items():
        if words.search(asked):
            yield _told(factor, scene.bant.get(factor.value, {}))


def _told(factor: Factor, view: Mapping[str, str]) -> str:
    if view.get("status") in _KNOWN and view.get("quote"):
        quote = _shown(view["quote"])
        return f"You wrote: “{quote}”." if quote else f"I have noted {_CALLED[factor]} in your own words."
    if view.get("status") == "refused":
        return f"You would rather not say {_CALLED[factor]}, and that is fine."
    return f"You have not told me {_CALLED[factor]} here."


def _details(asked: str, scene: Scene) -> Iterator[str]:
    for kind, (called, words) in _DETAILS.items():
        if words.search(asked):
            known = scene.contact.get(kind)
            yield f"You gave me {called} as {known}." if known else f"You have not told me {called} here."


def _everything(scene: Scene) -> str:
    """All that is noted: the factors in their words, contact details by kind only."""
    views = [scene.bant.get(factor.value, {}) for factor in Factor]
    quotes = [_shown(v["quote"]) for v in views if v.get("status") in _KNOWN and v.get("quote")]
    kinds = [called for kind, (called, _) in _DETAILS.items() if kind in scene.contact]
    noted = [*(f"“{quote}”" for quote in dict.fromkeys(quotes) if quote), *kinds]
    if not noted:
        return "You have not told me anything about yourself here yet."
    return f"From this talk I have noted: {'; '.join(noted)}. You can correct or delete it here at any time."


def _shown(quote: str) -> str:
    """The words as they can be given back: without those that tie them to what stood before.

    Empty where the guard would take them for a claim of ours ("you're booked"): no visitor puts words into our mouth.
    """
    words = _TIED.sub("", quote).strip(" .!?,;")
    return "" if check(f"You wrote: “{words}”.", Ground(visitor_words=(quote,))) else words


_TIED = re.compile(r"^(?:and|but|so|also|because)\s", re.IGNORECASE)
