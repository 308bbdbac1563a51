"""Duplicates: how likely two records are one person, from evidence that each speaks for or against it.

The model is Fellegi and Sunter's (A Theory for Record Linkage, 1969): every comparison has a weight in bits, the
logarithm of how much more often it is seen between two records of one person than between two strangers. The weights
are added to a prior; the sum is a probability. They were set by reasoning on contact records, not fitted to a list.
A suggestion is for people to decide: nothing here makes two records one, and a number never does (domain.md §8 case 7).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from math import log2
from types import MappingProxyType

from leads.identity import PersonId

PRIOR = -10.5
"""Bits before anything is compared: of 1,500 pairs that share a coarse key, about one is a pair."""
SUGGEST_AT = 0.5
"""A pair is shown when it is more likely one person than two."""
COMMON_PHONE = 3
"""A number that so many people give is a switchboard's and says little."""


class DuplicateState(StrEnum):
    """What became of a suggestion."""

    OPEN = "open"
    DISMISSED = "dismissed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Measures:
    """How strings are compared: `alike` gives 0..1 (Jaro-Winkler), `edits` the number of slips of a finger."""

    alike: Callable[[str, str], float]
    edits: Callable[[str, str], int]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of one person, folded for comparing. `facts` are answers to forms' own questions."""

    id: PersonId
    name: tuple[str, ...] = ()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    company: str | None = None
    domains: frozenset[str] = frozenset()
    title: str | None = None
    country: str | None = None
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def locals(self) -> frozenset[str]:
        """The parts before the @ that are long enough to name somebody."""
        return frozenset(part for part in (email.partition("@")[0] for email in self.emails) if len(part) >= 5)


@dataclass(frozen=True, slots=True)
class Commonness:
    """How often a value occurs among `people`; a value that many share says little. Empty where it was not counted."""

    people: int = 0
    names: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    phones: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    companies: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    facts: Mapping[tuple[str, str], int] = field(default_factory=lambda: MappingProxyType({}))

    def bits(self, count: int | None, *, low: float, high: float, unknown: float) -> float:
        """The weight of sharing a value that so many people have."""
        if not count or self.people < 200:
            return unknown
        return min(max(log2(self.people / count), low), high)


