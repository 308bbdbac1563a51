"""When somebody works: weekly hours in their own zone, and the instants those hours become.

Hours are kept as people say them, local wall time plus an IANA zone, and turned into UTC instants one date at a time.
Start and end of a window are each looked up on their own, so nothing here ever adds hours to a local datetime: in
Python that is wall-clock arithmetic and an hour wrong twice a year.

Where the local clock jumps, a wall time means *the first moment at which the clock shows that time or a later one*:

- in a gap (02:30 on the night clocks go forward) that is the moment the clocks jump;
- in a fold (01:30 on the night they go back) that is the first 01:30.

This keeps the order of wall times, so windows never turn around, overlap or leave a hole, even where midnight itself
is missing (Santiago, Cairo, Beirut).
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
SEARCH_DAYS = 400
"""After this many days in a row without opening, hours count as never opening again."""

_DAY = timedelta(days=1)
_END_OF_DAY = time(23, 59)
_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NOT_PLACES = frozenset({"posix", "right", "localtime", "posixrules", "Factory"})


class Weekday(IntEnum):
    """Days of the week, numbered as `date.weekday` does: 0 is Monday."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Time from `start_utc` up to, but not including, `end_utc`; any aware datetime is turned into UTC.

    Raises ValueError for a datetime without a zone and for an end before the start; an empty span is allowed.
    """

    start_utc: datetime
    end_utc: datetime

    def __post_init__(self) -> None:
        if self.start_utc.tzinfo is not UTC or self.end_utc.tzinfo is not UTC:
            object.__setattr__(self, "start_utc", as_utc(self.start_utc))
            object.__setattr__(self, "end_utc", as_utc(self.end_utc))
        if self.end_utc < self.start_utc:
            raise ValueError(f"A span cannot end ({self.end_utc}) before it starts ({self.start_utc}).")


@dataclass(frozen=True, slots=True)
class HoursBlock:
    """One window on one weekday, in wall time and whole minutes, such as Monday 09:00 to 17:00.

    An end at or before the start lies on the next day (22:00 to 06:00). An end of 00:00, 23:59 or later, or "24:00"
    given to `parse`, is the end of the day; 00:00 to 00:00 is the whole day. Raises ValueError for anything else that
    has no length.
    """

    weekday: int
    start: time
    end: time

    def __post_init__(self) -> None:
        if self.weekday not in range(7):
            raise ValueError(f"Weekday {self.weekday} does not exist: use 0 (Monday) to 6 (Sunday).")
        if self.end >= _END_OF_DAY:
            object.__setattr__(self, "end", MIDNIGHT)
        for at in (self.start, self.end):
            if at.tzinfo or at.second or at.microsecond:
                raise ValueError(f"Working hours are whole minutes without an offset, so {at} will not do.")
        if self.start == self.end != MIDNIGHT:
            raise ValueError(
                f"Hours from {self.start:%H:%M} to {self.end:%H:%M} are empty; a whole day is 00:00-24:00."
            )

    @classmethod
    def parse(cls, weekday: int, text: str) -> "HoursBlock":
        """Read a window such as "09:00-17:00", "9:30-24:00" or "22:00-06:00"; ValueError when it is not one."""
        start, _, end = (part.strip() for part in text.partition("-"))
        return cls(weekday, _wall_time(start), MIDNIGHT if end == "24:00" else _wall_time(end))

    @property
    def ends_next_day(self) -> bool:
        """Whether `end` belongs to the date after the one the window begins on."""
        return self.end <= self.start


@dataclass(frozen=True, slots=True)
class DateRange:
    """Dates from `first` to `last`, both included; ValueError when they are the wrong way round."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"Days off cannot end ({self.last}) before they begin ({self.first}).")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Somebody's working week in the IANA zone they work in, with the dates on which they do not work.

    A window that would begin on a holiday or day off is not worked, and one that runs past midnight into such a date
    stops at midnight. Blocks may overlap; they are counted once. Raises ValueError for an unknown zone.
    """

    zone: str
    blocks: tuple[HoursBlock, ...]
    holidays: frozenset[date] = frozenset()
    days_off: tuple[DateRange, ...] = ()

    def __post_init__(self) -> None:
        zone_of(self.zone)

    def is_day_off(self, day: date) -> bool:
        """Whether nobody works on this date, in the zone of these hours."""
        return day in self.holidays or any(day in off for off in self.days_off)


def around_the_clock() -> WeeklyHours:
    """Hours that never close, for clocks that count every minute (a visitor waiting in the chat)."""
    return WeeklyHours("UTC", tuple(HoursBlock(day, MIDNIGHT, MIDNIGHT) for day in Weekday))


def as_utc(at: datetime) -> datetime:
    """The same instant in UTC; ValueError when the datetime names no zone and so no instant."""
    if at.tzinfo is UTC:
        return at
    if at.utcoffset() is None:
        raise ValueError(f"{at} has no time zone, so it is not an instant: give it one.")
    return at.astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of this name; ValueError when there is none, whatever a browser or a form has sent."""
    try:
        if name.partition("/")[0] not in _NOT_PLACES:
            return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass  # what zoneinfo raises for unknown names, for paths and for folders
    raise ValueError(f"There is no time zone {name!r}: use an IANA name such as Europe/Berlin.")


