"""Values that change: frozen, and so made anew, but only when they do change."""

from dataclasses import replace
from typing import Any, TypeVar

T = TypeVar("T")


def changed(value: T, **fields: Any) -> T:
    """A dataclass with these fields: itself when it has them already, for making it anew is the dear part."""
    news = {name: field for name, field in fields.items() if field != getattr(value, name)}
    return replace(value, **news) if news else value  # type: ignore[type-var]
