"""Instants that callers send: with a zone, and in a year that can be reckoned with in every zone."""

from datetime import UTC, datetime

from api.errors import FieldError, Problem

EARLIEST, LATEST = 1970, 2200  # a year at the rim of the calendar cannot be turned into UTC


def is_near(at: datetime) -> bool:
    """Whether an instant can be used."""
    return at.tzinfo is not None and EARLIEST < at.year < LATEST


def instant(at: datetime, field: str) -> datetime:
    """The instant in UTC. Raises Problem 422, which names the field."""
    if not is_near(at):
        errors = [FieldError(field, "an instant needs a zone and a year near ours: 2026-03-02T09:00:00Z")]
        raise Problem(422, "invalid", f"`{field}` must be an instant such as 2026-03-02T09:00:00Z.", errors=errors)
    return at.astimezone(UTC)
