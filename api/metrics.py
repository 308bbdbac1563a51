"""What Prometheus is told: requests, turns by outcome, and the tokens models took. Counted in this process."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from store.turn_record import TurnRecord

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "opener_http_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "opener_http_seconds",
            "Time to the end of a response; streams excluded.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._turns = Counter("opener_turns", "Answers, by how they ended.", ("outcome",), registry=self._registry)
        self._tokens = Counter("opener_model_tokens", "Tokens.", ("model", "kind"), registry=self._registry)
        self.streams = Gauge("opener_open_streams", "Open event streams.", registry=self._registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered. Methods and routes nobody declared are one kind: a client may invent any."""
        known = method if method in {"GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD"} else "other"
        self._requests.labels(known, route, str(status)).inc()
        if not route.endswith("/events"):
            self._seconds.labels(route).observe(seconds)

    def turn(self, record: TurnRecord) -> None:
        """One answer ended."""
        self._turns.labels(record.outcome or "unknown").inc()
        fresh = record.input_tokens - record.cached_tokens
        for kind, count in (("input", fresh), ("cached", record.cached_tokens), ("output", record.output_tokens)):
            self._tokens.labels(record.model or "none", kind).inc(max(count, 0))

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)
