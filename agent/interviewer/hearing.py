"""Hearing: everything the built-in interviewer takes from a visitor's messages, in one value.

Rules, no model. Precision before recall: a claim is made only where the words carry it, never from a question, a
supposition, quoted mail, or what they say about somebody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.interviewer.acts import Act, acts_in, clause_of, corrects
from agent.interviewer.budgets import budget_claim
from agent.interviewer.choices import choice_in
from agent.interviewer.claims import ClaimStatus, HeardClaim
from agent.interviewer.details import HeardContact, HeardDetail, details_in
from agent.interviewer.expecting import Expecting
from agent.interviewer.language import language_of
from agent.interviewer.money import Money, find_money
from agent.interviewer.needs import need_claim, strength
from agent.interviewer.opt_out import StopScope, opt_out_in
from agent.interviewer.periods import Period, find_periods
from agent.interviewer.phrases import phrases
from agent.interviewer.questions import questions_in
from agent.interviewer.reading import Clause, Message, clauses, read
from agent.interviewer.roles import authority_claim, title_in, together
from agent.interviewer.signals import HeardSignal, signals_in
from agent.interviewer.timelines import is_about_talking, timeline_claim
from agent.interviewer.times import Moment, find_moments
from leads.bant import Factor

__all__ = [
    "Act",
    "ClaimStatus",
    "Expecting",
    "HeardClaim",
    "HeardContact",
    "HeardDetail",
    "HeardSignal",
    "Hearing",
    "StopScope",
    "hear",
]

_NOT_A_BUYER = frozenset({Act.JOB_SEEKER, Act.VENDOR_PITCH, Act.STUDENT, Act.COMPETITOR})
_SPEAKS_OF_OTHER_THINGS = frozenset(
    {
        Act.ASKS_HUMAN,
        Act.ASKS_DEMO,
        Act.OPT_OUT,
        Act.ERASE_ME,
        Act.HOSTILE,
        Act.OFF_TOPIC,
        Act.ARE_YOU_HUMAN,
        Act.ASKS_SECRETS,
        Act.INJECTION_LIKE,
        Act.RESCHEDULE,
        Act.CANCEL_MEETING,
        Act.NOT_INTERESTED,
        Act.WRONG_PERSON,
        Act.GIBBERISH,
        Act.DISCOUNT_DEMAND,
        Act.LEGAL_PROMISE_DEMAND,
    }
)
_CHOOSING = frozenset({Expecting.SLOT_CHOICE, Expecting.CONFIRM_BOOKING})


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard.

    `slot_choice`: 1 for the first slot offered, 2 for the second, -1 for the last, or the moment they named.
    `stop`: what they want no more of, when `Act.OPT_OUT` is among the acts. `later`: when to come back, with
    `Act.NOT_NOW`. `title`: the job they say they have. `language`: ISO 639-1, a guess.
    """

    claims: tuple[HeardClaim, ...]
    acts: frozenset[Act]
    questions: tuple[str, ...]
    slot_choice: int | Moment | None
    contact: HeardContact
    signals: tuple[HeardSignal, ...]
    language: str
    stop: StopScope | None = None
    later: Period | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class _Heard:
    """One message with all that was found in it once, so that no parser runs twice over it."""

    message: Message
    parts: list[Clause]
    sums: list[Money]
    periods: list[Period]
    moments: list[Moment]
    acts: frozenset[Act]

    def sums_in(self, part: Clause) -> list[Money]:
        return [m for m in self.sums if part.start <= m.start < part.end]

    def periods_in(self, part: Clause) -> list[Period]:
        return [p for p in self.periods if part.start <= p.start_at < part.end]


def hear(
    messages: Sequence[str],
    *,
    now: datetime,
    zone: ZoneInfo,
    region: str | None = None,
    expecting: Expecting | None = None,
    told_when: bool = False,
) -> Hearing:
    """Hear a burst of messages that came since the agent last spoke.

    `now`: the instant of the turn (aware); `zone`: the visitor's; `region`: their country, ISO 3166-1, for telephone
    numbers; `expecting`: what the agent asked last, which makes "me", "30k" or "the second one" understood;
    `told_when`: the agent asked which month to come back in, so that any stretch of time answers that.
    """
    local = now.astimezone(zone)
    messages = _newest(messages)
    heard = [_listen(text, i, local, zone, expecting) for i, text in enumerate(messages)]
    parts = [part for h in heard for part in h.parts]
    acts = frozenset(act for h in heard for act in h.acts)
    if len(acts) > 1:
        acts -= {Act.EMPTY, Act.GIBBERISH}
    later = _later(heard, anyway=told_when)
    acts |= {Act.NOT_NOW} if told_when and later is not None else frozenset()
    own = "\n".join(h.message.own for h in heard)
    return Hearing(
        claims=() if acts & _NOT_A_BUYER else _claims(heard, local, expecting),
        acts=acts,
        questions=questions_in(parts),
        slot_choice=_slot_choice(heard, expecting),
        contact=details_in([h.message for h in heard], region=region, expecting=expecting),
        signals=signals_in(parts, _performed(heard)),
        language=language_of(own),
        stop=_stop(heard) if Act.OPT_OUT in acts else None,
        later=later if Act.NOT_NOW in acts else None,
        title=next((title for part in parts if (title := title_in(part))), None),
    )


MOST_HEARD = 8000
"""Characters of a burst that are heard, newest first: hearing is work, and nobody may make others wait for it."""


