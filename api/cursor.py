"""Cursors: where the next page of a list begins. Opaque to clients; one that is not ours is refused, never obeyed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import TypeVar

import msgspec

from api.errors import FieldError, Problem

T = TypeVar("T")


def cursor(*parts: str | float) -> str:
    """Pack the last row's values."""
    return urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def read_cursor(text: str, type: type[T]) -> T:
    """Unpack a cursor into the values its list uses. Raises Problem 422."""
    try:
        return msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=type)
    except (NotBase64, ValueError, msgspec.MsgspecError, RecursionError):
        detail = "That cursor is not one of ours. Take `next_cursor` of the page before, with the same filters."
        raise Problem(422, "cursor_invalid", detail, errors=[FieldError("cursor", "not a cursor")]) from None
