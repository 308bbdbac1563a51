"""Free times: which starts a pool of hosts can offer, which few to say aloud, and the buckets a booking claims.

The same rules serve the offer and the booking: a slot is free exactly when none of the five-minute buckets it would
claim, buffers included, touches a busy span. A start is an instant in UTC; local clocks only decide where the grid
lies, which date a meeting counts for, and which of several free times suits the visitor.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from leads.hours import MIDNIGHT, Span, WeeklyHours, as_utc, open_spans, place, resolve, zone_of
from leads.identity import RepId

BUCKET_MINUTES = 5
POLITE_MINUTES = (8 * 60, 18 * 60)
"""The visitor's own 08:00 to 18:00: times inside it are offered first."""
TOLERABLE_HOURS = 2
"""How far outside that (06:00 to 20:00) a time may lie when it is what makes a second day possible."""

_DAY = timedelta(days=1)
_DAY_MINUTES = 24 * 60


class DayPart(StrEnum):
    """What people mean by part of a day: 07:00 to 12:00, 12:00 to 17:00, 17:00 to 21:00."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


_PART_MINUTES = {
    DayPart.MORNING: (7 * 60, 12 * 60),
    DayPart.AFTERNOON: (12 * 60, 17 * 60),
    DayPart.EVENING: (17 * 60, 21 * 60),
}


@dataclass(frozen=True, slots=True)
class MeetingType:
    """A kind of meeting. `step_minutes` is the grid of starts, counted from local midnight in the host's zone.

    Buffers keep a host free around the meeting and are no part of it; they may lie outside working hours. Notice is
    real time before the start, the horizon is in the host's dates after today, and `per_day_limit` is how many of
    these a host takes on one of their dates. Raises ValueError for times the five-minute buckets cannot hold.
    """

    key: str
    title: str
    minutes: int
    step_minutes: int = 30
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    notice_minutes: int = 0
    horizon_days: int = 14
    per_day_limit: int | None = None

    def __post_init__(self) -> None:
        lengths = (self.minutes, self.step_minutes, self.buffer_before_minutes, self.buffer_after_minutes)
        if any(minutes % BUCKET_MINUTES or not 0 <= minutes <= _DAY_MINUTES for minutes in lengths):
            raise ValueError(f"Meeting {self.key!r}: length, step and buffers are multiples of 5 minutes, up to a day.")
        if not (self.minutes and self.step_minutes):
            raise ValueError(f"Meeting {self.key!r}: length and step must be at least 5 minutes.")
        if self.notice_minutes < 0 or self.horizon_days < 0:
            raise ValueError(f"Meeting {self.key!r}: notice and horizon cannot be negative.")
        if self.per_day_limit is not None and self.per_day_limit < 1:
            raise ValueError(f"Meeting {self.key!r}: a daily limit is at least 1; leave it out for no limit.")


@dataclass(frozen=True, slots=True)
class Host:
    """Somebody who takes meetings, and when they work."""

    rep_id: RepId
    hours: WeeklyHours


@dataclass(frozen=True, slots=True)
class OpenSlot:
    """A free time and everybody who could take it, in the order the hosts were given. Instants are UTC."""

    start_utc: datetime
    end_utc: datetime
    host_ids: tuple[RepId, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visitor asked for, on their own calendar and clock; None where they did not say.

    `day` to `last_day` is a range ("next week"); `day` alone is that date. `at` wins over `part`.
    """

    day: date | None = None
    last_day: date | None = None
    at: time | None = None
    part: DayPart | None = None


