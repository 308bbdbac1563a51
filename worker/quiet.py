"""Keep DBOS off the terminal: its warnings go where the app's own go, its banner nowhere."""

from __future__ import annotations

import logging

from worker.job import JobParked


class AlreadySaid(logging.Filter):
    """Drops what `JobEngine` has logged in its own words: jobs that were parked, jobs that a stop cut short."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to let the record through."""
        parked = record.exc_info is not None and isinstance(record.exc_info[1], JobParked)
        return not parked and not record.getMessage().startswith("Asyncio task cancelled")


def quiet_dbos() -> None:
    """Give the logger `dbos` a handler of ours, before DBOS adds one that writes to the console."""
    logger = logging.getLogger("dbos")
    if not any(isinstance(one, AlreadySaid) for one in logger.filters):
        logger.addFilter(AlreadySaid())
        logger.addHandler(logging.NullHandler())
        logger.setLevel(logging.WARNING)
