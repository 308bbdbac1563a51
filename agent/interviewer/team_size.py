"""How many people: "we're 40 people", "a team of 12", "10-15 planners", "50+ seats", "just me".

Numbers of other things (tickets, sites, euros) do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from agent.interviewer.figures import Number, find_numbers, fold_digits

_NOUN: Final = (
    r"people|persons?|users?|seats?|heads?|employees?|staff(?:ers)?|reps?|agents?|planners?|developers?"
    r"|devs?|engineers?|schedulers?|operators?|workers?|"
    r"licen[sc]es?|members?|colleagues?|folks|fte'?s?|sdrs?|bdrs?|aes?|salespeople|sellers|recruiters?"
    r"|managers?|analysts?|designers?|"
    r"consultants?|technicians?|drivers?|buyers?|coordinators?|admins?|team ?mates|accountants?"
    r"|marketers?|lawyers?|nurses?|doctors?|teachers?|"
    r"headcount|logins|accounts? executives?|supervisors?|controllers?|dispatchers?|editors?|viewers?|testers?"
)
_AFTER: Final = re.compile(
    rf"(?:\+|-ish|ish| or so)?(?:[ -](?:or so|plus|full[- ]time|part[- ]time|named|active|paid|total|more"
    rf"|other|internal|sales|support|office|field|shop[- ]floor|production|remote|different|concurrent"
    rf"|technical|key|daily|additional|[a-z]+ing|[a-z]+ion)){{0,2}}[ -](?P<noun>{_NOUN})(?![^\W_])"
)
_OF_US: Final = re.compile(
    r"\+? (?:of us|in (?:the|our|my) (?:team|company|department|group|office)|on (?:the|my|our) team|in "
    r"total|total|altogether|strong)\b"
)
_LED: Final = re.compile(
    r"\b(?P<noun>team|company|staff|group|department|workforce|crew|headcount|firm|organi[sz]ation"
    r"|business|shop)(?: size)?"
    r"(?: (?:of|is|has|with|at|around|about|roughly|approximately|currently|up to|over|under|almost"
    r"|nearly|just|some|=)|:| ?~){1,4} ?$"
)
_WE_ARE: Final = re.compile(
    r"\b(?:we're|we are|were|there are|there's|there is|we have|we've got|we employ|i have|i've got|it's"
    r"|about|for) (?:(?:about|around|roughly|approximately|currently|only|just|a|now|up to|over|under"
    r"|almost|nearly|like|maybe|some|at) ){0,3}~? ?$"
)
_THEIRS: Final = re.compile(
    r"(?:^|[.!?,;:\n(/–-] ?|\b(?:we're|we are|were|have|has|had|we've|i've|got|with|of|for|need|needs"
    r"|want|about|around|employ"
    r"|employs|manage|manages|lead|run|our|my|the|roughly|approximately|approx|currently|only|just|over"
    r"|under|up to|at|is"
    r"|are|and|than|least|most|between|from|to|plus|a|by|like|some|maybe|nearly|almost|support|supports|serve|cover|use"
    r"|onboard|license|say|total|now|so|yes|yeah|it's|max|maximum|minimum|between|or) ?|[~<>] ?)$"
)
_UNOWNED: Final = re.compile(r" (?:available|left|arrested|who (?:know|think|say))\b")
_ROUGH: Final = re.compile(
    r"(?:about|around|roughly|approx(?:imately)?\.?|circa|ca\.?|~|like|maybe|some|almost|nearly|say) ?$"
)
_OVER: Final = re.compile(r"(?:over|more than|at least|min(?:imum)?(?: of)?|above|>) ?$")
_UNDER: Final = re.compile(r"(?:under|up to|less than|at most|max(?:imum)?(?: of)?|below|fewer than|<|no more than) ?$")
_JOINT: Final = re.compile(r" ?(?:-|to|or|and) ?")
_ALONE: Final = re.compile(
    r"(?<!not )\b(?:just me|only me|it's me|myself only|i'm (?:a )?(?:solo|one[- ](?:man|woman|person))"
    r"|one[- ](?:man|woman|person) (?:band|show|team|shop|company)|solo(?:preneur| founder)|the two of "
    r"us)\b"
)
_ELSEWHERE: Final = re.compile(r"(?:\b(?:if|add|another|extra|per|each|every|first|next|last|for every) |[$€£#] ?)$")
_MOST: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class TeamSizeFound:
    """How many, from `low` to `high` (equal for one figure, one of them None for "50+" and "up to 50").

    `noun` is what was counted, in their word ("planners", "seats"; "people" when unsaid).
    """

    low: int | None
    high: int | None
    noun: str
    approximate: bool
    text: str
    start: int
    end: int


def find_team_size(text: str) -> TeamSizeFound | None:
    """The first count of people, seats or users in the message, or None."""
    folded = fold_digits(text)
    found = [size for size in (_counted(text, folded), _alone(text, folded)) if size]
    return min(found, key=lambda size: size.start, default=None)


def _alone(text: str, folded: str) -> TeamSizeFound | None:
    match = _ALONE.search(folded)
    if not match:
        return None
    return TeamSizeFound(1, 1, "people", False, text[match.start() : match.end()], match.start(), match.end())


def _counted(text: str, folded: str) -> TeamSizeFound | None:
    numbers = [number for number in find_numbers(folded) if not number.glued and number.value <= _MOST]
    for index, number in enumerate(numbers):
        first = number
        last = (
            numbers[index + 1] if index + 1 < len(numbers) and _is_range(folded, number, numbers[index + 1]) else number
        )
        noun = _noun(folded, first, last)
        if (
            noun
            and _is_whole(first)
            and _is_whole(last)
            and not _ELSEWHERE.search(folded[max(0, first.start - 12) : first.start])
        ):
            return _size(text, folded, first, last, *noun)
    return None


def _is_whole(number: Number) -> bool:
    return number.value == int(number.value) and number.value > 0


def _is_range(folded: str, first: Number, second: Number) -> bool:
    between = folded[first.end : second.start]
    return (
        _JOINT.fullmatch(between) is not None
        and first.value < second.value
        and ("and" not in between or "between" in folded[: first.start][-12:])
    )


def _noun(folded: str, first: Number, last: Number) -> tuple[str, int] | None:
    """What is counted and where the words for it end."""
    before = folded[max(0, first.start - 48) : first.start]
    if match := _AFTER.match(folded, last.end):
        theirs = _THEIRS.search(before) and not _UNOWNED.match(folded, match.end())
        return (match["noun"], match.end()) if theirs else None
    if match := _OF_US.match(folded, last.end):
        return ("people", match.end()) if _WE_ARE.search(before) else None
    if (_LED.search(before)) and not re.match(r" ?(?:[%€$£k]|[a-z]+s\b)|[^\W_]", folded[last.end :]):
        return "people", last.end
    return None


def _size(text: str, folded: str, first: Number, last: Number, noun: str, end: int) -> TeamSizeFound:
    before = folded[max(0, first.start - 24) : first.start]
    plus = folded.startswith(("+", " plus", " or more"), last.end)
    low, high = int(first.value), int(last.value)
    single = first is last
    return TeamSizeFound(
        low=None if single and _UNDER.search(before) else low,
        high=None if single and (plus or _OVER.search(before)) else high,
        noun=noun,
        approximate=first.rough
        or bool(_ROUGH.search(before))
        or folded.startswith(("ish", "-ish", " or so"), last.end),
        text=text[first.start : end],
        start=first.start,
        end=end,
    )
