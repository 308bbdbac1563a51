"""What a job title says: how senior somebody is, and in which department. Rules in several languages, no look-ups.

A title is read from left to right and the first rank named is the one its owner goes by ("EVP, Chief Content Officer"
is a vice president). An officer's rank goes before a director's or a manager's, and a founder, an owner, a chief
executive or a member of the board stays one wherever it is said.
Who works for somebody of rank does not have it: an "assistant to the CEO" is no CEO.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from unicodedata import combining, normalize

from leads.lead import Person
from leads.titles import DEPARTMENTS, HELPERS, LEARNERS, RANKS, SETTLED, VOID
from leads.value import changed


class Seniority(StrEnum):
    """How senior somebody is, the highest first."""

    C_LEVEL = "c_level"
    VP = "vp"
    DIRECTOR = "director"
    MANAGER = "manager"
    INDIVIDUAL = "individual"
    ENTRY = "entry"


class Department(StrEnum):
    """What somebody's work is about."""

    EXECUTIVE = "executive"
    SALES = "sales"
    MARKETING = "marketing"
    ENGINEERING = "engineering"
    IT = "it"
    PRODUCT = "product"
    OPERATIONS = "operations"
    PROCUREMENT = "procurement"
    FINANCE = "finance"
    HR = "hr"
    LEGAL = "legal"
    SUPPORT = "support"
    RESEARCH = "research"
    EDUCATION = "education"
    MEDICAL = "medical"


_OFFICERS = frozenset({Seniority.C_LEVEL.value, Seniority.VP.value})
"""Officers of a company are that before they are anything else."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a title says; None where it does not say."""

    seniority: Seniority | None = None
    department: Department | None = None


def with_title(person: Person, title: str | None = None) -> Person:
    """The person with seniority and department read from their title; the one way by which a title arrives.

    A `title` replaces the one that is known. What a title does not say is left as it was, unless the title is new.
    """
    if title is None:
        role = role_of(person.title)
        return changed(
            person, seniority=role.seniority or person.seniority, department=role.department or person.department
        )
    role = role_of(title)
    return replace(person, title=title, seniority=role.seniority, department=role.department)


@lru_cache(maxsize=4096)
def role_of(title: str | None) -> Role:
    """Read a title. One that names no rank, but names work, is an individual's."""
    words = _plain(title or "")
    if not any(c.isalpha() for c in words):
        return Role()
    seniority = _seniority(words)
    department = _department(words)
    if department is None and seniority is Seniority.C_LEVEL:
        department = Department.EXECUTIVE
    return Role(seniority, department)


def _plain(title: str) -> str:
    """Small letters without accents; points within abbreviations are dropped ("C.E.O." is "ceo")."""
    folded = "".join(c for c in normalize("NFKD", title.replace("ß", "ss")[:200]) if not combining(c)).casefold()
    folded = re.sub(r"\b((?:\w\.){2,})", lambda m: m[1].replace(".", "") + " ", folded)
    folded = re.sub(r"[’'`´]", "", folded.replace("ł", "l").replace("ø", "o"))
    return " ".join(re.sub(r"[_\-–—/|,;:.()\[\]{}*+@&<>\"!?]+", lambda m: f" {_mark(m[0])} ", folded).split())


def _mark(separator: str) -> str:
    """What divides two roles stays as a bar; a hyphen inside a word is a blank."""
    return "" if separator in {"-", "."} else "|"


def _seniority(words: str) -> Seniority:
    if re.search(LEARNERS, words):
        return Seniority.ENTRY
    kept = re.sub(VOID, " ", re.sub(HELPERS, " ", words))
    if re.search(SETTLED, kept):
        return Seniority.C_LEVEL
    found = {rank: (m.start(), -len(m[0])) for rank, pattern in RANKS.items() if (m := re.search(pattern, kept))}
    high = {rank: place for rank, place in found.items() if rank in _OFFICERS} or found
    return Seniority(min(high, key=lambda rank: high[rank])) if high else Seniority.INDIVIDUAL


def _department(words: str) -> Department | None:
    """The department whose word comes first; the longer one where two begin together."""
    found = [(m.start(), -len(m[0]), name) for name, pattern in DEPARTMENTS.items() if (m := re.search(pattern, words))]
    return Department(min(found)[2]) if found else None
