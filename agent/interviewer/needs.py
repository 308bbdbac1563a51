"""What a visitor needs: the problem they have or the thing they are looking for, in their words.

Only first-person statements count ("we lose orders", "our planning is a mess", "looking for a way to …"). Wishes about
this conversation (a demo, a price, a person, time to think) are no need; neither is a deadline.
"""

import re

from agent.interviewer.claims import ClaimStatus, HeardClaim, claim, shortened
from agent.interviewer.expecting import does_not_know, only_no, only_yes, refuses
from agent.interviewer.need_phrases import (
    ABOUT_US,
    BARE,
    NOT_A_NEED,
    NOTHING,
    OTHERS_PROBLEM,
    PROBLEM,
    UNHELPFUL,
    WANT,
    WANT_WITHOUT_SUBJECT,
)
from agent.interviewer.reading import Clause
from leads.bant import Factor

_CONTENT = re.compile(r"[^\W\d_]{4,}")
_LITTLE = frozenset(
    "that this they them with have been were just really very much some more less"
    " kind sort like well also even then than what when your from about "
    "there their would could should thing things stuff lots most mess pain slow painful"
    " forever ages takes taking getting becomes always need want "
    "looking something anything everything think know sure maybe guess because still"
    " into only mean feel feels make makes good great right".split()
)
_OPENERS = re.compile(
    r"^(?:(?:so|well|and|but|yes|yeah|hi|hey|hello|hi there|ok|okay|actually|because"
    r"|mainly|mostly|honestly|basically|currently|right now|at the moment|today|now"
    r"|ah|oh"
    r"|uh+|um+|ugh|like|right|cool|plus|cause|been|was|just|oof|wow|lol|i['’]d say"
    r"|i know|so then|yea|some days i feel like|hmm+|the thing is|i mean|i guess|you"
    r" see|look|sure|of course|good question|as i said|to be honest|you know|also"
    r"|then|that|we are|we['’]d|i['’]d|we['’]ll|we['’]re|we['’]ve|we do|we|i['’]m"
    r"|i am|i['’]ve|i do|i)(?:[\s,.:!…]+"
    r"|$)|[^\w\s\"'(]{1,4}\s*){1,6}",
    re.IGNORECASE,
)
_WISHING = re.compile(
    r"^(?:would\s|['’]d\s)?(?:(?:also|really|all|now|badly|urgently|desperately|mainly)\s)?(?:(?:looking"
    r"|lookin|searching|hunting|shopping|in the market|on the lookout)\s(?:for|into)"
    r"|(?:need|needs|want|wants|like|hope|hoping|wish|plan|planning|aiming|require"
    r"|trying|try)(?:\sto(?:\sbe"
    r" able to)?)?)\s(?=\S)",
    re.IGNORECASE,
)
_PRODUCT_NAME = re.compile(
    r"(?:[A-Z][a-z]\w*[A-Z]?\w*)(?:\s[A-Z]\w+)*(?:\s(?:after|and|stuff|thing|because|since)\b|$)"
)
_TRAILING = re.compile(
    r"(?:[\s,.]{1,6}(?:and|like|um+|uh+|but|so|or|lol|ugh|too|i mean|you know)){1,4}$", re.IGNORECASE
)
_FILLED = re.compile(r"\s{2,}")
_RATE = re.compile(r"\d ?(?:k|euros?|eur|€)? (?:a|per) (?:month|year|plant|user)\b")
_US = re.compile(r"\b(?:us|our|we|my)\b")
_FEW_WORDS = 2
_SENTENCE = 5  # words


def need_claim(clause: Clause, *, asked: bool = False) -> HeardClaim | None:
    """The need a clause states, refuses or leaves open, or None. `asked`: the agent has just asked what they need."""
    if clause.asks or _starts_supposing(clause):
        return None
    plain = clause.plain
    if asked and (only_yes(plain) or only_no(plain) or NOTHING.match(plain)):
        return None
    if asked and refuses(plain):
        return claim(Factor.NEED, clause, "rather not say", status=ClaimStatus.REFUSED)
    if _is_no_need(plain):
        return None
    if PROBLEM.search(plain):
        return _told(clause, "problem", least=1 if len(plain.split()) >= _SENTENCE else 2)
    if WANT.search(plain) or WANT_WITHOUT_SUBJECT.match(plain):
        return _told(clause, "needs")
    if asked and does_not_know(plain):
        return claim(Factor.NEED, clause, "does not know yet", status=ClaimStatus.UNKNOWN_TO_THEM)
    if asked and not _says_no_need(plain) and _substance(plain) >= 1 and len(plain.split()) >= _FEW_WORDS:
        return _told(clause, "problem", least=1)
    return None


def _says_no_need(plain: str) -> bool:
    """Whether words after our question answer something else: a request, a typo put right, a price of ours."""
    return bool(UNHELPFUL.match(plain)) or (bool(_RATE.search(plain)) and not _US.search(plain))


def strength(found: HeardClaim) -> int:
    """How telling a need is: what it says beyond stop-words, problems before wishes. For choosing one of several."""
    return min(_substance(found.value.lower()), 6) + (2 if found.value.startswith("problem") else 0)


def _starts_supposing(clause: Clause) -> bool:
    """ "if we had …" is no need; "we lose orders if somebody forgets" is one."""
    return clause.supposes and not re.match(r"\W*(?:we|our|my|i)\b", clause.plain)


def _is_no_need(plain: str) -> bool:
    if ABOUT_US.search(plain) or OTHERS_PROBLEM.search(plain):
        return True
    return bool(NOT_A_NEED.search(plain)) and not PROBLEM.search(NOT_A_NEED.sub(" . ", plain))


def _told(clause: Clause, kind: str, *, least: int = 2) -> HeardClaim | None:
    """A claim whose value is the clause without its openers. A bare "it's a mess" borrows the rest of its sentence."""
    bare = BARE.match(clause.plain) and not _US.search(clause.plain)
    borrowed = bool(bare) or _substance(clause.plain) == 0
    words = clause.quote(whole_sentence=borrowed)
    text = clause.sentence if borrowed else clause.plain
    if _substance(text) < least or (
        borrowed and not re.search(r"\b(?:we|our|my|i|us)\b", text.replace(clause.plain, " "))
    ):
        return None
    start = clause.message.plain[clause.start : clause.end]
    tidy = words if borrowed else _without_fillers(clause.message.own[clause.start : clause.end], start)
    value = shortened(_TRAILING.sub("", _OPENERS.sub("", _FILLED.sub(" ", tidy).strip(" ,"))))
    value = _WISHING.sub("", value).removeprefix("to ") if kind == "needs" else value
    if kind == "needs" and _PRODUCT_NAME.match(value):
        return None
    if len(value.split()) < _FEW_WORDS:
        return None
    return claim(Factor.NEED, clause, f"{kind}: {value}", whole_sentence=borrowed)


def _without_fillers(own: str, plain: str) -> str:
    """The words as written, without those that reading blanked out as fillers."""
    return "".join(c if p != " " or c.isspace() else " " for c, p in zip(own, plain, strict=True))


def _substance(plain: str) -> int:
    """How many words carry meaning."""
    return len({w for w in _CONTENT.findall(plain) if w not in _LITTLE})