def commonness(profiles: Iterable[Profile]) -> Commonness:
    """Count names, numbers, companies and facts over everybody."""
    names: Counter[str] = Counter()
    phones: Counter[str] = Counter()
    companies: Counter[str] = Counter()
    facts: Counter[tuple[str, str]] = Counter()
    people = 0
    for profile in profiles:
        people += 1
        names[" ".join(sorted(profile.name))] += 1
        phones.update(profile.phones)
        companies.update([profile.company] if profile.company else [])
        facts.update(profile.facts.items())
    return Commonness(people, names, phones, companies, facts)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One comparison: what people read, and its weight in bits."""

    reason: str
    bits: float


@dataclass(frozen=True, slots=True)
class Resemblance:
    """How likely two people are one, and why. `reasons` are those that speak for it, the strongest first."""

    score: float
    evidence: tuple[Evidence, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """What speaks for it, then what speaks against it."""
        order = sorted(self.evidence, key=lambda e: -e.bits)
        return tuple(e.reason for e in order)


def resemblance(one: Profile, other: Profile, measures: Measures, common: Commonness) -> Resemblance:
    """Compare two people. The score is the probability that they are one, 0..1."""
    found = [
        *_names(one, other, measures, common),
        *_phones(one, other, measures, common),
        *_emails(one, other, measures),
        *_companies(one, other, measures, common),
        *_places(one, other),
        *_facts(one, other, measures, common),
    ]
    bits = PRIOR + sum(evidence.bits for evidence in found)
    return Resemblance(round(1 / (1 + 2 ** -max(min(bits, 60), -60)), 4), tuple(found))


def _names(one: Profile, other: Profile, measures: Measures, common: Commonness) -> Iterator[Evidence]:
    if not one.name or not other.name:
        return
    mine, theirs = " ".join(sorted(one.name)), " ".join(sorted(other.name))
    if mine == theirs:
        count = common.names.get(mine)
        whole = len(one.name) > 1
        bits = common.bits(count, low=4, high=10, unknown=10) if whole else 4.0
        yield Evidence("same name", bits)
        return
    if len(one.name) == 1 or len(other.name) == 1:
        short, long = sorted((one.name, other.name), key=len)
        best = max(measures.alike(short[0], part) for part in long)
        yield Evidence("one name is part of the other", 4) if best >= 0.92 else Evidence("other names", -5)
        return
    alike = max(measures.alike(mine, theirs), measures.alike(" ".join(one.name), " ".join(other.name)))
    parts = _best_parts(one.name, other.name, measures)
    alike = max(alike, parts) if parts >= 0.92 else min(alike, parts + 0.1)
    bits = 7.5 if alike >= 0.92 else 4.0 if alike >= 0.85 else 0.0 if alike >= 0.75 else -7.0
    yield Evidence(f"names alike {alike:.2f}" if bits > 0 else "other names", bits)


def _best_parts(one: tuple[str, ...], other: tuple[str, ...], measures: Measures) -> float:
    """How alike the parts of two names are, each with its best partner, in whatever order they stand."""
    short, long = sorted((one, other), key=len)
    return sum(max(measures.alike(part, partner) for partner in long) for part in short) / len(short)


def _phones(one: Profile, other: Profile, measures: Measures, common: Commonness) -> Iterator[Evidence]:
    shared = one.phones & other.phones
    if shared:
        crowd = min(common.phones.get(phone, 0) for phone in shared)
        switchboard = crowd >= COMMON_PHONE
        yield Evidence(
            "same phone, which several people share" if switchboard else "same phone", 3 if switchboard else 10.5
        )
    elif one.phones and other.phones:
        slip = any(measures.edits(a, b) == 1 for a in one.phones for b in other.phones)
        yield Evidence("phones differ by one digit", 4) if slip else Evidence("other phones", -0.5)


def _emails(one: Profile, other: Profile, measures: Measures) -> Iterator[Evidence]:
    shared = one.locals & other.locals
    if shared:
        from_name = all(part in local for local in shared for part in one.name) and bool(one.name)
        yield Evidence("same address at another domain", 1 if from_name else 5)  # a name speaks once
    elif any(len(a) >= 10 and measures.edits(a, b) == 1 for a in one.emails for b in other.emails):
        yield Evidence("addresses differ by one letter", 5)


def _companies(one: Profile, other: Profile, measures: Measures, common: Commonness) -> Iterator[Evidence]:
    if (one.company and one.company == other.company) or one.domains & other.domains:
        count = common.companies.get(one.company or other.company or "")
        yield Evidence("same company", common.bits(count, low=2, high=6, unknown=4.5))
    elif one.company and other.company:
        alike = measures.alike(one.company, other.company)
        yield Evidence(f"companies alike {alike:.2f}", 2) if alike >= 0.9 else Evidence("other companies", -2)


def _places(one: Profile, other: Profile) -> Iterator[Evidence]:
    if one.title and one.title == other.title:
        yield Evidence("same title", 1.5)
    if one.country and other.country and one.country != other.country:
        yield Evidence("other countries", -2)


def _facts(one: Profile, other: Profile, measures: Measures, common: Commonness) -> Iterator[Evidence]:
    for key, mine in one.facts.items():
        theirs = other.facts.get(key)
        if not theirs:
            continue
        told = key.replace("_", " ")
        if mine == theirs:
            bits = common.bits(common.facts.get((key, mine)), low=0.5, high=10, unknown=_worth(mine))
            yield Evidence(f"same {told}", bits)
            continue
        worth = min(_worth(mine), _worth(theirs))
        if worth > 1 and _slipped(mine, theirs, measures):
            yield Evidence(f"{told} nearly the same", worth / 2)
        else:
            yield Evidence(f"other {told}", -worth / 2)


def _worth(value: str) -> float:
    """What sharing an answer is worth by its look: a date or a number says more than a choice or a town."""
    digits = sum(c.isdigit() for c in value)
    if digits >= 6:
        return 7
    if digits >= 3 or (digits and len(value) >= 6):
        return 4
    return 4 if len(value) >= 10 else 2 if len(value) >= 5 else 1


def _slipped(mine: str, theirs: str, measures: Measures) -> bool:
    """Whether two different answers differ as a slip of the finger makes them differ."""
    if mine.isdigit() or theirs.isdigit():
        return measures.edits(mine, theirs) <= (2 if len(mine) >= 8 else 1)
    return measures.alike(mine, theirs) >= 0.88


# --- coarse keys: who is compared with whom ---------------------------------------------------------------------------


def match_keys(profile: Profile) -> frozenset[str]:
    """Coarse keys: only people who share one are compared, so that nobody is compared with everybody."""
    return frozenset(key[:120] for key in _match_keys(profile))


def _match_keys(profile: Profile) -> Iterator[str]:
    for phone in profile.phones:
        yield f"p:{phone[-9:]}"
    for local in profile.locals:
        yield f"e:{local}"
    sounds = sorted({sound(part) for part in profile.name if len(part) > 1})
    for one, other in combinations(sounds, 2):
        yield f"n:{one}:{other}"
    company = profile.company or next(iter(sorted(profile.domains)), None)
    for part in profile.name if company else ():
        yield f"c:{company}:{sound(part)}"
    yield from _fact_keys(profile)


def _fact_keys(profile: Profile) -> Iterator[str]:
    """A telling answer is a key of its own; one that many share is a key together with a part of the name."""
    for key, value in profile.facts.items():
        worth = _worth(value)
        if worth >= 7:
            yield f"f:{key}:{value}"
        if worth >= 4:
            for part in profile.name:
                yield f"g:{key}:{value}:{part[:1]}"


_CODES = MappingProxyType(
    {c: code for code, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1) for c in letters}
)


def sound(word: str) -> str:
    """How a word sounds: Soundex (Russell and Odell, 1918). A word without Latin letters sounds as its first three."""
    letters = [c for c in word if "a" <= c <= "z"]
    if not letters:
        return word[:3]
    found, last = letters[0], _CODES.get(letters[0])
    for letter in letters[1:]:
        code = _CODES.get(letter)
        if code and code != last:
            found += str(code)
        if letter not in "hw":
            last = code
    return found[:4].ljust(4, "0")


def candidate_pairs(profiles: Mapping[PersonId, Profile], *, largest: int = 40) -> Iterator[tuple[PersonId, PersonId]]:
    """Every pair that shares a key, once. A key that more than `largest` people share tells nothing and is left out."""
    blocks: dict[str, list[PersonId]] = {}
    for person, profile in profiles.items():
        for key in match_keys(profile):
            blocks.setdefault(key, []).append(person)
    seen: set[tuple[PersonId, PersonId]] = set()
    for members in blocks.values():
        if len(members) <= largest:
            seen.update(combinations(sorted(members), 2))
    yield from seen
