"""Fields that fit the context: what the next action needs to know, and what a form asks too early.

A newsletter needs an address and nothing else; a quote needs to know what is to be quoted. (Seed: fields in proportion
to what is asked for; domain.md §6.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from leads.form_map import Meant


@dataclass(frozen=True, slots=True)
class Need:
    """Something the next action needs: one of several places that would do, and why."""

    any_of: tuple[str, ...]
    why: str

    @property
    def name(self) -> str:
        """How it is shown: "email or phone"."""
        return " or ".join(self.any_of)


_EMAIL = Need(("email",), "to answer, and to know them again")
_REACH = Need(("email", "phone"), "to reach them at all")
_NAME = Need(("name",), "to greet them")
_COMPANY = Need(("company",), "to know whether they fit, and whose territory it is")
_MESSAGE = Need(("message",), "to answer what they ask")

NEEDS: Mapping[str, tuple[Need, ...]] = MappingProxyType(
    {
        "newsletter": (_EMAIL,),
        "list": (_EMAIL,),
        "contact": (_REACH, _NAME, _MESSAGE),
        "webinar": (_EMAIL, _NAME),
        "trial": (_EMAIL, _NAME, _COMPANY),
        "booking": (_EMAIL, _NAME, Need(("phone",), "to call when the line of the meeting fails")),
        "demo": (_EMAIL, _NAME, _COMPANY, Need(("title",), "to show what their job needs")),
        "consultation": (_REACH, _NAME, _COMPANY, _MESSAGE),
        "quote": (
            _EMAIL,
            _NAME,
            _COMPANY,
            Need(("country",), "for tax, delivery and territory"),
            Need(("message", "product", "products", "sku", "skus", "items", "service"), "to know what to quote"),
            Need(("quantity", "volume", "users", "seats", "amount", "budget", "employees"), "to know how much of it"),
        ),
    }
)
"""By context, in the order of their weight. Every context needs a way to reach the person."""

TOO_EARLY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "newsletter": frozenset({"phone", "company", "title", "country"}),
        "list": frozenset(),
        "webinar": frozenset({"phone"}),
        "contact": frozenset({"title"}),
    }
)
"""What a form of this context should not ask yet: every field costs readers, and nobody uses the answer."""


def missing(context: str | None, meant: Meant) -> tuple[Need, ...]:
    """What the next action would still have to ask, given what a submission says."""
    have = _known(meant)
    return tuple(need for need in NEEDS.get(context or "", (_REACH,)) if not have.intersection(need.any_of))


def too_early(context: str | None, meant: Meant) -> tuple[str, ...]:
    """The places this form asks for although its context does not need them."""
    return tuple(sorted(TOO_EARLY.get(context or "", frozenset()) & _known(meant)))


def _known(meant: Meant) -> frozenset[str]:
    named = {place for place in ("email", "phone", "company", "title", "country", "message") if meant.text(place)}
    own = {name.casefold().strip() for name, value in meant.fields.items() if value not in (None, "")}
    return frozenset(named | own | ({"name"} if meant.name else set()))