def _newest(messages: Sequence[str]) -> list[str]:
    """The messages with those blanked that stand before the newest ones; places in the list stay the same."""
    kept: list[str] = []
    room = MOST_HEARD
    for text in reversed(messages):
        kept.append(text if len(text) <= room else "")
        room -= len(text) if len(text) <= room else room
    return kept[::-1]


def _listen(text: str, index: int, local: datetime, zone: ZoneInfo, expecting: Expecting | None) -> _Heard:
    message = read(text, index)
    parts = clauses(message)
    return _Heard(
        message,
        parts,
        find_money(message.own),
        find_periods(message.own, now=local, zone=zone),
        find_moments(message.own, now=local, zone=zone),
        acts_in(message, parts, expecting=expecting),
    )


def _claims(heard: list[_Heard], local: datetime, expecting: Expecting | None) -> tuple[HeardClaim, ...]:
    found: list[HeardClaim] = []
    for h in heard:
        correcting = False
        for part in h.parts:
            correcting = correcting or corrects(part)
            new = _claims_of(h, part, local, expecting, correcting=correcting)
            found += [replace(c, correction=correcting or _changes(c, part, found)) for c in new]
            correcting = correcting and not new
    return tuple(claim for factor in Factor for claim in _chosen(factor, [c for c in found if c.factor is factor]))


_BEGINS = phrases("(start|starts|starting|begin|launch|live|running|kick[ -]?off) (in|on|from|at|next|this)")


def _claims_of(
    h: _Heard, part: Clause, local: datetime, expecting: Expecting | None, *, correcting: bool
) -> list[HeardClaim]:
    sums, periods = h.sums_in(part), h.periods_in(part)
    bare_sum = correcting and bool(sums) and expecting is not Expecting.AUTHORITY
    budget = budget_claim(part, sums, asked=expecting is Expecting.BUDGET or bare_sum)
    if budget is not None and not _BEGINS.search(part.plain) and not any(p.relation == "before" for p in periods):
        periods = []  # "set aside for this year", "no budget this year": the year of the money, not of the wish
    found = [
        budget,
        authority_claim(part, sums, asked=expecting is Expecting.AUTHORITY),
        timeline_claim(
            part,
            periods,
            today=local.date(),
            asked=expecting is Expecting.TIMELINE,
            corrects=correcting and expecting not in _CHOOSING,
        ),
    ]
    told = [c for c in found if c]
    if Act.SUPPORT_REQUEST not in h.acts:
        introduces = title_in(part) is not None
        fallback = expecting is Expecting.NEED and not told and not introduces
        fallback = fallback and not h.acts & _SPEAKS_OF_OTHER_THINGS
        told += [c for c in [need_claim(part, asked=fallback)] if c]
    return told


def _changes(new: HeardClaim, part: Clause, before: list[HeardClaim]) -> bool:
    """ "actually …" puts right what the same burst said before."""
    return "actually" in part.plain and any(c.factor is new.factor and c.value != new.value for c in before)


def _chosen(factor: Factor, found: list[HeardClaim]) -> list[HeardClaim]:
    """One claim a factor, or the one that was put right and what it was put right to."""
    corrections = [c for c in found if c.correction]
    first = [c for c in found if not c.correction]
    best = [_best(factor, first)] if first else []
    return best + corrections[-1:]


def _best(factor: Factor, found: list[HeardClaim]) -> HeardClaim:
    if factor is Factor.NEED:
        return max(found, key=strength)
    if factor is Factor.AUTHORITY:
        return together(found)
    stated = [c for c in found if c.status is ClaimStatus.STATED]
    exact = [c for c in stated if any(ch.isdigit() for ch in c.value)]
    return (exact or stated or found)[0]


def _performed(heard: list[_Heard]) -> Mapping[Act, Clause]:
    return {act: clause_of(act, h.parts) for h in heard if h.parts for act in sorted(h.acts)}


def _slot_choice(heard: list[_Heard], expecting: Expecting | None) -> int | Moment | None:
    """The last choice made in the burst; a time named while asking for others is none."""
    for h in reversed(heard):
        if expecting in _CHOOSING and Act.OPT_OUT not in h.acts:
            moment = _moment(h, anywhere=True)
            choice = moment or choice_in(h.message.plain)
        else:
            choice = _moment(h, anywhere=Act.ASKS_DEMO in h.acts or Act.RESCHEDULE in h.acts)
        if choice is not None:
            return choice
    return None


def _moment(h: _Heard, *, anywhere: bool) -> Moment | None:
    for part in reversed(h.parts):
        named = [m for m in h.moments if part.start <= m.start_at < part.end]
        if named and (anywhere or is_about_talking(part)) and not _rules_out(part):
            return named[-1]
    return None


def _rules_out(part: Clause) -> bool:
    return any(
        w in part.plain for w in ("n't work", "not ", "n't make", "n't do", "except", "cannot", "cancel", "instead of")
    )


def _stop(heard: list[_Heard]) -> StopScope | None:
    scopes = [scope for h in heard if Act.OPT_OUT in h.acts and (scope := opt_out_in(h.message.plain))]
    return StopScope.ALL if StopScope.ALL in scopes else next(iter(scopes), None)


def _later(heard: list[_Heard], *, anyway: bool) -> Period | None:
    return next((p for h in heard if anyway or Act.NOT_NOW in h.acts for p in h.periods), None)
