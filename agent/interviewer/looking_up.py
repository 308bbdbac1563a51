"""Which of their questions are looked up, and in which words."""

import re
from collections.abc import Iterator

from agent.interviewer.acts import Act
from agent.interviewer.plan import TERMS, Call, Plan
from agent.interviewer.recalling import recalls
from agent.interviewer.slot_wishes import is_about_when

_SEARCHES = 2
PRICES = "What do the plans cost: price per month of each plan?"
"""The question behind "how much is it"; it finds a price list better than those words do."""


def searches(plan: Plan) -> Iterator[Call]:
    """The look-ups that their questions need, at most two; a bare "how much is it" asks for the price list."""
    acts = plan.heard.acts
    if acts & {Act.ASKS_SECRETS, Act.ARE_YOU_HUMAN, Act.OFF_TOPIC, Act.ASKS_HUMAN, Act.CANCEL_MEETING}:
        return
    if Act.JOB_SEEKER in acts or Act.STUDENT in acts:
        return
    asked = [q for q in plan.heard.questions if len(q) > 3 and not is_about_us(q, plan.book.company.name)]
    asked = [
        q for q in asked if not _ASKS_NOTHING.match(q) and not is_about_when(q, plan) and not recalls(q, plan.scene)
    ]
    bare = {q for q in asked if _only_about_price(_of_us(q, plan.book.company.name))}
    wanted = [PRICES if q in bare else q for q in asked if not acts & TERMS or q in bare]
    if Act.ASKS_PRICE in acts:
        wanted = wanted or [PRICES]
    for question in list(dict.fromkeys(wanted))[:_SEARCHES]:
        yield Call("search_knowledge", {"query": question[:300]})


_ASKS_NOTHING = re.compile(
    r"(?:so |and )?(?:can|could|would|will) you (?:help|assist)(?: me| us)?(?: with (?:that|this|it))?\W*$"
    r"|do (?:it|that|this)\b\W*$",
    re.I,
)


def is_about_us(question: str, company: str) -> bool:
    """Whether they ask what the company is and does, which the playbook says in one paragraph."""
    asked = _of_us(question.strip(" ?!."), company)
    return _ABOUT_US.match(asked) is not None


_ABOUT_US = re.compile(
    r"(?:(?:so|and|ok|okay|hi|hello|well) )*(?:what (?:exactly )?(?:do|does) (?:you|it|this|your \w+)(?: guys| people)?"
    r" (?:actually |really )?(?:do|offer|make|sell)|who are you|what are you(?: selling| offering)?"
    r"|what(?: is|'s) (?:this|it|your (?:product|software|company))(?: about| exactly)?)$",
    re.I,
)


def _of_us(question: str, company: str) -> str:
    """The question without the company's name, which not everybody writes with a capital."""
    return re.sub(rf"\b{re.escape(company)}\b", "it", question, flags=re.I)


def _only_about_price(question: str) -> bool:
    """Whether a question asks for "the price", of nothing or of something by its own name ("Harbour")."""
    unnamed = _OWN_NAME.sub("", _SO_MANY.sub("", _RATE.sub("", question)))
    words = set(re.findall(r"[a-z]+", unnamed.lower()))
    return bool(words & _PRICE_WORDS) and not words - _PRICE_WORDS - _EMPTY_WORDS


_RATE = re.compile(r"\b(?:per \w+(?: and \w+)?|(?:a|each|every) (?:month|year|week|user|seat|plant|site))\b", re.I)
_SO_MANY = re.compile(
    r"\b(?:for|with) (?:about |around )?(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten) \w+\b", re.I
)
_OWN_NAME = re.compile(r"(?<=\w )[A-Z][\w'-]+")
_PRICE_WORDS = frozenset("price prices pricing cost costs charge charges fee fees much expensive rate rates".split())
_EMPTY_WORDS = frozenset(
    "how what whats s is are the a an your you do does it this that for me us we per of to would will can could tell "
    "about please and so roughly product software tool platform system service solution subscription plan plans i "
    "have know like get see give there any be hi hello ok repeat again once more".split()
)
