"""Which state of a thing a caller has seen: the `If-Match` header (RFC 9110 §13.1.1), read in one way everywhere."""

from typing import Annotated

from litestar.params import HeaderParameter

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=200)]
"""How a route asks for it."""


def seen_by(if_match: str | None) -> str | None:
    """The mark in the header, weak or without quotes too; None when it names no state (missing, empty, or `*`)."""
    mark = (if_match or "").strip().removeprefix("W/").strip('" ')
    return mark if mark and mark != "*" else None