def free_slots(
    meeting: MeetingType,
    hosts: Iterable[Host],
    busy: Mapping[RepId, Sequence[Span]],
    *,
    now: datetime,
    start: datetime,
    end: datetime,
    booked: Mapping[RepId, Sequence[datetime]] | None = None,
) -> list[OpenSlot]:
    """Every free time that begins in [start, end), by start; a time is free when at least one host can take it.

    `busy` holds, for each host, what they cannot give away; a booked meeting with its own buffers, so that buffers
    add up. A host without an entry is not offered: no answer about a calendar is not a free calendar. `booked` holds
    the starts of the meetings that count towards `per_day_limit`; ValueError when there is a limit and it is missing.
    """
    if meeting.per_day_limit is not None and booked is None:
        raise ValueError(f"Meeting {meeting.key!r} has a daily limit, so the meetings already booked are needed.")
    now, end = as_utc(now), as_utc(end)
    earliest = max(as_utc(start), now + timedelta(minutes=meeting.notice_minutes))
    takers: dict[datetime, list[RepId]] = {}
    for host in hosts:
        zone = zone_of(host.hours.zone)
        # The horizon ends with a date: resolve finds that date's end even where midnight is missing.
        horizon = resolve(now.astimezone(zone).date() + timedelta(days=meeting.horizon_days + 1), MIDNIGHT, zone)
        latest = min(end, horizon)
        if host.rep_id not in busy or earliest >= latest:
            continue
        full = _full_days(meeting, (booked or {}).get(host.rep_id, ()), zone)
        starts = _starts_in_hours(meeting, host.hours, Span(earliest, latest), full)
        for at in _without_busy(meeting, starts, busy[host.rep_id]):
            takers.setdefault(at, []).append(host.rep_id)
    length = timedelta(minutes=meeting.minutes)
    return [OpenSlot(at, at + length, tuple(takers[at])) for at in sorted(takers)]


def spread(slots: Iterable[OpenSlot], *, zone: str, count: int = 3) -> list[OpenSlot]:
    """A few times worth saying aloud, by start: within the visitor's own working day, on different days, soon.

    One time at a time is added: the politest hour first, then the day and the part of day heard least, then the
    earliest. The last one moves to a second day if that can be had between 06:00 and 20:00. The same slots always
    give the same choice.
    """
    left = [_seen(slot, zone_of(zone)) for slot in slots]
    chosen: list[_Seen] = []
    while left and len(chosen) < count:
        best = _next_best(left, chosen, last=len(chosen) == count - 1)
        chosen.append(best)
        left.remove(best)
    return sorted((seen.slot for seen in chosen), key=lambda slot: slot.start_utc)


def near(slots: Iterable[OpenSlot], wanted: Wanted, *, zone: str, count: int = 3) -> list[OpenSlot]:
    """The slots closest to what the visitor asked for on their own clock, closest first.

    The day counts before the time of day, and among equals the earlier slot wins; "at 9" without a day gives the
    first days on which 9 is free. Where they named a day and nothing more, those are a spread over that day.
    """
    local = zone_of(zone)
    seen = sorted(
        (_seen(slot, local) for slot in slots),
        key=lambda seen: (_days_off(seen, wanted), _minutes_off(seen, wanted), seen.slot.start_utc),
    )
    if wanted == Wanted(day=wanted.day) and wanted.day is not None:
        that_day = [one.slot for one in seen if one.day == wanted.day]
        if len(that_day) > count:
            return spread(that_day, zone=zone, count=count)
    return [one.slot for one in seen[:count]]


def fits(slot: OpenSlot, wanted: Wanted, *, zone: str) -> bool:
    """Whether a slot is exactly what was asked for, so that it can be confirmed instead of suggested."""
    seen = _seen(slot, zone_of(zone))
    return not _days_off(seen, wanted) and not _minutes_off(seen, wanted)


