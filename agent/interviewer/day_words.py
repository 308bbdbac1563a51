"""The shapes single days are written in: "tomorrow", "Friday next week", "the 12th", "March 3rd, 2027", "15.06.".

Patterns are for folded text (`phrases.fold`).
"""

from __future__ import annotations

import re
from typing import Final

from agent.interviewer.almanac import MONTH, WEEKDAY

YEAR: Final = r"(?:19|20)[0-9]{2}"
ORDINAL_WORDS: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
NTH: Final = {word: number for number, word in enumerate(ORDINAL_WORDS, start=1)} | {
    f"twenty{dash}{word}": 20 + number for number, word in enumerate(ORDINAL_WORDS[:9], start=1) for dash in "- "
} | {"thirtieth": 30, "thirty-first": 31, "thirty first": 31}  # fmt: skip
NTH_WORD: Final = "|".join(sorted(NTH, key=len, reverse=True))
DAY: Final = rf"(?P<day>[0-3]?[0-9])(?P<suffix> ?(?:st|nd|rd|th))?(?![^\W_]|[.,:][0-9])|(?P<nth>{NTH_WORD})\b"
COUNT: Final = r"(?P<count>an?|[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen)"
WEEKS: Final = r"(?P<which>this|next|(?:the )?following|the week after next)"

ISO: Final = re.compile(r"(?<![0-9.,/-])(?P<year>[0-9]{4})[-/.](?P<month>[01]?[0-9])[-/.](?P<day>[0-3]?[0-9])(?![0-9])")
NUMERIC: Final = re.compile(
    r"(?<![0-9.,/-])(?P<a>[0-3]?[0-9])(?P<mark>[./-])(?P<b>[0-3]?[0-9])(?:(?P=mark)(?P<year>[0-9]{4}"
    r"|[0-9]{2})(?![0-9.])|(?P<dot>\.)(?![0-9]))"
)
SLASHED: Final = re.compile(
    r"(?P<lead>\b(?:on|by|before|until|till|from|after|the|day,?|mon|tues?|wed|thu|fri) "
    r")?(?<![0-9./-])(?P<a>[0-3]?[0-9])/(?P<b>[0-3]?[0-9])"
    r"(?![0-9/%]|\.[0-9])(?P<tail>(?=,? (?:at|@) ?[0-9]))?"
)
MONTH_DAY: Final = re.compile(rf"\b(?P<name>{MONTH})(?: the)? ?(?:{DAY})(?:,? (?:of )?(?P<year>{YEAR})\b)?")
DAY_MONTH: Final = re.compile(
    rf"(?:\bthe )?(?<![0-9.,$€£])(?:(?P<day>[0-3]?[0-9])(?P<suffix> ?(?:st|nd|rd|th))?\.?"
    rf"|\b(?P<nth>{NTH_WORD}))[ /-]?(?:day )?(?:of )?"
    rf"(?P<name>{MONTH})(?:,?[ /-](?:of )?(?P<year>{YEAR})\b)?"
)
NTH_DAY: Final = re.compile(
    r"\b(?:(?P<the>the|on) )?(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)\b(?P<month> of (?:this|next|the|the "
    r"current|the next|the following) month| (?:this|next) month)?"
)
NTH_GOES_ON: Final = re.compile(
    r"$|[ ]?[.,;:?!)/&\n-]| (?:at|around|about|on|of|in|or|and|to|works?|would|will|is|if|for|please"
    r"|after|before|morning"
    r"|afternoon|evening|night|noon|@|sounds?|should|then|from|between|does|but|with|until|till|by|so"
    r"|maybe|looks?|suits?"
    r"|instead|same|my|your|could|can|not|won't|doesn't|isn't|too|also|as|any|first thing|[0-9]|a\.?m"
    r"|p\.?m|half|quarter)"
)
RELATIVE: Final = re.compile(
    r"\b(?:(?P<two>(?:the )?day after tom{1,2}or{1,2}ow|overmorrow)|(?P<one>tom{1,2}or{1,2}ow|tmrw|tmr|tomoz|2moro)"
    r"|(?P<zero>(?:later )?today|tonight|this (?:morning|afternoon|evening)))\b"
)
COURTESY: Final = re.compile(
    r"\b(?:thanks|thank|thx|appreciate|help|how are|how is|how's|doing|done|nice|great to|good to|that's "
    r"all|that is all|be all"
    r"|all for|it for|date of|date is|day is|what's)\b[^.!?\n]*$"
)
WEEKDAY_DAY: Final = re.compile(
    rf"\b(?:(?P<weeks>an?|one|two|2|three|3) weeks? (?:from|after) (?:next )?|(?P<before>this coming|the "
    rf"coming|coming|this|next|the following"
    rf"|following|the next) )?(?:{WEEKS} week(?:'s)?,?(?: on)? )?(?P<name>{WEEKDAY})"
    rf"(?: (?:of |in |the )?(?:(?P<after>this|next|the following|following|the week after next) week"
    rf"|(?P<plus>week)\b(?! (?:of|in))"
    rf"|(?P<over>after next)|in (?P<late>an?|one|two|three) weeks?(?:' time|'s time| time)?))?"
)
COUNTED_ON: Final = re.compile(
    rf"\b(?:in {COUNT} (?P<unit>days?|weeks?|fortnight)\b(?:'? time| from now)?"
    rf"|(?P<count2>an?|[0-9]{{1,3}}|one|two|three|four|five|six) (?P<unit2>days?|weeks?|fortnight) from "
    rf"(?:now|today)\b)"
)
SPOKEN_WEEKS: Final = {"this": 0, "next": 1, "following": 1, "the following": 1, "the week after next": 2}
LIKE_A_DATE: Final = re.compile(r"(?:,? |, ?the | the )")
