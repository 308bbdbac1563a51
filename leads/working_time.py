"""Working time between many pairs of instants: the open spans are added up once, so that each pair is two look-ups."""

from bisect import bisect_right
from datetime import datetime
from hashlib import sha256
from itertools import accumulate

from leads.hours import WeeklyHours, open_spans


class WorkingTime:
    """Open seconds between instants from `start` to `end`; what lies outside is cut off.

    The same as `leads.deadline.business_elapsed`, in whole seconds, for figures over many leads.
    """

    def __init__(self, hours: WeeklyHours, *, start: datetime, end: datetime) -> None:
        spans = list(open_spans(hours, start=start, end=end))
        self._opens = [int(span.start_utc.timestamp()) for span in spans]
        lengths = [int(span.end_utc.timestamp()) - opens for span, opens in zip(spans, self._opens, strict=True)]
        self._before = [0, *accumulate(lengths)]

    def between(self, start_s: int, end_s: int) -> int:
        """Open seconds between two instants, in seconds since 1970; zero when the end is not after the start."""
        return max(self._until(end_s) - self._until(start_s), 0)

    def _until(self, at_s: int) -> int:
        """Open seconds from the beginning to an instant."""
        span = bisect_right(self._opens, at_s)
        if span == 0:
            return 0
        so_far, after = self._before[span - 1] + at_s - self._opens[span - 1], self._before[span]
        return so_far if so_far < after else after


def calendar_mark(hours: WeeklyHours) -> str:
    """A short text that is another one as soon as any of these hours is: what was counted by them is marked with it."""
    told = (hours.zone, hours.blocks, sorted(hours.holidays), hours.days_off)
    return sha256(repr(told).encode()).hexdigest()[:16]
