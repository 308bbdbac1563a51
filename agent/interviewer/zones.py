"""Time zones as people name them: "CET", "Berlin time", "in New York", "Pacific", "UTC+2".

Answers are IANA names. City names come from the IANA list itself (the tzdata package), with the business cities and
countries it lacks beside it. "My time" and "your time" name no zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from agent.interviewer.phrases import fold

_ABBREVIATIONS: Final = {
    "utc": "Etc/UTC", "gmt": "Etc/GMT", "zulu": "Etc/UTC", "bst": "Europe/London", "wet": "Europe/Lisbon",
    "cet": "Europe/Paris", "cest": "Europe/Paris", "mez": "Europe/Berlin", "mesz": "Europe/Berlin",
    "eet": "Europe/Athens", "eest": "Europe/Athens", "msk": "Europe/Moscow", "ist": "Asia/Kolkata",
    "sgt": "Asia/Singapore", "hkt": "Asia/Hong_Kong", "jst": "Asia/Tokyo", "kst": "Asia/Seoul",
    "aest": "Australia/Sydney", "aedt": "Australia/Sydney", "awst": "Australia/Perth",
    "acst": "Australia/Adelaide", "nzst": "Pacific/Auckland", "nzdt": "Pacific/Auckland",
    "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York", "ct": "America/Chicago",
    "cst": "America/Chicago", "cdt": "America/Chicago", "mt": "America/Denver", "mst": "America/Denver",
    "mdt": "America/Denver", "pt": "America/Los_Angeles", "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles", "akst": "America/Anchorage", "hst": "Pacific/Honolulu",
    "brt": "America/Sao_Paulo", "sast": "Africa/Johannesburg", "gst": "Asia/Dubai",
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
}  # fmt: skip
_PLACES: Final = {
    "Europe/London": "uk british england britain scotland manchester edinburgh birmingham leeds bristol glasgow "
    "cambridge oxford",
    "Europe/Berlin": "germany german munich hamburg frankfurt cologne stuttgart dusseldorf leipzig",
    "Europe/Paris": "france french lyon marseille toulouse",
    "Europe/Madrid": "spain spanish barcelona valencia",
    "Europe/Rome": "italy italian milan turin",
    "Europe/Zurich": "switzerland swiss geneva basel",
    "Europe/Amsterdam": "netherlands dutch rotterdam eindhoven utrecht",
    "Europe/Brussels": "belgium belgian antwerp",
    "Europe/Dublin": "ireland irish cork",
    "Europe/Vienna": "austria austrian",
    "Europe/Warsaw": "poland polish krakow",
    "Europe/Lisbon": "portugal portuguese porto",
    "Europe/Stockholm": "sweden swedish gothenburg",
    "Europe/Copenhagen": "denmark danish",
    "Europe/Oslo": "norway norwegian",
    "Europe/Helsinki": "finland finnish",
    "Europe/Prague": "czechia",
    "Europe/Athens": "greece",
    "Europe/Kyiv": "ukraine kiev",
    "Asia/Jerusalem": "israel tel_aviv",
    "America/New_York": "nyc new_york_city ny boston miami atlanta washington washington_dc philadelphia east_coast "
    "florida charlotte",
    "America/Chicago": "dallas houston austin texas minneapolis nashville st_louis",
    "America/Denver": "colorado salt_lake_city",
    "America/Phoenix": "arizona",
    "America/Los_Angeles": "la san_francisco sf seattle san_diego portland california west_coast san_jose "
    "silicon_valley palo_alto las_vegas",
    "America/Toronto": "ottawa ontario montreal quebec",
    "America/Vancouver": "british_columbia",
    "America/Edmonton": "calgary",
    "Asia/Kolkata": "india indian mumbai delhi new_delhi bangalore bengaluru chennai hyderabad pune calcutta",
    "Asia/Shanghai": "china chinese beijing shenzhen guangzhou",
    "Asia/Tokyo": "japan japanese osaka",
    "Asia/Seoul": "korea korean",
    "Asia/Dubai": "uae abu_dhabi",
    "Asia/Riyadh": "saudi_arabia jeddah",
    "Australia/Sydney": "canberra",
    "America/Sao_Paulo": "brazil rio_de_janeiro",
    "Africa/Johannesburg": "south_africa cape_town",
    "Asia/Karachi": "pakistan lahore islamabad",
    "Asia/Ho_Chi_Minh": "vietnam hanoi saigon",
    "Pacific/Auckland": "wellington",
}
_SKIPPED: Final = frozenset(
    "central eastern mountain pacific easter center general gmt utc universal greenwich".split()
)
_OFFSET: Final = re.compile(r"\b(?:utc|gmt) ?(?P<sign>[+-]) ?(?P<hours>1[0-4]|0?[0-9])(?::?00)?(?![0-9:])")
_SHORT: Final = re.compile(
    r"(?<![^\W_])(?P<name>"
    + "|".join(sorted(_ABBREVIATIONS, key=len, reverse=True))
    + r")(?![^\W_])(?P<time>(?: standard| daylight)? time\b)?"
)
_IANA: Final = re.compile(r"\b(?:africa|america|asia|atlantic|australia|europe|indian|pacific)/[a-z_]+(?:/[a-z_]+)?")
_CITY_TIME: Final = re.compile(
    r"(?<![^\W_])(?P<place>[^\W\d_]+(?:[ -][^\W\d_]+){0,2})(?:'s)? (?:local )?time(?:zone| zone)?\b"
)
_IN_CITY: Final = re.compile(
    r"\b(?P<how>in|from|near|based in|located in|out of) (?:the )?(?P<place>[^\W\d_]+(?:[ -][^\W\d_]+){0,2})"
)
_AFTER_TIME: Final = re.compile(
    r"[0-9]|\b(?:am|pm|a\.m\.?|p\.m\.?|noon|midnight|o'clock|time|zone|timezone|is|in) ?\(?$"
)
_ALWAYS_SURE: Final = 4


@dataclass(frozen=True, slots=True)
class ZoneFound:
    """An IANA zone name in `value`, and the words for it; `home` marks "I'm in Berlin", "Berlin time"."""

    value: str
    text: str
    start: int
    end: int
    home: bool


def find_zones(text: str) -> list[ZoneFound]:
    """Every time zone the message names, in order. A city counts after "in" or before "time" only."""
    folded = fold(text)
    found = [*_offsets(folded), *_abbreviations(text, folded), *_named(folded), *_cities(folded)]
    kept: list[ZoneFound] = []
    for name, start, end, home in sorted(found, key=lambda zone: (zone[1], -zone[2])):
        if not kept or start >= kept[-1].end:
            kept.append(ZoneFound(name, text[start:end], start, end, home))
    return kept


_Hit = tuple[str, int, int, bool]


def _offsets(folded: str) -> list[_Hit]:
    hits: list[_Hit] = []
    for match in _OFFSET.finditer(folded):
        hours = int(match["hours"])
        # Etc/GMT names count westwards: UTC+2 is Etc/GMT-2.
        name = f"Etc/GMT{'-' if match['sign'] == '+' else '+'}{hours}" if hours else "Etc/UTC"
        if match["sign"] == "+" or hours <= 12:
            hits.append((name, match.start(), match.end(), True))
    return hits


def _abbreviations(text: str, folded: str) -> list[_Hit]:
    return [
        (_ABBREVIATIONS[match["name"]], match.start(), match.end(), True)
        for match in _SHORT.finditer(folded)
        if _is_zone(text, folded, match)
    ]


def _is_zone(text: str, folded: str, match: re.Match[str]) -> bool:
    """ "PT" and "est" are zones beside a time, "CEST" and "Pacific time" anywhere, "pacific" and "la" are not."""
    start, end = match.span("name")
    beside = _AFTER_TIME.search(folded[max(0, start - 12) : start].rstrip() + " ".rstrip()) is not None
    if match["time"]:
        return True
    if match["name"] in _SKIPPED and match["name"] not in {"utc", "gmt"}:
        return beside
    written = text[start:end]
    return (beside and len(written) <= _ALWAYS_SURE) or (written.isupper() and len(written) >= 3)


def _named(folded: str) -> list[_Hit]:
    known = known_places()
    hits = []
    for match in _IANA.finditer(folded):
        name = known.get(match[0])
        if name:
            hits.append((name, match.start(), match.end(), True))
    return hits


def _cities(folded: str) -> list[_Hit]:
    hits: list[_Hit] = []
    if " time" in folded:
        for match in _CITY_TIME.finditer(folded):
            words = match["place"].split(" ")
            for cut in range(len(words)):  # "at nine new york time": the longest ending that is a place
                place = " ".join(words[cut:])
                if zone := _zone_of(place):
                    hits.append((zone, match.end("place") - len(place), match.end(), True))
                    break
    for match in _IN_CITY.finditer(folded):
        words = match["place"].split(" ")
        for length in range(len(words), 0, -1):
            place = " ".join(words[:length])
            if zone := _zone_of(place):
                home = re.search(
                    r"\b(?:i'?m|we'?re|am|are|is|my|based|located|office) (?:[a-z]+ )?$", folded[: match.start()]
                )
                hits.append(
                    (zone, match.start(), match.start("place") + len(place), bool(home) or len(match["how"]) > 4)
                )
                break
    return hits


def _zone_of(place: str) -> str | None:
    return known_places().get(place)


@cache
def known_places() -> dict[str, str]:
    """Folded city, country and full names to IANA names; read once from the tzdata package's own list."""
    known: dict[str, str] = {}
    for name in files("tzdata").joinpath("zones").read_text(encoding="ascii").split():
        area, _, city = name.rpartition("/")
        if not area or area.startswith(("Etc", "SystemV", "US", "posix", "right")):
            continue
        known[name.lower()] = name
        folded = fold(city).replace("_", " ")
        if folded not in _SKIPPED:
            known.setdefault(folded, name)
    for name, places in _PLACES.items():
        known |= {place.replace("_", " "): name for place in places.split()}
    return known
