"""Meeting times in a message: "Thursday 9", "Friday next week", "the 12th at noon", "tomorrow at 3pm Berlin time".

A moment is a day, a time of day, or both, read together when they stand together. "Tuesday or Wednesday at 3" is two
moments that share the three, "Tuesday at 3 or 4" two that share the Tuesday.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from datetime import time as wall_time
from typing import Final
from zoneinfo import ZoneInfo

from agent.interviewer.clock import Bound, Clock, DayPart, find_clocks
from agent.interviewer.days import Day, find_days
from agent.interviewer.figures import fold_digits
from agent.interviewer.zones import ZoneFound, find_zones

_FILLER: Final = (
    r"at|around|about|by|before|after|from|on|in|the|for|between|say|like|maybe|sometime|any ?time|of"
    r"|then|works?|would|be|is"
    r"|good|great|fine|my|your|time|perhaps|preferably|later|earlier|early|late|circa|until|till|first"
    r"|thing|local|ok|okay|next|week"
)
_TOGETHER: Final = re.compile(rf"[ ,@~()-]{{0,3}} {{0,40}}(?:(?:{_FILLER})[ ,@~-]{{1,2}}){{0,4}}")
_CHOICE: Final = re.compile(r" ?(?:,|/|or|and|&|, or|or maybe|or even)(?: (?:at|on|maybe|the))* ?")
_LEAD: Final = re.compile(r"\b(?:on|at|around|about|by|after|before|for) $")
_SENTENCE_END: Final = re.compile(r"[.!?;\n]")
_ZONE_GAP: Final = 24
_NEAR: Final = 2


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a time of day or a part of the day somebody proposed; unset where unsaid.

    `zone` is the IANA name of a zone they named for it ("my time" names none). `until` closes a window ("between 2 and
    4"); `bound` says the time is a limit ("after 3pm"). `text` is `message[start_at:end_at]`.
    """

    day: date | None
    time: wall_time | None
    day_part: DayPart | None
    zone: str | None
    text: str
    start_at: int
    end_at: int
    until: wall_time | None = None
    bound: Bound = "at"


@dataclass(frozen=True, slots=True)
class _Pair:
    """A day and a time that may belong together, with their common place."""

    day: Day | None
    clock: Clock | None
    start: int
    end: int


def find_moments(text: str, *, now: datetime, zone: ZoneInfo) -> list[Moment]:
    """Every meeting time ahead that the message names, in order, seen from `now` (aware) in the visitor's zone."""
    folded = fold_digits(text)
    today = now.astimezone(zone).date()
    days = [day for day in find_days(text, folded, today=today, zone=zone) if day.day >= today]
    clocks = [
        clock
        for clock in find_clocks(folded)
        if not any(day.start < clock.end and clock.start < day.end and clock.time for day in days)
    ]
    if not days and not clocks:
        return []
    zones = find_zones(text)
    pairs = _shared(folded, _paired(_without(folded, zones), days, clocks))
    kept = [pair for pair in pairs if pair.day or (pair.clock and pair.clock.sure)]
    return [_moment(text, folded, pair, kept, zones) for pair in kept]


def _without(folded: str, zones: list[ZoneFound]) -> str:
    """The message with its zones blanked: "9 am in New York on Friday" is one moment."""
    for zone in zones:
        folded = folded[: zone.start] + " " * (zone.end - zone.start) + folded[zone.end :]
    return folded


def _paired(folded: str, days: list[Day], clocks: list[Clock]) -> list[_Pair]:
    """Walks days and times in the order they stand and joins neighbours."""
    single: list[_Pair] = [_Pair(day, None, day.start, day.end) for day in days]
    single += [_Pair(None, clock, clock.start, clock.end) for clock in clocks]
    single.sort(key=lambda pair: (pair.start, pair.clock is not None))
    pairs: list[_Pair] = []
    for pair in single:
        before = pairs[-1] if pairs else None
        if before and pair.start >= before.end and _TOGETHER.fullmatch(folded[before.end : pair.start]):
            joined = _join(before, pair)
            if joined:
                pairs[-1] = joined
                continue
        if before and before.day and pair.clock and pair.start < before.end and pair.clock.time is None:
            pairs[-1] = replace(before, clock=pair.clock)  # "tonight" and "this afternoon" are day and part in one
            continue
        pairs.append(pair)
    return pairs


