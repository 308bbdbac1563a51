"""Consent: may we write to this person, for this purpose? An append-only ledger, folded; withdrawing is a new line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What the contact is for."""

    CHAT = "chat"
    SERVICE = "service"  # answers and invitations the person asked for
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One line of the ledger: the text that was shown is kept by its version, so that it can be proved."""

    purpose: Purpose
    granted: bool
    text_version: str
    source: str
    at: datetime


def is_granted(events: Sequence[ConsentEvent], purpose: Purpose) -> bool:
    """Whether the newest word on this purpose is a yes; no word is a no."""
    of_purpose = [e for e in events if e.purpose is purpose]
    return bool(of_purpose) and max(of_purpose, key=lambda e: e.at).granted
