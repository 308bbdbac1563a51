"""Times of day in a message: "3pm", "half past 11", "quarter to five", "evening 6", "noon", "between 2 and 4", "17:30".

Without am, pm or a part of the day, hours one to six are afternoon hours: nobody books a call at three in the morning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time as wall_time
from typing import Literal

from agent.interviewer.clock_words import (
    AFTERNOON_HOURS,
    AT,
    AT_WORD,
    BARE_CLOCK,
    BOUND,
    CLOCK,
    DAY_BEFORE,
    DAY_PART,
    GOES_ON,
    HOURS,
    MINUTES,
    NAMED,
    NOON,
    OPENS_WINDOW,
    OR_LATER,
    PART_FIRST,
    RANGE,
    UP_TO,
)
from agent.interviewer.spending import COUNTED

DayPart = Literal["morning", "afternoon", "evening"]
Bound = Literal["at", "after", "before"]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day (or only a part of the day), where it stands, and whether it can stand without a day beside it."""

    time: wall_time | None
    part: DayPart | None
    start: int
    end: int
    sure: bool
    until: wall_time | None = None
    bound: Bound = "at"


def find_clocks(folded: str) -> list[Clock]:
    """Every time of day of a folded message, in order; a bare number is reported as not `sure`."""
    clocks = [clock for match in _matches(folded) if (clock := _clock(folded, match))]
    clocks += [_named(match) for match in NAMED.finditer(folded)]
    taken = _apart(clocks)
    parts = [_day_part(match) for match in DAY_PART.finditer(folded) if not match["am"]]
    spread = _apart(
        [*taken, *[part for part in parts if all(part.end <= c.start or part.start >= c.end for c in taken)]]
    )
    return [_bounded(folded, clock) for clock in _ranges(folded, spread)]


def _matches(folded: str) -> Iterator[re.Match[str]]:
    """Like finditer, but "9 to 10" after "from" is read again as two hours."""
    position = 0
    while match := CLOCK.search(folded, position):
        if match["way"] and _is_range(folded, match):
            first = BARE_CLOCK.match(folded, match.start())
            position = first.end() if first else match.end()
            match = first
        else:
            position = match.end()
        if match:
            yield match


def _apart(clocks: list[Clock]) -> list[Clock]:
    kept: list[Clock] = []
    for clock in sorted(clocks, key=lambda clock: (clock.start, -clock.end)):
        if not kept or clock.start >= kept[-1].end:
            kept.append(clock)
    return kept


def _clock(folded: str, match: re.Match[str]) -> Clock | None:
    start = match.start()
    ahead = PART_FIRST.search(folded[max(0, start - 24) : start])
    said = match["part"] or match["part2"] or match["part3"] or (ahead["part"] if ahead else None)
    hour = HOURS.get(match["hour"]) or int(match["hour"] if match["hour"].isdigit() else -1)
    minutes = _minutes(match)
    if not 0 <= hour <= 24 or minutes is None:
        return None
    exact = bool(match["meridiem"] or said or match["oclock"] or match["oclock2"] or match["h"])
    sure = exact or bool(match["half"] or match["british"]) or bool(match["minute"] and match["mark"] != ".")
    if match["meridiem"] and match["meridiem"] == match[0][-1] and not _plain_meridiem(folded, match):
        return None
    if not sure and not (GOES_ON.match(folded, match.end()) and _fits_before(folded, match)):
        return None
    if not sure and (things := UP_TO.match(folded, match.end())) and COUNTED.match(folded, things.end()):
        return None
    moment = _placed(
        hour, minutes, match["meridiem"], said, leading_zero=match["hour"].startswith("0") or bool(match["h"])
    )
    if moment is None:
        return None
    # "this evening at 8", "tonight at 8": those words are the day as well, and days are read elsewhere.
    daily = ahead and (ahead["part"] == "tonight" or folded[: max(0, start - 24) + ahead.start()].endswith("this "))
    begin = max(0, start - 24) + ahead.start() if ahead and not daily else start
    lead = AT_WORD if match["hour"].isalpha() else AT  # "for one" and "like ten" are no times
    asked = sure or lead.search(folded[max(0, start - 16) : start]) is not None
    return Clock(moment, _part(said), begin, match.end(), asked)


def _plain_meridiem(folded: str, match: re.Match[str]) -> bool:
    """ "3p" is a time, "3 a day" is not."""
    return folded[match.end("meridiem") - 2].isdigit()


