"""Which of the offered meeting times a visitor takes: by place in the list, or by naming a day or an hour."""

import re

from agent.interviewer.phrases import opening, phrases, whole

LAST = -1

_ORDINALS = {
    1: "first|1st|erste[nr]?|premiere?|primer[oa]?|prim[oa]|eerste|primeir[oa]|earliest|soonest|top",
    2: "second|2nd|zweite[nr]?|deuxieme|segund[oa]|second[oa]|tweede|middle|mittlere[nr]?",
    3: "third|3rd|dritte[nr]?|troisieme|tercer[oa]?|terz[oa]|derde|terceir[oa]",
    4: "fourth|4th|vierte[nr]?|quatrieme|cuart[oa]|quart[oa]|vierde",
    5: "fifth|5th|funfte[nr]?|cinquieme|quint[oa]|vijfde",
    LAST: "last|latest|final|letzte[nr]?|dernieren?|derniere?|ultim[oa]|laatste",
}
_NUMBERS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_NUMBERS |= {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "eins": 1, "zwei": 2, "drei": 3, "un": 1, "deux": 2, "trois": 3}
_NUMBERS |= {"uno": 1, "dos": 2, "tres": 3, "due": 2, "tre": 3, "een": 1, "twee": 2, "drie": 3, "dois": 2, "duas": 2}
_NUMBER = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_NOUN = (
    r"(?: (?:one|ones|slot|option|time|date|offer|choice|suggestion|proposal|of (?:those"
    r"|them|these)|termin|creneau|option|works?|please|is|would|sounds|looks|suits"
    r"|fits|bitte|passt|geht|klappt|convient|conviene|funciona|at))"
)
_BY_ORDINAL = {
    place: re.compile(
        rf"(?<![\w'])(?:the |der |den |die |das |le |la |el |il |de |o |a |an )?(?:{words})(?:{_NOUN}"
        rf"|(?=[\s.,!]{{0,4}}\Z)|(?=[.,!]))"
    )
    for place, words in _ORDINALS.items()
}
_BY_NUMBER = re.compile(
    rf"(?<![\w'])(?:option|number|no\.?|nr\.?|slot|choice|nummer|numero|#|time)\s{{0,2}}(?P<n>{_NUMBER}"
    rf"|[1-9])(?!\w)"
)
_ALONE = re.compile(
    rf"[\W_]{{0,6}}(?:(?:yes|ok|okay|sure|please|let's (?:do|go with|take)|i'?ll take"
    rf"|take|i choose|i pick)[\s,]{{1,3}}){{0,2}}(?P<n>{_NUMBER}|[1-9])(?:[\s,.]{{1,3}}(?:please"
    rf"|works|is fine|is good|is great|thanks|then))?[\W_]{{0,6}}\Z"
)
_ANY = phrases(
    "(any|either|all|both)( \\w{1,6}){0,3} (works?|fine|good|ok|okay|do|suits?|fits?)",
    "(any|either) (of (them|these|those|the (two|three)))",
    "(you (choose|pick|decide)|whichever|whatever works|i'm flexible|i am flexible|doesn't matter|don't mind)",
)
_ANY_ALONE = whole("(any|either|all|both)( one| of them| time)?")
_NOT_THAT = re.compile(r"(?:not|n't|except|but not|other than|rather than|instead of)(?: \w{1,8}){0,2} ?$")
_NONE = opening("(no|none|neither|nope)(?! problem)")


def choice_in(plain: str) -> int | None:
    """Place of the chosen slot in a folded message: 1 for the first offered, `LAST` for the last; None when none is.

    Only for messages that answer an offer: "2" or "the first one" mean nothing else then.
    """
    if alone := _ALONE.match(plain):
        return _place(alone["n"])
    if _NONE.match(plain) and not re.search(r"[,.]", plain):
        return None
    if numbered := _BY_NUMBER.search(plain):
        return _place(numbered["n"])
    for place, pattern in _BY_ORDINAL.items():
        found = pattern.search(plain)
        if found and not _NOT_THAT.search(plain[max(0, found.start() - 30) : found.start()]):
            return place
    return 1 if _ANY.search(plain) or _ANY_ALONE.match(plain) else None


def _place(word: str) -> int:
    return _NUMBERS.get(word) or int(word)
