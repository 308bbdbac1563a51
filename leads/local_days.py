"""Local days for counting: what a zone's clock is ahead of UTC, and where that changes, as plain numbers.

A database that knows no zones can then tell the local day of a million instants with one CASE.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from leads.hours import resolve, zone_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Offset:
    """From this instant on (seconds since 1970) local time is so many seconds ahead of UTC."""

    since_s: int
    ahead_s: int


def offsets(zone: str, *, start: datetime, end: datetime) -> tuple[Offset, ...]:
    """Every offset of the zone between two instants, the first one from the beginning of time.

    Raises ValueError for an unknown zone.
    """
    return tuple(_offsets(zone, start, end))


def first_instant(day: date, zone: str) -> datetime:
    """When this local day begins, in UTC. Raises ValueError for an unknown zone."""
    return resolve(day, time(0), zone_of(zone))


def _offsets(zone: str, start: datetime, end: datetime) -> Iterator[Offset]:
    ahead = _ahead(zone, start)
    yield Offset(0, ahead)
    at = start
    while at < end:
        following = min(at + _DAY, end)
        if _ahead(zone, following) != ahead:
            change = _change(zone, at, following)
            ahead = _ahead(zone, change)
            yield Offset(int(change.timestamp()), ahead)
        at = following


def _change(zone: str, before: datetime, after: datetime) -> datetime:
    """The second at which the offset of `before` ends; there is one change between the two."""
    low, high, first = int(before.timestamp()), int(after.timestamp()), _ahead(zone, before)
    while high - low > 1:
        middle = (low + high) // 2
        if _ahead(zone, datetime.fromtimestamp(middle, UTC)) == first:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def _ahead(zone: str, at: datetime) -> int:
    offset = at.astimezone(zone_of(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0
