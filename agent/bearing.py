"""Whether a quote has anything to do with the factor that a model reports it for.

That words were said (`leads.evidence.prove`) does not make them speak of money, of who decides or of a time: a model
misled by a text that no rule takes for an order quotes whatever the visitor wrote. So a quote must hold a word of the
subject. The lists are wide, because a claim that is missed costs the visitor a question they have answered. A need can
be put in any words and has no list, and of languages without lists nothing is asked.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.bearing_words import WORDS
from agent.interviewer.hearing import hear
from agent.interviewer.language import language_of
from agent.interviewer.money import find_money
from agent.interviewer.periods import find_periods
from agent.interviewer.phrases import fold
from leads.bant import Factor

_ANY_ZONE = ZoneInfo("UTC")
_A_DATE = re.compile(r"(?<!\d)(?:20[2-9]\d|[qh][1-4]|kw ?\d{1,2}|\d{1,2}[./-]\d{1,2}([./-]\d{2,4})?)(?!\d)")


def bears_on(factor: Factor, value: str, quote: str, *, now: datetime, language: str) -> bool:
    """Whether the words speak of what the factor is about.

    `value` is what was reported: roles are enough for whatever is less than a decision maker. `language` (ISO 639-1)
    is the talk's, for words too few to tell theirs; words of the talk's language and of English count everywhere.
    """
    spoken = language_of(quote, fallback=language)
    if factor is Factor.NEED or spoken not in WORDS:
        return True
    less = not value.startswith("decision_maker")
    told = [c for c in hear([quote], now=now, zone=_ANY_ZONE).claims if c.factor is factor]
    if any(factor is not Factor.AUTHORITY or less or c.value.startswith("decision_maker") for c in told):
        return True  # the rules hear it, by lists of their own
    folded = fold(quote)
    lists = [WORDS[code] for code in {spoken, language, "en"} & WORDS.keys()]
    match factor:
        case Factor.BUDGET:
            return any(words.money.search(folded) for words in lists) or bool(find_money(quote))
        case Factor.AUTHORITY:
            return any(w.deciding.search(folded) or (less and w.others.search(folded)) for w in lists)
        case _:
            named = any(words.time.search(folded) for words in lists) or bool(_A_DATE.search(folded))
            return named or bool(find_periods(quote, now=now, zone=_ANY_ZONE))
