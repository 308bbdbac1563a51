"""Logging: events with allow-listed keys. Never a message's text, an address or a key."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

_KEYS = frozenset(
    "event level timestamp turn conversation kind tool round error in_a_row name job key attempt port url model "
    "method route status ms request_id exc_info exception count reason outcome state seconds document documents "
    "passages version process worker detail provider finish degraded retry_in_s why page breaker_open index lead_id "
    "draft people pairs new wait attempts workers jobs of".split()
)


def configure_logs(level: str) -> None:
    """Log to standard error, one line an event; unknown keys are redacted, so nothing personal slips through."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allow_listed,
            _only_the_place,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")


def _allow_listed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value if key in _KEYS else "[redacted]" for key, value in event.items()}


def _only_the_place(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception is told by its kind and its frames. Its message may hold an address or a whole row."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
        event["exception"] = " > ".join([type(error).__name__, *places[-12:]])
    return event