def buckets(
    start_utc: datetime, end_utc: datetime, *, before_minutes: int = 0, after_minutes: int = 0
) -> tuple[datetime, ...]:
    """The starts of the five-minute UTC buckets that a meeting and its buffers touch, ascending (domain.md 5.3).

    Two bookings of one host overlap exactly when they share a bucket, so the store makes (host, bucket) its key.
    Without length there is nothing to claim.
    """
    if as_utc(end_utc) <= as_utc(start_utc):
        return ()
    first = as_utc(start_utc) - timedelta(minutes=before_minutes)
    first = first.replace(minute=first.minute - first.minute % BUCKET_MINUTES, second=0, microsecond=0)
    length = as_utc(end_utc) + timedelta(minutes=after_minutes) - first
    step = timedelta(minutes=BUCKET_MINUTES)
    return tuple(first + k * step for k in range(-(-length // step)))


def spoken(slot_start_utc: datetime, zone: str, *, language: str = "en", host_zone: str | None = None) -> str:
    """A start as it is said to a visitor: "Tue 10 March, 10:00 (Berlin, UTC+1)".

    The offset tells the two 01:30s of an autumn night apart. With `host_zone` the host's clock is added when it
    differs: "... / 05:00 (New York)". Languages without words here are said in English.
    """
    words = _WORDS.get(language.replace("_", "-").partition("-")[0].lower(), _WORDS["en"])
    local = as_utc(slot_start_utc).astimezone(zone_of(zone))
    said = f"{words.date(local)}, {local:%H:%M} ({', '.join(filter(None, (_city(zone), _offset(local))))})"
    there = local.astimezone(zone_of(host_zone or zone))
    if there.replace(tzinfo=None) == local.replace(tzinfo=None):
        return said
    day = f"{words.date(there)}, " if there.date() != local.date() else ""
    return f"{said} / {day}{there:%H:%M} ({_city(host_zone or zone) or _offset(there)})"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A slot on the visitor's calendar; `strain` is how many hours, begun ones included, it lies outside politeness."""

    slot: OpenSlot
    day: date
    minute: int
    part: DayPart
    strain: int


@dataclass(frozen=True, slots=True)
class _Words:
    """Short day names from Monday and month names of a language, and how it orders them."""

    days: str
    months: str
    order: str = "{day} {number} {month}"

    def date(self, local: datetime) -> str:
        month = self.months.split()[local.month - 1]
        return self.order.format(day=self.days.split()[local.weekday()], number=local.day, month=month)


_WORDS = {
    "en": _Words(
        "Mon Tue Wed Thu Fri Sat Sun",
        "January February March April May June July August September October November December",
    ),
    "de": _Words(
        "Mo Di Mi Do Fr Sa So",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "{day}, {number}. {month}",
    ),
    "fr": _Words(
        "lun. mar. mer. jeu. ven. sam. dim.",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    ),
    "es": _Words(
        "lun mar mié jue vie sáb dom",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "{day} {number} de {month}",
    ),
    "it": _Words(
        "lun mar mer gio ven sab dom",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    ),
    "pt": _Words(
        "seg. ter. qua. qui. sex. sáb. dom.",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "{day} {number} de {month}",
    ),
    "nl": _Words(
        "ma di wo do vr za zo",
        "januari februari maart april mei juni juli augustus september oktober november december",
    ),
}


def _starts_in_hours(meeting: MeetingType, hours: WeeklyHours, window: Span, full: frozenset[date]) -> list[datetime]:
    """Starts on the grid, inside the window, whose whole meeting fits into working hours."""
    zone, length = zone_of(hours.zone), timedelta(minutes=meeting.minutes)
    day, last = window.start_utc.astimezone(zone).date(), window.end_utc.astimezone(zone).date()
    grid: list[datetime] = []
    while day <= last:
        if day not in full:
            grid += _grid(day, zone, meeting.step_minutes)
        day += _DAY
    grid.sort()  # dates come in order, but a clock set back over midnight shows the end of a date after the next began
    del grid[bisect_left(grid, window.end_utc) :]
    starts: list[datetime] = []
    for span in open_spans(hours, start=window.start_utc, end=window.end_utc + length):
        starts += grid[bisect_left(grid, span.start_utc) : bisect_right(grid, span.end_utc - length)]
    return starts


@lru_cache(maxsize=1024)  # the hosts of a pool share their zones, and the next question is about the same days
def _grid(day: date, zone: ZoneInfo, step_minutes: int) -> tuple[datetime, ...]:
    """The instants of a local date at which its clock shows a multiple of the step; both, where it shows it twice."""
    midnight = datetime.combine(day, MIDNIGHT)
    stride = timedelta(minutes=step_minutes)
    steps = [k * stride for k in range(-(-_DAY // stride))]
    first, following = midnight.replace(tzinfo=zone), (midnight + _DAY).replace(tzinfo=zone)
    if first.utcoffset() == following.utcoffset():
        start = first.astimezone(UTC)
        return tuple([start + step for step in steps])
    shown = {at for step in steps for at in _showing(midnight + step, zone)}
    return tuple(sorted(shown))


def _showing(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants at which the zone's clock shows this wall time: two in a fold, none in a gap."""
    both = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    # A wall time that the clock skips comes back from UTC as another one.
    return [at for at in both if at.astimezone(zone).replace(tzinfo=None) == wall]


def _without_busy(meeting: MeetingType, starts: list[datetime], busy: Iterable[Span]) -> list[datetime]:
    """The starts (ascending; changed in place) whose meeting, buffers included, meets no busy span."""
    head = timedelta(minutes=meeting.buffer_before_minutes)
    tail = timedelta(minutes=meeting.minutes + meeting.buffer_after_minutes)
    for span in busy:
        if span.start_utc < span.end_utc:
            del starts[bisect_right(starts, span.start_utc - tail) : bisect_left(starts, span.end_utc + head)]
    return starts


def _full_days(meeting: MeetingType, booked: Iterable[datetime], zone: ZoneInfo) -> frozenset[date]:
    if meeting.per_day_limit is None:
        return frozenset()
    per_day = Counter(as_utc(at).astimezone(zone).date() for at in booked)
    return frozenset(day for day, number in per_day.items() if number >= meeting.per_day_limit)


def _seen(slot: OpenSlot, zone: ZoneInfo) -> _Seen:
    local = slot.start_utc.astimezone(zone)
    minute = local.hour * 60 + local.minute
    end = minute + (slot.end_utc - slot.start_utc) // timedelta(minutes=1)
    outside = max(POLITE_MINUTES[0] - minute, end - POLITE_MINUTES[1], 0)
    part = next((part for part, (_, close) in _PART_MINUTES.items() if minute < close), DayPart.EVENING)
    return _Seen(slot, local.date(), minute, part, -(-outside // 60))


def _next_best(left: list[_Seen], chosen: list[_Seen], *, last: bool) -> _Seen:
    days, parts = Counter(seen.day for seen in chosen), Counter(seen.part for seen in chosen)
    pool = left
    if last and len(days) == 1:
        pool = [seen for seen in left if seen.day not in days and seen.strain <= TOLERABLE_HOURS] or left
    return min(pool, key=lambda seen: (seen.strain, days[seen.day], parts[seen.part], seen.slot.start_utc))


def _days_off(seen: _Seen, wanted: Wanted) -> int:
    """How many days a slot lies outside the wanted dates."""
    first, last = wanted.day or date.min, wanted.last_day or wanted.day or date.max
    return max((first - seen.day).days, (seen.day - last).days, 0)


def _minutes_off(seen: _Seen, wanted: Wanted) -> int:
    """How many minutes a slot lies away from the wanted time, or outside the wanted part of the day."""
    if wanted.at is not None:
        return abs(seen.minute - wanted.at.hour * 60 - wanted.at.minute)
    if not wanted.part:
        return 0
    opens, closes = _PART_MINUTES[wanted.part]
    return max(opens - seen.minute, seen.minute - closes + 1, 0)


def _city(zone: str) -> str:
    return "" if place(zone) == "UTC" else place(zone)


def _offset(local: datetime) -> str:
    """UTC, UTC+1, UTC+5:45."""
    minutes = (local.utcoffset() or timedelta(0)) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    return "UTC" + (f"{'-' if minutes < 0 else '+'}{hours}" if minutes else "") + (f":{rest:02}" if rest else "")