def _join(first: _Pair, second: _Pair) -> _Pair | None:
    if first.day and second.day:
        return None
    if first.clock and second.clock:
        merged = _merged(first.clock, second.clock)
        if not merged:
            return None
        return _Pair(first.day or second.day, merged, first.start, second.end)
    return _Pair(first.day or second.day, first.clock or second.clock, first.start, second.end)


def _merged(first: Clock, second: Clock) -> Clock | None:
    """ "afternoon, say 3": a part of the day and a time make one, two times do not."""
    if first.time is None and second.time is not None:
        return replace(second, part=first.part, start=first.start, sure=True, time=_in_part(second.time, first.part))
    if second.time is None and first.time is not None and second.part and second.bound == "at":
        return replace(first, part=second.part, end=second.end, sure=True, time=_in_part(first.time, second.part))
    return None


def _in_part(moment: wall_time, part: DayPart | None) -> wall_time:
    late = part in {"afternoon", "evening"} and moment.hour < 12
    return moment.replace(hour=moment.hour + 12) if late else moment


def _shared(folded: str, pairs: list[_Pair]) -> list[_Pair]:
    """ "Tuesday or Wednesday at 3" shares the time backwards, "Tuesday at 3 or 4" the day forwards."""
    shared = list(pairs)
    for index in range(len(shared) - 2, -1, -1):
        first, second = shared[index], shared[index + 1]
        lacks_time = first.day is not None and first.clock is None and second.day is not None
        if lacks_time and _is_choice(folded, first, second):
            shared[index] = replace(first, clock=second.clock)
    for index in range(1, len(shared)):
        first, second = shared[index - 1], shared[index]
        lacks_day = _has_time(first) and first.day is not None and second.day is None and _has_time(second)
        if lacks_day and _is_choice(folded, first, second):
            shared[index] = replace(second, day=first.day)
    return shared


def _is_choice(folded: str, first: _Pair, second: _Pair) -> bool:
    return _CHOICE.fullmatch(folded[first.end : second.start]) is not None


def _has_time(pair: _Pair) -> bool:
    return pair.clock is not None and pair.clock.time is not None


def _moment(text: str, folded: str, pair: _Pair, pairs: list[_Pair], zones: list[ZoneFound]) -> Moment:
    found = _zone_for(folded, pair, pairs, zones)
    end = found.end if found and 0 <= found.start - pair.end <= _NEAR else pair.end
    clock = pair.clock
    return Moment(
        day=pair.day.day if pair.day else None,
        time=clock.time if clock else None,
        day_part=clock.part if clock else None,
        zone=found.value if found else None,
        text=text[pair.start : end],
        start_at=pair.start,
        end_at=end,
        until=clock.until if clock else None,
        bound=clock.bound if clock else "at",
    )


def _zone_for(folded: str, pair: _Pair, pairs: list[_Pair], zones: list[ZoneFound]) -> ZoneFound | None:
    """The zone inside or right after the moment, else one the visitor says they are in."""
    for zone in zones:
        if pair.start <= zone.start < pair.end or _is_beside(folded, pair, pairs, zone):
            return zone
    return next((zone for zone in zones if zone.home), None)


def _is_beside(folded: str, pair: _Pair, pairs: list[_Pair], zone: ZoneFound) -> bool:
    between = folded[pair.end : zone.start]
    if zone.start < pair.end or len(between) > _ZONE_GAP or _SENTENCE_END.search(between):
        return False
    return not any(pair.end <= other.start and other.end <= zone.start and other.day for other in pairs)
