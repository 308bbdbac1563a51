"""Who is writing and how to reach them: e-mail addresses, phone numbers, and (from their own files) names, companies
and team sizes, behind one door.

Addresses are checked by email-validator without asking the network, numbers by phonenumbers' own tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agent.interviewer.introductions import CompanyFound, NameFound, find_company, find_name
from agent.interviewer.phrases import fold
from agent.interviewer.team_size import TeamSizeFound, find_team_size

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

__all__ = [
    "CompanyFound",
    "EmailFound",
    "NameFound",
    "PhoneFound",
    "TeamSizeFound",
    "find_company",
    "find_emails",
    "find_name",
    "find_phones",
    "find_team_size",
]

_ADDRESS: Final = re.compile(r"[^\s@<>()\[\]\",;:|]{1,64}@[^\s@<>()\[\]\",;:|]{1,253}")
_SPELLED: Final = re.compile(
    r"(?<![\w.])(?P<local>[a-z0-9][a-z0-9._+-]{0,63}) ?(?:\(at\)|\[at\]|\{at\}| at ) ?"
    r"(?P<domain>[a-z0-9-]{1,63}(?: ?(?:\(dot\)|\[dot\]|\{dot\}| dot |\.) ?[a-z0-9-]{2,24}){1,3})(?![\w-])"
)
_DOT: Final = re.compile(r" ?(?:\(dot\)|\[dot\]|\{dot\}|\bdot\b) ?")
_TRIMMED: Final = ".,;:!?'\"`*_~/\\)}]>…“”’‘«»"
_VERBS: Final = frozenset("meet me us look available find visit is are was here there it work live see check".split())
_DATE_LIKE: Final = re.compile(
    r"(?:19|20)[0-9]{2}[-/. ][01]?[0-9][-/. ][0-3]?[0-9]|[0-3]?[0-9][-/. ][01]?[0-9][-/. ](?:19|20)[0-9]{2}"
)
_DIGITS: Final = re.compile(r"(?:[0-9][^0-9\n]{0,3}){6}[0-9]")
_ASKED: Final = re.compile(
    r"(?:\b(?:phone|tel|telephone|mobile|cell|whatsapp|call|ring|text|reach|dial|number|no|fax|direct"
    r"|line|contact|ph|m|t)"
    r"\b[^0-9+(]{0,24})$"
)
_ABSOLUTE: Final = re.compile(r"\(?\+|1[-. (]")  # with a country code, or the 1 that opens a North American number
_ABROAD: Final = re.compile(r"(?<![0-9+(])00(?=[1-9][0-9 ().-]{7,20}[0-9])")


@dataclass(frozen=True, slots=True)
class EmailFound:
    """A valid address, normalised (domain in lower case), and the words for it."""

    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PhoneFound:
    """A phone number in E.164 ("+4930901820"), and as it was written."""

    value: str
    text: str
    start: int
    end: int


def find_emails(text: str) -> list[EmailFound]:
    """Every valid address in order, "ada (at) example (dot) com" included; each counts once per place."""
    found = [*_written(text), *_spelled(text)]
    return sorted(found, key=lambda email: email.start)


def _written(text: str) -> Iterator[EmailFound]:
    for match in _ADDRESS.finditer(text) if "@" in text else ():
        raw = match[0].rstrip(_TRIMMED)
        lead = len(raw) - len(raw.lstrip("'\"`*_~/\\=“”’‘«»"))
        value = _valid(raw[lead:].removeprefix("mailto:"))
        if value:
            yield EmailFound(value, raw[lead:], match.start() + lead, match.start() + len(raw))


def _spelled(text: str) -> Iterator[EmailFound]:
    folded = fold(text)
    if "dot" not in folded and "at)" not in folded and "at]" not in folded:
        return
    for match in _SPELLED.finditer(folded):
        domain = _DOT.sub(".", match["domain"]).replace(" ", "")
        plainly = " at " in match[0] and ("dot" not in match[0] or match["local"] in _VERBS)
        value = None if plainly else _valid(f"{match['local']}@{domain}")
        if value:
            yield EmailFound(value, text[match.start() : match.end()], match.start(), match.end())


def _valid(address: str) -> str | None:
    # 50 ms to import (it brings the IDNA tables); most messages hold no address.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        return validate_email(address, check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError):
        return None


def find_phones(text: str, *, region: str | None) -> list[PhoneFound]:
    """Every phone number in order. `region` (ISO 3166, "DE") is where national numbers are read; None reads only
    those with a country code.

    A number the numbering plan knows is believed anywhere; one of a possible length only after "call me", "tel." and
    the like, so that prices and dates are not dialled.
    """
    folded = fold(text)
    if not _DIGITS.search(folded):
        return []
    # 25 ms to import; only messages with seven digits in a row need it.
    from phonenumbers import (  # noqa: PLC0415
        Leniency,
        PhoneNumberFormat,
        PhoneNumberMatcher,
        format_number,
        is_valid_number,
    )

    dialled = _ABROAD.sub(" +", folded)  # "0049…" is "+49…" whatever the region, and as long
    found: list[PhoneFound] = []
    for match in PhoneNumberMatcher(dialled, region or "US", leniency=Leniency.POSSIBLE, max_tries=200):
        asked = _ASKED.search(folded[max(0, match.start - 36) : match.start]) is not None
        number: PhoneNumber = match.number
        if not (asked or (is_valid_number(number) and _looks_dialled(match.raw_string))):
            continue
        if region is None and not _ABSOLUTE.match(match.raw_string):
            continue
        start = match.start - (dialled[match.start] != folded[match.start])
        found.append(
            PhoneFound(format_number(number, PhoneNumberFormat.E164), text[start : match.end], start, match.end)
        )
    return found


def _looks_dialled(raw: str) -> bool:
    """A valid length alone proves little: "2000 - 3000" and "20.000.000" are ranges and sums."""
    if _DATE_LIKE.match(raw):
        return False
    return raw.lstrip(" (").startswith(("+", "0")) or re.fullmatch(r"[0-9]{1,3}(?:[.,' ][0-9]{3}){2,}", raw) is None
