"""Invented details for real ones: a case holds nobody's address, number or name.

The same detail always becomes the same invention, all through a conversation. Addresses lie on example.com (RFC 2606),
numbers in the range kept for fiction (+1 202 555 0100 to 0199).
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from agent.interviewer.contact import find_emails, find_name, find_phones
from leads.identity import domain_of, is_free_mail

_REGIONS = (None, "US", "GB", "DE")
_NUMBER = re.compile(
    r"(?<![\w.,/-])(?:\+\d[\d ().-]{7,16}\d|(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}|\d{3}[ .-]\d{4})"
    r"(?![\w/-])"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
"""Also those that no mail could reach."""
_DIALLED = 9
"""Digits; a shorter number without a leading + or 0 is a range, an order or a sum in somebody's region."""
_NAMES = (
    "Robin Vale", "Kim Arden", "Alex Rowan", "Sam Lindell", "Jo Marsh", "Charlie Fenn", "Toni Brook", "Lee Hollis",
    "Max Ferrow", "Ira Stone", "Noa Birch", "Uli Strand",
)  # fmt: skip


_SEVERAL = {"e-mail address": "e-mail addresses", "company": "companies"}


@dataclass(slots=True)
class Inventions:
    """The inventions of one conversation, made as they are needed."""

    _for: dict[str, str] = field(default_factory=dict)
    _made: Counter[str] = field(default_factory=Counter)

    @property
    def told(self) -> str:
        """What was replaced, as a sentence; empty when nothing was. It names kinds and numbers, never a detail."""
        kinds = ("e-mail address", "phone number", "name", "company")
        counts = [(kind, self._made[kind]) for kind in kinds if self._made[kind]]
        said = [f"{n} {kind if n == 1 else _SEVERAL.get(kind, f'{kind}s')}" for kind, n in counts]
        return f"Replaced by invented ones: {', '.join(said)}." if said else ""

    def learn(self, text: str, *, name: str | None = None, company: str | None = None) -> None:
        """Note the details of a text, and a name or a company that is known beside it."""
        if company and company.casefold() not in self._for:
            self._made["company"] += 1
            self._for[company.casefold()] = f"Firm {self._made['company']} Foods"
        for email in find_emails(text):
            self._email(email.value, email.text)
        for address in _ADDRESS.findall(text):
            self._email(address, address)
        for written in sorted({phone.text for r in _REGIONS for phone in find_phones(text, region=r)}, key=len):
            if written.startswith(("+", "0", "(")) or len(re.sub(r"\D", "", written)) >= _DIALLED:
                self._phone(written)
        for number in _NUMBER.finditer(text):
            self._phone(number[0])
        introduced = find_name(text)
        for found in filter(None, (introduced.value if introduced else None, name)):
            self._name(found)

    def replaced(self, text: str) -> str:
        """A text with every detail noted so far replaced."""
        if not self._for:
            return text
        known = sorted(self._for, key=len, reverse=True)
        found = re.compile("|".join(rf"(?<!\w){re.escape(detail)}(?!\w)" for detail in known), re.IGNORECASE)
        return found.sub(lambda match: self._for[match[0].casefold()], text)

    def _email(self, value: str, written: str) -> None:
        domain = domain_of(value) or ""
        if value.casefold() in self._for or re.search(r"(?:^|\.)example(?:\.(?:com|org|net))?$", domain):
            return
        where = "example.com" if is_free_mail(value) else f"{self._number('firm', domain)}.example.com"
        self._made["e-mail address"] += 1
        self._for[value.casefold()] = f"guest{self._made['e-mail address']}@{where}"
        self._for.setdefault(written.casefold(), self._for[value.casefold()])

    def _number(self, kind: str, what: str) -> str:
        """`firm1` for the first one, and again whenever it comes back."""
        key = f"{kind}\n{what}"
        if key not in self._for:
            self._made[kind] += 1
            self._for[key] = f"{kind}{self._made[kind]}"
        return self._for[key]

    def _phone(self, written: str) -> None:
        digits = re.sub(r"\D", "", written)
        if written.casefold() in self._for or re.search(r"55501\d\d$", digits):
            return
        key = f"phone\n{digits[-7:]}"
        if key not in self._for:
            self._for[key] = f"+1 202 555 01{self._made['phone number'] % 100:02}"
            self._made["phone number"] += 1
        self._for[written.casefold()] = self._for[key]

    def _name(self, name: str) -> None:
        if name.casefold() in self._for or name in _NAMES or self._is_part_of_an_invention(name):
            return
        invented = _NAMES[self._made["name"] % len(_NAMES)]
        self._made["name"] += 1
        self._for[name.casefold()] = invented
        parts = [part for part in name.split() if len(part) > 2 and part[0].isupper()]
        for part, new in zip((parts[:1] + parts[-1:])[: len(parts)], invented.split(), strict=False):
            self._for.setdefault(part.casefold(), new)

    def _is_part_of_an_invention(self, name: str) -> bool:
        return any(name.casefold() in invented.casefold().split() for invented in _NAMES)
