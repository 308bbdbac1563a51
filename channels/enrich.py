"""Enrichment from outside: somebody else is asked about an address and its domain. A Protocol with two real sources.

A source answers with raw fields; what they mean, and whether they are used, is decided elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Protocol

Raw = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom to look up: an address, and the domain of their company when it is not a mailbox provider's."""

    email: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a source knows, by its own field names: of the person, and of the company."""

    source: str
    person: Mapping[str, Raw] = field(default_factory=lambda: MappingProxyType({}))
    company: Mapping[str, Raw] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Nothing:
    """The source knows nothing of them."""


@dataclass(frozen=True, slots=True)
class AskLater:
    """The source cannot answer just now; `after` when it said how long to wait."""

    detail: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """The source's answer cannot be used, and asking again would not help: a wrong key, garbage, too much."""

    detail: str


LookedUp = Found | Nothing | AskLater | Unusable


class EnrichmentSource(Protocol):
    """Somebody who knows more."""

    @property
    def name(self) -> str:
        """What facts of this source are marked with."""

    async def look_up(self, subject: Subject) -> LookedUp:
        """What is known of somebody. Never raises for what the other side does."""

    async def close(self) -> None:
        """Give back what it holds."""
