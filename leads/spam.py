"""Is a submission likely written by a program? Reasons, never a deletion: what looks so waits for a person."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from leads.form_map import Meant
from leads.identity import domain_of


class SpamReason(StrEnum):
    """Why a submission is held back."""

    TRAP = "trap"
    DISPOSABLE = "disposable_address"
    LINKS = "links"
    GIBBERISH = "gibberish"
    TOO_MANY = "too_many"


MOST_LINKS = 2
"""So many links may stand in what somebody writes; a person who asks something seldom sends three."""
MOST_OF_ADDRESS = 5
MOST_OF_IP = 20
"""So many submissions of one address, or from one place on the net, within `SAME_WITHIN`."""

DISPOSABLE = frozenset(
    "mailinator.com guerrillamail.com guerrillamail.net guerrillamail.org sharklasers.com grr.la 10minutemail.com "
    "10minutemail.net 20minutemail.com tempmail.com temp-mail.org temp-mail.io tempmail.net tempmailo.com tempr.email "
    "throwawaymail.com trashmail.com trashmail.de trashmail.net yopmail.com yopmail.fr getnada.com nada.email "
    "dispostable.com maildrop.cc mailnesia.com mintemail.com mohmal.com moakt.com fakeinbox.com fakemail.net "
    "emailondeck.com discard.email discardmail.com spamgourmet.com mytemp.email burnermail.io inboxkitten.com "
    "mail-temp.com tempinbox.com spam4.me wegwerfmail.de wegwerfemail.de einrot.com byom.de jetable.org "
    "luxusmail.org mailcatch.com tmpmail.org tmpmail.net minuteinbox.com crazymailing.com dropmail.me 33mail.com "
    "harakirimail.com anonbox.net mailforspam.com incognitomail.org".split()
)
"""Addresses that are thrown away after ten minutes. Not complete: a hint, not a wall."""

_LINK = re.compile(r"https?://|(?<![/\w])www\.", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]{7,}")
_RUN = re.compile(r"[bcdfghjklmnpqrstvwxz]{6,}", re.IGNORECASE)
_TURNS = re.compile(r"[a-z](?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Velocity:
    """How many submissions came of the same address and from the same place shortly before."""

    of_address: int = 0
    of_ip: int = 0


def suspicions(meant: Meant, velocity: Velocity) -> tuple[SpamReason, ...]:
    """Why this submission should wait for a person; none for most."""
    email = meant.text("email") or ""
    domain = domain_of(email)
    texts = [str(value) for value in meant.fields.values() if isinstance(value, str)]
    found = (
        (SpamReason.TRAP, meant.trapped),
        (SpamReason.DISPOSABLE, domain in DISPOSABLE or domain.partition(".")[2] in DISPOSABLE),
        (SpamReason.LINKS, sum(len(_LINK.findall(text)) for text in texts) > MOST_LINKS),
        (SpamReason.GIBBERISH, _all_gibberish([meant.name, meant.text("company"), *texts])),
        (SpamReason.TOO_MANY, velocity.of_address >= MOST_OF_ADDRESS or velocity.of_ip >= MOST_OF_IP),
    )
    return tuple(reason for reason, holds in found if holds)


def _all_gibberish(texts: Iterable[str | None]) -> bool:
    """Whether something was typed by rolling the keyboard: every longer word of a text is one that no language has.

    One odd word is a name or a product; a text in which nothing else stands is neither.
    """
    for text in texts:
        words = _WORD.findall(text or "")
        most_of_it = 2 * sum(map(len, words)) >= len((text or "").strip())
        if words and most_of_it and all(is_gibberish(word) for word in words):
            return True
    return False


def is_gibberish(word: str) -> bool:
    """Whether a word of Latin letters can hardly be spoken: long runs without a vowel, or capitals in odd places."""
    vowels = sum(c in "aeiouyAEIOUY" for c in word)
    if len(_TURNS.findall(word)) >= 3:
        return True
    return bool(_RUN.search(word)) and vowels / len(word) < 0.3
