"""The kinds of value a playbook is made of: texts, addresses, zones, colours, lengths of time, weekly hours."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel.localedata import exists as is_language
from babel.numbers import is_currency
from email_validator import EmailNotValidError, validate_email
from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema

from leads.hours import zone_of
from playbook.fault import nearest, one_of, shown
from playbook.schema import Names, Problem, refuse

LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3: text against its background."""

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\U000e0000-\U000e007f]"
)
_HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_KEY = re.compile(r"[a-z][a-z0-9_.-]{0,59}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(?:(?:business|working)\s+)?([a-z]+)")
_UNITS = {
    **dict.fromkeys(["ms", "millisecond", "milliseconds"], timedelta(milliseconds=1)),
    **dict.fromkeys(["s", "second", "seconds"], timedelta(seconds=1)),
    **dict.fromkeys(["min", "minute", "minutes"], timedelta(minutes=1)),
    **dict.fromkeys(["h", "hour", "hours"], timedelta(hours=1)),
}


def _text(value: str) -> str:
    text = value.strip()
    if not text:
        raise refuse(Problem("the text is empty", "a text"))
    if found := _CONTROL.search(text):
        raise refuse(Problem(f"an invisible character (U+{ord(found[0]):04X}) is in it", "visible characters only"))
    return text


def _one_line(value: str) -> str:
    text = _text(value)
    if "\n" in text or "\t" in text:
        raise refuse(Problem("the text has more than one line", "one line, without tabs"))
    return text


def _key(value: str) -> str:
    if not _KEY.fullmatch(value):
        raise refuse(
            Problem(f"{shown(value)} is not a name for a key", "a small letter, then a-z, 0-9 and . _ -, up to 60")
        )
    return value


def _email(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise refuse(Problem(f"{shown(value)} is not a mail address", "name@host.domain")) from error


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        complete = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:  # an impossible address
        complete = False
    if not complete or any(c.isspace() or not c.isprintable() for c in value):
        raise refuse(
            Problem(f"{shown(value)} is not a web address", "https:// and a host, such as https://example.com/page")
        )
    return value


def _linked(value: str, info: ValidationInfo) -> str:
    """A web address that answers may link to."""
    hosts, host = Names.of(info).link_hosts, host_of(_url(value))
    if hosts is not None and host not in hosts:
        raise refuse(Problem(f"the host {shown(host)} is not in agent.link_hosts of company.yaml", one_of(host, hosts)))
    return value


def _host(value: str) -> str:
    if not _HOST.fullmatch(value.lower()):
        raise refuse(Problem(f"{shown(value)} is not a host", "a host's name alone, such as www.example.com"))
    return value.lower()


def _zone(value: str) -> str:
    try:
        zone_of(value)
    except ValueError as error:
        meant = nearest(value, available_timezones())
        hint = f", did you mean {meant}?" if meant else ""
        raise refuse(
            Problem(f"there is no time zone {shown(value)}{hint}", "an IANA zone such as Europe/Berlin")
        ) from error
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", value) or not is_language(value.replace("-", "_")):
        raise refuse(Problem(f"{shown(value)} is not a language", "a language's code, such as en, de or pt-BR"))
    return value


def _currency(value: str) -> str:
    if not is_currency(value):
        raise refuse(Problem(f"{shown(value)} is not a currency", "three capital letters (ISO 4217), such as EUR"))
    return value


def _region(value: str) -> str:
    if value not in SUPPORTED_REGIONS:
        raise refuse(Problem(f"{shown(value)} is not a country", "two capital letters (ISO 3166), such as DE"))
    return value


def _colour(value: str) -> str:
    if not _COLOUR.fullmatch(value):
        raise refuse(Problem(f"{shown(value)} is not a colour", "a colour in quotes, such as '#1f5f4a'"))
    if (ratio := contrast_with_white(value)) < LEAST_CONTRAST:
        wrong = f"white text on {value} is hard to read (contrast {ratio:.1f}:1)"
        raise refuse(Problem(wrong, f"a darker colour, with a contrast of {LEAST_CONTRAST}:1 or more"))
    return value.lower()


def _length(value: object) -> timedelta:
    match = _LENGTH.fullmatch(str(value).strip().lower())
    if not match or match[2] not in _UNITS:
        raise refuse(
            Problem(f"{shown(value)} is not a length of time", "a number and a unit, such as 2 minutes or 4 hours")
        )
    return float(match[1]) * _UNITS[match[2]]


def written_length(length: timedelta) -> str:
    """A length as it is written: in the largest unit that it is a whole number of."""
    seconds = length.total_seconds()
    units = (("hours", 3600), ("minutes", 60))
    found = next(((unit, many) for unit, many in units if seconds % many == 0), ("seconds", 1))
    return f"{seconds / found[1]:g} {found[0]}"


def listed_in(names: Callable[[Names], frozenset[str] | None], what: str) -> AfterValidator:
    """A validator for a text that must be one of the names another section or file defines."""

    def known(value: str, info: ValidationInfo) -> str:
        allowed = names(Names.of(info))
        if allowed is not None and value not in allowed:
            raise refuse(Problem(f"there is no {what} {shown(value)}", one_of(value, allowed)))
        return value

    return AfterValidator(known)


def distinct(values: Iterable[object], what: str) -> list[Problem]:
    """A problem for each value of a list that stands there twice."""
    seen: set[object] = set()
    problems = []
    for index, value in enumerate(values):
        if value in seen:
            problems.append(Problem(f"{what} {shown(value)} is listed twice", "each one once", (index,)))
        seen.add(value)
    return problems


def _all_different(values: tuple[str, ...]) -> tuple[str, ...]:
    if problems := distinct([value.casefold() for value in values], "the text"):
        raise refuse(*problems)
    return values


def host_of(url: str) -> str:
    """The host of a web address, in small letters."""
    return (urlsplit(url).hostname or "").lower()


def contrast_with_white(colour: str) -> float:
    """The contrast of white text on a colour "#rrggbb", 1 to 21 (WCAG 2.2, relative luminance)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


Text = Annotated[str, Field(max_length=4000), AfterValidator(_text)]
Line = Annotated[str, Field(max_length=300), AfterValidator(_one_line)]
Key = Annotated[str, AfterValidator(_key)]
Email = Annotated[str, AfterValidator(_email)]
Url = Annotated[str, AfterValidator(_url)]
LinkedUrl = Annotated[str, AfterValidator(_linked)]
Host = Annotated[str, AfterValidator(_host)]
Zone = Annotated[str, AfterValidator(_zone)]
Language = Annotated[str, AfterValidator(_language)]
Currency = Annotated[str, AfterValidator(_currency)]
Region = Annotated[str, AfterValidator(_region)]
Colour = Annotated[str, AfterValidator(_colour)]
Length = Annotated[
    timedelta,
    PlainValidator(_length),
    PlainSerializer(written_length, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["2 minutes", "4 hours"]}),
]
"""Written "4 hours"; working time where a promise is made, real time elsewhere."""
Count = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1000, le=1000)]
Lines = Annotated[tuple[Line, ...], AfterValidator(_all_different)]
Languages = Annotated[tuple[Language, ...], Field(min_length=1), AfterValidator(_all_different)]