def place(zone: str) -> str:
    """How a zone is said aloud: "New York", "Kathmandu", "UTC"; empty for fixed offsets such as Etc/GMT+5."""
    if zone.startswith("Etc/GMT"):
        return ""
    return zone.rpartition("/")[2].replace("_", " ")


def resolve(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which the zone's clock shows this wall time or a later one (see the module)."""
    wall = datetime.combine(day, at.replace(fold=0))
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _jump(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), instant, zone)


_resolve = lru_cache(maxsize=4096)(resolve)  # a pool shares zones and hours and asks about the same dates again


def openings(hours: WeeklyHours, *, start: datetime, end: datetime | None = None) -> Iterator[Span]:
    """Open time from `start` on, in order and never overlapping; neighbours may touch (midnight in a 24-hour week).

    Without `end` it runs on and on, and stops only after `SEARCH_DAYS` days in a row without opening.
    """
    cursor = as_utc(start)
    limit = None if end is None else as_utc(end)
    for window in _windows(hours, cursor, limit):
        opens = max(window.start_utc, cursor)
        closes = window.end_utc if limit is None else min(window.end_utc, limit)
        if opens < closes:
            yield Span(opens, closes)
            cursor = closes


def open_spans(hours: WeeklyHours, *, start: datetime, end: datetime) -> Iterator[Span]:
    """Open time between two instants, cut to them, with touching windows joined into one."""
    joined: Span | None = None
    for piece in openings(hours, start=start, end=end):
        if joined and joined.end_utc == piece.start_utc:
            joined = Span(joined.start_utc, piece.end_utc)
            continue
        if joined:
            yield joined
        joined = piece
    if joined:
        yield joined


def is_open(hours: WeeklyHours, at: datetime) -> bool:
    """Whether these hours are open at this instant; the moment of closing is closed."""
    return next(openings(hours, start=at, end=as_utc(at) + timedelta(microseconds=1)), None) is not None


def next_opening(hours: WeeklyHours, at: datetime) -> datetime | None:
    """The first open instant at or after `at`, in UTC: `at` itself while open, None when they never open again."""
    first = next(openings(hours, start=at), None)
    return first.start_utc if first else None


def describe(hours: WeeklyHours) -> str:
    """The week in a few English words: "Mon-Thu 09:00-17:00; Fri 09:00-12:00 (Berlin time)"."""
    where = "UTC" if place(hours.zone) == "UTC" else f"{place(hours.zone) or hours.zone} time"
    if not hours.blocks:
        return "always closed"
    days_of: dict[str, list[int]] = {}
    for weekday in Weekday:
        if windows := " and ".join(_said(block) for block in _blocks_on(hours, weekday)):
            days_of.setdefault(windows, []).append(weekday)
    return "; ".join(f"{_day_runs(days)} {windows}" for windows, days in days_of.items()) + f" ({where})"


def _wall_time(text: str) -> time:
    clock, _, minutes = text.partition(":")
    if not (clock.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and int(clock) < 24 and int(minutes) < 60):
        raise ValueError(f"{text!r} is not a time of day: write it as 09:00 (an end may be 24:00).")
    return time(int(clock), int(minutes))


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second in (before, after] at which the zone's clock jumps forward."""
    offset = after.astimezone(zone).utcoffset()
    seconds = range(int((after - before).total_seconds()) + 1)
    return before + timedelta(
        seconds=bisect_left(
            seconds, 1, key=lambda s: (before + timedelta(seconds=s)).astimezone(zone).utcoffset() == offset
        )
    )


def _windows(hours: WeeklyHours, start: datetime, end: datetime | None) -> Iterator[Span]:
    """Every window that may touch [start, end), by its start; overlaps are left in."""
    zone = zone_of(hours.zone)
    week = tuple(_blocks_on(hours, weekday) for weekday in Weekday)
    # A window lasts a day at most, so the earliest one that can reach `start` begins on the date before.
    day = start.astimezone(zone).date() - _DAY
    last = None if end is None else end.astimezone(zone).date()
    idle = 0
    while idle <= SEARCH_DAYS and (last is None or day <= last):
        worked = () if hours.is_day_off(day) else week[day.weekday()]
        idle = 0 if worked else idle + 1
        for block in worked:
            yield Span(_resolve(day, block.start, zone), _closing(hours, block, day, zone))
        day += _DAY


def _closing(hours: WeeklyHours, block: HoursBlock, day: date, zone: ZoneInfo) -> datetime:
    if not block.ends_next_day:
        return _resolve(day, block.end, zone)
    following = day + _DAY
    return _resolve(following, MIDNIGHT if hours.is_day_off(following) else block.end, zone)


def _blocks_on(hours: WeeklyHours, weekday: int) -> list[HoursBlock]:
    return sorted((block for block in hours.blocks if block.weekday == weekday), key=lambda block: block.start)


def _said(block: HoursBlock) -> str:
    return f"{block.start:%H:%M}-{'24:00' if block.end == MIDNIGHT else format(block.end, '%H:%M')}"


def _day_runs(days: list[int]) -> str:
    """[0, 1, 2, 4] as "Mon-Wed, Fri"."""
    runs = [[day for _, day in run] for _, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])]
    return ", ".join(_DAY_NAMES[run[0]] + (f"-{_DAY_NAMES[run[-1]]}" if len(run) > 1 else "") for run in runs)
