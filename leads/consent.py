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
    """Whether the newest word on this purpose is a yes; no word is a no, and so is a yes and a no at one instant."""
    of_purpose = [e for e in events if e.purpose is purpose]
    newest = max((e.at for e in of_purpose), default=None)
    return newest is not None and all(e.granted for e in of_purpose if e.at == newest)
