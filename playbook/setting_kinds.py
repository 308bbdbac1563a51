"""The kinds of value a setting can have. A reader takes the text that was set and returns the value.

It raises ValueError with the end of a sentence that begins with the variable's name, and never repeats a secret.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

BUILT_IN = "built-in"
"""The name of the built-in interviewer, as a model."""
DEFAULT_MODEL = "gpt-5.4-mini"
"""A small OpenAI model that speaks Chat Completions and is not announced for shutdown."""
LEAST_SECRET = 32
"""Characters a secret needs: 32 of `secrets.token_urlsafe` carry 192 bits."""
MOST_SECONDS = 600.0

_TOO_PLAIN = 8  # different characters; a random secret of 32 has more, "aaaa…" and "changeme…" have fewer
_EXAMPLES = ("changeme", "change-me", "change_me", "secret", "password", "example", "default", "opener", "12345")
_DATABASES = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
Choice = TypeVar("Choice", bound=StrEnum)


def secret_fault(secret: str | None) -> str:
    """What is wrong with a secret as a whole sentence; empty when it is good enough to sign sessions with."""
    way_out = 'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
    if not secret:
        return f"OPENER_SECRET is not set, and without it nobody's session is safe: {way_out}"
    if len(secret) < LEAST_SECRET:
        return f"OPENER_SECRET has {len(secret)} characters, it needs at least {LEAST_SECRET}: {way_out}"
    plain = secret.lower()
    if len(set(plain)) < _TOO_PLAIN or any(plain.startswith(word) for word in _EXAMPLES):
        return f"OPENER_SECRET is easy to guess, it must be random: {way_out}"
    return ""


def read_database_url(value: str) -> str:
    """An address for SQLAlchemy, with the driver we use; hosting services hand out `postgres://`."""
    scheme, sep, rest = value.partition("://")
    if not sep or scheme not in _DATABASES:
        raise ValueError(
            "names no database we know: use sqlite+aiosqlite:///./opener.db or postgresql+psycopg://user@host/name"
        )
    named = rest.rpartition("@")[2].partition("?")[0].partition("/")[2]
    if _DATABASES[scheme].startswith("postgresql") and not named:
        raise ValueError("names no database on its server: use postgresql+psycopg://user@host/name")
    return f"{_DATABASES[scheme]}://{rest}"


def url_of(*schemes: str) -> Callable[[str], str]:
    """A reader of addresses that begin with one of these schemes."""

    allowed = " or ".join(f"{scheme}://" for scheme in schemes)

    def read(value: str) -> str:
        try:
            parts = urlsplit(value)
            complete = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:  # an impossible port or address
            complete = False
        if not complete or parts.scheme not in schemes or any(c.isspace() for c in value):
            raise ValueError(f"is not a complete address: it must begin with {allowed} and name a host")
        return value

    return read


def read_public_url(value: str) -> str:
    """The address of a deployment, without a slash at its end."""
    url_of("http", "https")(value)
    parts = urlsplit(value)
    if parts.query or parts.fragment or parts.username:
        raise ValueError("holds more than an address: use scheme, host, port and path only, as in https://host.example")
    return value.rstrip("/")


def read_key(value: str) -> str:
    """A key as a provider hands it out."""
    if any(c.isspace() or not c.isprintable() or not c.isascii() for c in value):
        raise ValueError("holds characters that no key has: copy it again, without blanks or quotes")
    return value


def read_long_key(value: str) -> str:
    """A random key of ours, as long as a secret must be."""
    if len(read_key(value)) < LEAST_SECRET:
        raise ValueError(f"has {len(value)} characters, it needs at least {LEAST_SECRET}")
    return value


def read_model(value: str) -> str:
    """The name of a model; whether it exists is only known when it is asked."""
    if any(c.isspace() for c in value) or len(value) > 200:
        raise ValueError(f'is not a model\'s name: use a name such as {DEFAULT_MODEL}, vendor:model, or "{BUILT_IN}"')
    return value


def read_seconds(value: str) -> float:
    """A length of time in seconds."""
    wrong = f"is not a time: use seconds above 0 and up to {MOST_SECONDS:g}, such as 10 or 7.5"
    try:
        seconds = float(value)
    except ValueError as error:
        raise ValueError(wrong) from error
    if not 0 < seconds <= MOST_SECONDS:
        raise ValueError(wrong)
    return seconds


def read_days(value: str) -> float:
    """A length of time in days."""
    wrong = "is not a number of days: use one from 1 to 3650, such as 90"
    try:
        days = float(value)
    except ValueError as error:
        raise ValueError(wrong) from error
    if not 1 <= days <= 3650:
        raise ValueError(wrong)
    return days


def choice(kind: type[Choice]) -> Callable[[str], Choice]:
    """A reader of one of the values of an enumeration, in small or capital letters."""

    def read(value: str) -> Choice:
        try:
            return kind(value.lower())
        except ValueError as error:
            raise ValueError(f"is {value[:40]!r}, which is not a choice: use {', '.join(kind)}") from error

    return read
