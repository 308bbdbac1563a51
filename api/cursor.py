"""Cursors: where the next page of a list begins. Opaque to clients; one that is not ours is refused, never obeyed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from litestar.params import QueryParameter

from api.errors import FieldError, Problem
from api.instants import is_near

T = TypeVar("T")
Cursor = Annotated[str | None, QueryParameter(max_length=400)]


def cursor(*parts: str | float) -> str:
    """Pack the last row's values."""
    return urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def read_cursor(text: str, type: type[T]) -> T:
    """Unpack a cursor into the values its list uses. Raises Problem 422."""
    try:
        return msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=type)
    except (NotBase64, ValueError, msgspec.MsgspecError, RecursionError):
        raise not_ours() from None


def instant_cursor(at: datetime, id: str) -> str:
    """Pack where a list sorted by an instant ended; the id settles ties."""
    return cursor(at.isoformat(), id)


def read_instant_cursor(text: str) -> tuple[datetime, str]:
    """Unpack what `instant_cursor` packed. Raises Problem 422."""
    at, id = read_cursor(text, tuple[datetime, str])
    if not is_near(at):
        raise not_ours()
    return at, id


def not_ours() -> Problem:
    """The refusal of a cursor that no list has given out."""
    detail = "That cursor is not one of ours. Take `next_cursor` of the page before, with the same filters."
    return Problem(422, "cursor_invalid", detail, errors=[FieldError("cursor", "not a cursor")])
