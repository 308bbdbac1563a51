"""A circuit breaker: after several failures in a short while, leave a provider alone and try again now and then."""

from collections import deque
from collections.abc import Callable
from time import monotonic


class Breaker:
    """Opens after `failures` failures within `window_s`; then lets one probe through every `probe_s`.

    One success closes it. `clock` gives monotonic seconds. A probe that never reports (its turn was cancelled) holds
    nothing up: the next one is due `probe_s` later all the same.
    """

    def __init__(
        self,
        *,
        failures: int = 5,
        window_s: float = 30,
        probe_s: float = 15,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """A closed breaker."""
        self._limit = failures
        self._window_s = window_s
        self._probe_s = probe_s
        self._clock = clock
        self._failed_at: deque[float] = deque(maxlen=failures)
        self._next_probe_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether the provider is being left alone."""
        return self._next_probe_at is not None

    def allows(self) -> bool:
        """Whether a call may go out now. When open, asking takes the probe that is due."""
        if self._next_probe_at is None:
            return True
        now = self._clock()
        if now < self._next_probe_at:
            return False
        self._next_probe_at = now + self._probe_s
        return True

    def succeeded(self) -> None:
        """The provider answered; all is forgiven."""
        self._failed_at.clear()
        self._next_probe_at = None

    def failed(self) -> None:
        """The provider failed once more."""
        if self.is_open:
            return
        now = self._clock()
        self._failed_at.append(now)
        if len(self._failed_at) == self._limit and now - self._failed_at[0] <= self._window_s:
            self._next_probe_at = now + self._probe_s
