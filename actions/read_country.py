"""Read a country as people write it, in several languages; Unicode's own names of territories decide (CLDR)."""

from functools import lru_cache
from unicodedata import combining, normalize

from babel import Locale

_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs")
_ALSO = {
    "uk": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "great britain": "GB",
    "usa": "US",
    "u s a": "US",
    "us of a": "US",
    "united states of america": "US",
    "america": "US",
    "uae": "AE",
    "holland": "NL",
    "korea": "KR",
    "south korea": "KR",
    "russian federation": "RU",
    "czech republic": "CZ",
    "turkey": "TR",
    "hong kong": "HK",
    "viet nam": "VN",
    "ivory coast": "CI",
    "brd": "DE",
}


@lru_cache(maxsize=2048)
def country_code(text: str | None) -> str | None:
    """The code of two letters (ISO 3166) of a country's name or code; None when it is none we know."""
    if not text:
        return None
    plain = _plain(text)
    names = _names()
    if len(plain) == 2 and plain.upper() in names.values() and plain not in _ALSO:
        return plain.upper()
    return _ALSO.get(plain) or names.get(plain)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"ZZ", "XA", "XB", "EU", "EZ", "UN", "QO"}:
                found.setdefault(_plain(name), code)
    return found


def _plain(text: str) -> str:
    folded = "".join(c for c in normalize("NFKD", text) if not combining(c)).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split()).removeprefix("the ")
