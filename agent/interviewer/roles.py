"""Who decides and who signs, as a visitor tells it: themselves, somebody else by role or name, or several together.

Values: "decision_maker", "influencer; decision maker: Ana (CFO)", "shared; with board", "researcher; decision maker:
boss"; a signing limit follows as "limit: up to 20000". A job title alone is no authority, save for owners and chiefs of
the whole company.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.interviewer.budgets import is_signing_limit, money_value
from agent.interviewer.claims import ClaimStatus, HeardClaim, claim
from agent.interviewer.expecting import does_not_know, refuses
from agent.interviewer.money import Money
from agent.interviewer.phrases import fold
from agent.interviewer.reading import Clause
from agent.interviewer.role_phrases import (
    ABOUT_AUTHORITY,
    AND_I,
    APPROVAL_OF,
    ASK_SOMEBODY,
    HELPERS_SUBJECT,
    I_AND_DECIDE,
    I_RUN_THE_PLACE,
    JOINTLY,
    ME_AND,
    NAMED_FIRST,
    NOT_SELF,
    PASSIVE,
    PEOPLE_ASKED,
    RESEARCHING,
    SELF,
    SOMEBODY_DECIDES,
    TITLE,
    TOGETHER,
    WITH_ME,
)
from leads.bant import Factor

_NOT_A_NAME = frozenset(
    "and or but who has have will must is are as so for to would needs need also"
    " usually then decides signs approves makes can could may might the "
    "that with about on in if before after first because since when team asked wants"
    " told a an of from by until this it".split()
)


@dataclass(frozen=True, slots=True)
class _Approver:
    """Somebody other than the visitor who decides."""

    role: str
    name: str

    @property
    def label(self) -> str:
        """ "Ana (CFO)", or the role alone."""
        return f"{self.name} ({self.role})" if self.name else self.role


def authority_claim(clause: Clause, sums: Sequence[Money], *, asked: bool = False) -> HeardClaim | None:
    """What a clause says about who decides, or None.

    `sums`: the sums of money in the clause. `asked`: the agent has just asked who decides.
    """
    if not clause.states or HELPERS_SUBJECT.search(clause.plain):
        return None
    value = _value(clause, asked=asked)
    if value:
        return claim(Factor.AUTHORITY, clause, value + _limit(clause, sums))
    about = asked or bool(ABOUT_AUTHORITY.search(clause.plain))
    if about and refuses(clause.plain):
        return claim(Factor.AUTHORITY, clause, "rather not say", status=ClaimStatus.REFUSED)
    if about and does_not_know(clause.plain):
        return claim(Factor.AUTHORITY, clause, "does not know yet", status=ClaimStatus.UNKNOWN_TO_THEM)
    return None


def _value(clause: Clause, *, asked: bool) -> str | None:
    plain = clause.plain
    researching = RESEARCHING.search(plain)
    if researching and (researching["asked"] or not researching.group().startswith(("my", "our"))):
        return f"researcher; decision maker: {_approver(clause, researching).label}"
    if I_AND_DECIDE.match(plain):
        return "decision_maker" + _own_role(plain)
    decides = _first(clause, SOMEBODY_DECIDES, PASSIVE, ASK_SOMEBODY, APPROVAL_OF)
    theirs = bool(SELF.search(plain)) and not NOT_SELF.search(plain)
    if decides and (theirs or ME_AND.search(plain)):
        return f"shared; with {decides.label}"
    if partner := _jointly(clause):
        return f"shared; with {partner.label}"
    if decides:
        return f"influencer; decision maker: {decides.label}"
    if TOGETHER.search(plain):
        return "shared; decided together"
    if I_RUN_THE_PLACE.search(plain) and AND_I.search(clause.sentence):
        return "shared; decided together"
    if theirs or I_RUN_THE_PLACE.search(plain):
        return "decision_maker" + _own_role(plain)
    if NOT_SELF.search(plain):
        return "influencer"
    return _short_answer(clause) if asked else None


def _jointly(clause: Clause) -> _Approver | None:
    found = JOINTLY.search(clause.plain)
    return _approver(clause, found) if found and "i" in clause.plain.split()[:3] else None


def _short_answer(clause: Clause) -> str | None:
    """ "me", "my boss", "Ana, our CFO", "me and the board": only sensible right after the question."""
    plain = clause.plain
    if does_not_know(plain) or refuses(plain):
        return None
    other = _first(clause, NAMED_FIRST, PEOPLE_ASKED)
    alone = WITH_ME.match(plain)
    if other and (alone or ME_AND.search(plain)):
        return f"shared; with {other.label}"
    if other:
        return f"influencer; decision maker: {other.label}"
    return "decision_maker" if alone else None


def _first(clause: Clause, *patterns: re.Pattern[str]) -> _Approver | None:
    for pattern in patterns:
        found = pattern.search(clause.plain)
        if found:
            return _approver(clause, found)
    return None


def _approver(clause: Clause, found: re.Match[str]) -> _Approver:
    return _Approver(_role_label(found["role"]), _name_in(clause, found))


def _name_in(clause: Clause, found: re.Match[str]) -> str:
    """The words of the name group that are written like a name in the message (or were given right before the role)."""
    start = clause.start + found.start("name")
    written = clause.message.own[start : clause.start + found.end("name")].strip(" ,(")
    words = []
    for word in written.split():
        bare = word.strip(",.()")
        if not bare[:1].isupper() or fold(bare) in _NOT_A_NAME or bare.isupper():
            break
        words.append(bare)
    return " ".join(words) or _name_before(clause, found)


def _name_before(clause: Clause, found: re.Match[str]) -> str:
    """ "Ana, our CFO, signs": the name that stands before the role."""
    before = clause.message.own[max(0, clause.start + found.start() - 30) : clause.start + found.start("role")]
    named = re.search(
        r"([A-ZÀ-Þ][\w'-]{1,19}(?: [A-ZÀ-Þ][\w'-]{1,19})?)\s?[,(]\s?(?:(?:my|our|the|who is our) )?$", before
    )
    return named[1] if named else ""


def together(found: Sequence[HeardClaim]) -> HeardClaim:
    """Several claims of one burst as one: who says both "I sign" and "the board decides" shares the decision."""
    stated = [c for c in found if c.status is ClaimStatus.STATED]
    if not stated:
        return found[0]
    mine = next((c for c in stated if c.value.startswith("decision_maker")), None)
    other = next((c for c in stated if "; decision maker: " in c.value), None)
    if mine and other:
        return replace(other, value=f"shared; with {other.value.split('; decision maker: ', 1)[1]}")
    return other or mine or stated[0]


_ABBREVIATED = re.compile(r"\b(c[a-z]{1,2}o|vp|svp|evp|it|hq|hr|r&d)\b")
_LEADING = re.compile(
    r"^(?:(?:and|so|then|only|the|our|my|also|that|is|need|ask|from|by|with|to|if"
    r"|unless|when|because|think|guess|well) )+"
)


def _role_label(role: str) -> str:
    bare = _LEADING.sub("", " ".join(role.split()))
    return _ABBREVIATED.sub(lambda m: m[1].upper(), bare)


def title_in(clause: Clause) -> str | None:
    """The job title a visitor gives themselves ("I'm head of ops"), as written, or None."""
    found = TITLE.search(clause.plain)
    if not found or not clause.states:
        return None
    start = clause.start + found.start("role")
    return re.split(r" (?:and|for|at|in|here) ", clause.message.own[start : clause.start + found.end("role")])[
        0
    ].strip()


def _own_role(plain: str) -> str:
    found = TITLE.search(plain)
    return f"; role: {_role_label(re.split(r' (?:and|for|at|in|here) ', found['role'])[0])}" if found else ""


def _limit(clause: Clause, sums: Sequence[Money]) -> str:
    return f"; limit: {money_value(sums[0])}" if sums and is_signing_limit(clause) else ""
