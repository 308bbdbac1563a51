"""Ids: a word for what it is, and a UUID version 7 whose first part is the time, so that rows lie in order."""

import secrets

from uuid_utils import uuid7

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's alphabet: no i, l, o, u

_PAIRS = tuple(one + two for one in _DIGITS for two in _DIGITS)
"""Two digits at once; every id has an even number of them."""


def new_id(kind: str) -> str:
    """A new opaque id such as `lead_06bq…`. Guest links (`guest`) are random all through: they open a door."""
    number = secrets.randbits(128) if kind == "guest" else uuid7().int
    return f"{kind}_{_base32(number)}"


def new_secret(prefix: str) -> str:
    """A random key of 160 bits, such as `sk_…`."""
    return f"{prefix}_{_base32(secrets.randbits(160), 32)}"


def _base32(number: int, length: int = 26) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(5 * length - 10, -1, -10)])
