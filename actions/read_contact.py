"""Read an address or a number as people and programs write it. Well-kept libraries decide; no network is asked."""

import re
from collections.abc import Sequence
from email.utils import parseaddr
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from leads.refusal import ContactInvalid


def email_address(text: str) -> str:
    """The address in a form that mail can be sent to: of `Lee Park <lee@example.com>` the address, in NFC.

    Its local part keeps its spelling and its tag (RFC 5321 §2.4); an international domain is shown in Unicode.
    Raises ContactInvalid.
    """
    bare = _bare(text)
    plain = _PLAIN.fullmatch(bare)
    if plain and "--" not in plain["host"] and (bare == bare.lower() or "." in plain["local"]):
        host = _validated(f"x@{plain['host']}")
        found = host and plain["local"] + host[1:]
    else:
        found = _validated(bare)
    if found is None:
        raise ContactInvalid("That does not look like an e-mail address; please check it.")
    return found


_PLAIN = re.compile(r"(?P<local>(?=[^@]{1,64}@)[A-Za-z0-9_-]+(?:[.+][A-Za-z0-9_-]+)*)@(?P<host>[A-Za-z0-9.-]{1,100})")
"""Addresses whose local part leaves nothing to refuse. It is kept as it is, unless it is a desk's: the library writes
those small (RFC 2142), and none of them has a dot."""


@lru_cache(maxsize=4096)  # colleagues share a host
def _validated(address: str) -> str | None:
    try:
        return validate_email(address, check_deliverability=False, allow_smtputf8=True).normalized
    except EmailNotValidError:
        return None


def _bare(text: str) -> str:
    """The address alone, without a name, angle brackets, `mailto:` or the dot of the root."""
    bare = text.strip()
    if bare.endswith(">"):
        bare = parseaddr(bare)[1] or bare
    if bare[:7].lower() == "mailto:":
        bare = bare[7:].split("?", 1)[0]
    return bare.strip().removesuffix(".")


@lru_cache(maxsize=4096)  # a list asks for each number twice
def phone_number(text: str | int, *, region: str | None) -> str:
    """The number in E.164. `region` (ISO 3166) helps with national numbers. Raises ContactInvalid.

    Bare digits, and a number that came as a JSON number and so lost its plus sign or its zero, are read as the number
    that exists: with a country code, else national (domain.md §8 case 6).
    """
    told = str(text).strip()
    if not told.isascii() or not told.isdigit() or told.startswith("0"):
        return _e164([told], region)
    if _EXAMPLE.fullmatch(told):
        return f"+{told}"
    international = f"+{told}"
    return _e164([international, told] if isinstance(text, int) or len(told) > _LONGEST_NATIONAL else [told], region)


_EXAMPLE = re.compile(r"1555\d{7}")
"""North American numbers that are reserved for examples and exist nowhere."""
_LONGEST_NATIONAL = 11
"""Bare digits beyond this hold a country code."""


def _e164(readings: Sequence[str], region: str | None) -> str:
    """The first reading that is a number in use, else the last one that could be. Raises ContactInvalid."""
    possible = [number for reading in readings if (number := _possible(reading, region)) is not None]
    chosen = next((n for n in possible if phonenumbers.is_valid_number(n)), possible[-1] if possible else None)
    if chosen is None:
        raise ContactInvalid("That phone number cannot be right; please give it with the country code.")
    return phonenumbers.format_number(chosen, phonenumbers.PhoneNumberFormat.E164)


def _possible(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    # a local-only number reaches nobody from here
    return number if reason == phonenumbers.ValidationResult.IS_POSSIBLE else None
