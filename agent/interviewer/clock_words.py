"""The words and shapes of times of day: hours, minutes, parts of the day, and what may stand around a bare number.

Patterns are for folded text (`phrases.fold`).
"""

from __future__ import annotations

import re
from typing import Final

HOURS: Final = {
    word: hour
    for hour, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
}
MINUTES: Final = {
    "five": 5, "ten": 10, "twenty": 20, "twenty five": 25, "twenty-five": 25, "a quarter": 15, "quarter": 15,
    "half": 30, "fifteen": 15, "thirty": 30, "forty": 40, "forty five": 45, "forty-five": 45, "fifty": 50, "oh five": 5,
}  # fmt: skip
HOUR: Final = r"(?P<hour>[0-2]?[0-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
IN_PART: Final = (
    r"(?:,? (?:in|at|during) (?:the |my )?(?P<part>morning|afternoon|evening|night)|,? (?P<part2>morning"
    r"|afternoon|evening)|,? (?P<part3>tonight))"
)
MERIDIEM: Final = r"(?: ?(?P<meridiem>[ap])(?:\.m\.?|m)?(?![^\W_]))"
OCLOCK: Final = r" ?o ?['\"]? ?clock"
START: Final = r"(?<![^\W_])(?<![.,$€£:/+])(?<!\b[qh])"
OFFSET: Final = (
    r"(?:(?P<half>half|quarter|a quarter|[1-5]?[0-9]|five|ten|twenty(?:[ -]five)?)(?: minutes?| mins?)? "
    r"(?P<way>past|after|to|before|till|of) |(?P<british>half )(?=[0-9a-z]+(?:$|[^a-z0-9:]| ?[ap]m)))?"
)
NO_OFFSET: Final = r"(?P<half>(?!))?(?P<way>(?!))?(?P<british>(?!))?"
REST: Final = (
    rf"{HOUR}"
    r"(?:(?P<mark>[:.h]|: )(?P<minute>[0-5][0-9])(?![0-9])(?!\.[0-9])|(?P<h>h(?:rs)?(?![^\W_])| uhr)"
    rf"| (?P<spoken>fifteen|thirty|forty[ -]five|twenty|oh five|forty|fifty|ten)\b"
    rf"|(?P<oclock>{OCLOCK}))?(?: sharp| ?-?ish)?"
    rf"(?:{MERIDIEM})?(?P<oclock2>{OCLOCK})?(?:{IN_PART})?(?![^\W_]|[%€$£])"
)
CLOCK: Final = re.compile(START + OFFSET + REST)
BARE_CLOCK: Final = re.compile(START + NO_OFFSET + REST)
OR_LATER: Final = re.compile(
    r",? (?:(?P<after>or (?:later|after|any ?time after)|onwards?|at the earliest)|(?P<before>or "
    r"(?:earlier|before)|at the latest|latest))\b"
)
PART_FIRST: Final = re.compile(
    r"\b(?:(?:in )?the )?(?P<part>morning|afternoon|evening|night|tonight)(?: at| around| about|,)? $"
)
NAMED: Final = re.compile(
    r"\b(?P<noon>noon|mid-?day|12 noon|twelve noon|lunch ?time|lunch)\b|\b(?P<midnight>midnight)\b"
)
DAY_PART: Final = re.compile(
    r"\b(?:(?P<first>first thing)(?: in the morning)?|(?:early |late |mid[- ]?|later )?(?:in the |this "
    r"|that )?(?P<part>morning|mornings|forenoon|afternoon|afternoons|arvo"
    r"|evening|evenings|tonight|night)|(?P<am>a\.?m\.?)|(?P<eod>end of (?:the )?day|eod|close of business"
    r"|cob))(?![^\W_])"
)
AT: Final = re.compile(
    r"(?:\b(?:at|around|about|by|before|after|until|till|from|say|maybe|approx|approximately|@"
    r"|between|circa|to|than) ?|@ ?|~ ?)$"
)
AT_WORD: Final = re.compile(r"(?:\b(?:at|around|after|before|between|until|till) |@ ?)$")
OPENS_WINDOW: Final = re.compile(r"\b(?:from|between) $")
DAY_BEFORE: Final = re.compile(r"(?:day|mon|tues?|wed|thu|thurs|fri|sat|sun|tomorrow|tonight|[0-9](?:st|nd|rd|th)),? $")
BOUND: Final = re.compile(
    r"\b(?:(?P<after>(?:any ?time |sometime )?(?:after|past)|from|not before|no earlier than|later than|starting)"
    r"|(?P<before>(?:any ?time )?before|by|until|till|no later than|not later than|earlier than)) (?:about |around )?$"
)
GOES_ON: Final = re.compile(
    r"$|[ ]?[.,;:!?)/&\n(-]|'|\+| (?:on|or|in|to|and|tomorrow|today|tonight|works?|would|my|your|our|for|if|please|next"
    r"|this|is|until|till|should|sharp|ish|then|thanks|thank|so|but|instead|will|does|be|sounds?|suits?"
    r"|the|with|because"
    r"|as|same|better|too|also|latest|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct"
    r"|nov|dec)[a-z]*|[a-z]{2,4}t|utc|gmt|[a-z]+ time)(?![^\W_])"
)
UP_TO: Final = re.compile(r" ?(?:-|to|or) ?[0-9]+")
RANGE: Final = re.compile(r" ?(?:-|to|until|till|and) ?")
AFTERNOON_HOURS: Final = range(1, 7)
NOON: Final = 12