def _is_range(folded: str, match: re.Match[str]) -> bool:
    """ "9 to 10" is a window, "ten to five", "20 to 5" and "10 minutes to 5" are not."""
    said = match["half"] or ""
    if match["way"] not in {"to", "till", "before"} or "minute" in match[0] or "min" in match[0]:
        return False
    between = OPENS_WINDOW.search(folded[max(0, match.start() - 12) : match.start()])
    return said in {str(hour) for hour in range(1, 13)} or (
        said not in {"half", "quarter", "a quarter"} and bool(between)
    )


def _fits_before(folded: str, match: re.Match[str]) -> bool:
    """ "Monday 9.30" and "at 9.30" are times, "it costs 9.50 on Monday" is not."""
    before = folded[max(0, match.start() - 16) : match.start()]
    return match["mark"] != "." or bool(AT.search(before) or DAY_BEFORE.search(before))


def _minutes(match: re.Match[str]) -> int | None:
    """Minutes after the hour; negative for "quarter to"; None when the words make no time."""
    if match["british"]:
        return 30
    said = match["half"]
    if said:
        minutes = MINUTES.get(said) or (int(said) if said.isdigit() else None)
        if minutes is None or match["minute"]:
            return None
        return minutes if match["way"] in {"past", "after"} else -minutes
    if match["spoken"]:
        return MINUTES.get(match["spoken"])
    return int(match["minute"] or 0)


def _placed(hour: int, minutes: int, meridiem: str | None, part: str | None, *, leading_zero: bool) -> wall_time | None:
    """The hour on the 24-hour clock."""
    if hour == 24:
        hour = 0
    if hour <= NOON and (hour or meridiem):
        if meridiem == "a" or (part == "morning" and not meridiem):
            hour %= NOON
            hour = NOON if part == "morning" and hour == 0 and not meridiem else hour
        elif meridiem == "p" or part in {"afternoon", "evening", "tonight"}:
            hour = hour % NOON + NOON
        elif part == "night":
            hour = hour % NOON + (NOON if hour >= 6 and hour != NOON else 0)
        elif hour in AFTERNOON_HOURS and not leading_zero:
            hour += NOON
    total = (hour * 60 + minutes) % (24 * 60)
    return wall_time(total // 60, total % 60)


def _named(match: re.Match[str]) -> Clock:
    if match["midnight"]:
        return Clock(wall_time(0, 0), None, match.start(), match.end(), True)
    return Clock(wall_time(12, 0), None, match.start(), match.end(), not match["noon"].startswith("lunch"))


def _day_part(match: re.Match[str]) -> Clock:
    if match["eod"]:
        return Clock(wall_time(17, 0), "afternoon", match.start(), match.end(), False, bound="before")
    return Clock(
        None, "morning" if match["first"] else _part(match["part"].rstrip("s")), match.start(), match.end(), False
    )


def _part(said: str | None) -> DayPart | None:
    if said in {"morning", "forenoon"}:
        return "morning"
    if said in {"afternoon", "arvo"}:
        return "afternoon"
    return "evening" if said in {"evening", "night", "tonight"} else None


def _ranges(folded: str, clocks: list[Clock]) -> list[Clock]:
    """ "between 2 and 4pm", "9-10": one window; an hour before "and 4pm" is as late in the day as the four."""
    joined: list[Clock] = []
    for clock in clocks:
        before = joined[-1] if joined else None
        gap = folded[before.end : clock.start] if before else ""
        if before and before.time and clock.time and before.until is None and RANGE.fullmatch(gap):
            between = re.search(r"\bbetween (?:about |around )?$", folded[: before.start]) is not None
            until = clock.time if before.time < clock.time or clock.time.hour >= NOON else _later(clock.time)
            if ("and" not in gap or between) and before.time < until:
                joined[-1] = Clock(before.time, before.part or clock.part, before.start, clock.end, True, until)
                continue
        joined.append(clock)
    return joined


def _later(moment: wall_time) -> wall_time:
    """Twelve hours on: the five of "from five to nine" was read as an afternoon hour, so the nine is one too."""
    return moment.replace(hour=moment.hour + NOON)


def _bounded(folded: str, clock: Clock) -> Clock:
    before = BOUND.search(folded[max(0, clock.start - 26) : clock.start])
    if clock.until or clock.time is None:
        return clock
    if before:
        return replace(clock, bound="after" if before["after"] else "before")
    later = OR_LATER.match(folded, clock.end)
    return replace(clock, bound="after" if later["after"] else "before", end=later.end()) if later else clock
