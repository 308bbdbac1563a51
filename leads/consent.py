"""Consent: may we write to this person, for this purpose? An append-only ledger, folded; withdrawing is a new line."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What the contact is for."""

    CHAT = "chat"
    SERVICE = "service"  # answers and invitations the person asked for
    MARKETING = "marketing"


class Basis(StrEnum):
    """On what a yes rests. Implied and contract run out (CASL s. 10); express and legitimate interest do not."""

    EXPRESS = "express"
    IMPLIED = "implied"
    LEGITIMATE_INTEREST = "legitimate_interest"
    CONTRACT = "contract"


class ConsentChannel(StrEnum):
    """The way of contact a word is about, where it is about one only."""

    EMAIL = "email"
    PHONE = "phone"
    CHAT = "chat"
    POST = "post"


class Giver(StrEnum):
    """Whose word it is. Only the person's own may lift a suppression."""

    PERSON = "person"
    REP = "rep"
    LIST = "list"  # an import, or a source that is not trusted
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a word can be looked up. Address and browser are kept only where the law of the sender asks for them."""

    submission_id: str | None = None
    conversation_id: str | None = None
    message_id: str | None = None
    ip: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One line of the ledger: the text that was shown is kept by its version, so that it can be proved.

    `channel` None means every way of contact. A `pending` yes waits for its confirmation (double opt-in) and counts
    for nothing; `confirms` is the id of the pending one that this line confirms. `expires_at` ends an implied yes.
    """

    purpose: Purpose
    granted: bool
    text_version: str
    source: str
    at: datetime
    basis: Basis = Basis.EXPRESS
    channel: ConsentChannel | None = None
    locale: str | None = None
    expires_at: datetime | None = None
    pending: bool = False
    given_by: Giver = Giver.PERSON
    confirms: str | None = None
    proof: Proof = Proof()
    id: str = field(default="", compare=False)

    @property
    def opts_in(self) -> bool:
        """A full, express yes of the person themself: the only word that may lift a suppression."""
        return self.granted and not self.pending and self.basis is Basis.EXPRESS and self.given_by is Giver.PERSON

    def about(self, channel: ConsentChannel | None) -> bool:
        """Whether the line speaks of this way of contact; None asks for any."""
        return channel is None or self.channel is None or self.channel is channel

    def holds(self, now: datetime | None) -> bool:
        """Whether this yes counts at an instant; without one, a yes that can run out does not count."""
        if not self.granted or self.pending:
            return False
        return self.expires_at is None or (now is not None and now < self.expires_at)


@dataclass(frozen=True, slots=True)
class ImpliedTerms:
    """How long a yes holds that nobody said: after an inquiry, and after a purchase or contract, in months.

    The defaults are those of Canada's CASL (s. 10(9), (10)): 6 and 24 months.
    """

    inquiry_months: int = 6
    contract_months: int = 24


def dated(event: ConsentEvent, terms: ImpliedTerms) -> ConsentEvent:
    """The line with the end that its basis gives it, unless it names an earlier one or is a no."""
    months = {Basis.IMPLIED: terms.inquiry_months, Basis.CONTRACT: terms.contract_months}.get(event.basis)
    if months is None or not event.granted:
        return event
    latest = months_later(event.at, months)
    return replace(event, expires_at=min(event.expires_at or latest, latest))


def months_later(at: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    for day in (at.day, 30, 29, 28):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:  # 31 June, 29 February
            continue
    raise AssertionError("every month has 28 days")


def is_granted(
    events: Sequence[ConsentEvent],
    purpose: Purpose,
    *,
    now: datetime | None = None,
    channel: ConsentChannel | None = None,
) -> bool:
    """Whether a yes stands: given after the last no and not run out. No word is a no; at one instant the no counts.

    An implied yes that has run out takes nothing from an older express one. Without `now` only a yes without an end
    counts.
    """
    return standing_yes(events, purpose, now=now, channel=channel) is not None


def standing_yes(
    events: Sequence[ConsentEvent],
    purpose: Purpose,
    *,
    now: datetime | None = None,
    channel: ConsentChannel | None = None,
) -> ConsentEvent | None:
    """The newest yes that counts, or None."""
    relevant = [e for e in events if e.purpose is purpose and e.about(channel)]
    last_no = max((e.at for e in relevant if not e.granted), default=None)
    found = [e for e in relevant if e.holds(now) and (last_no is None or e.at > last_no)]
    return max(found, key=lambda e: e.at, default=None)


def is_refused(events: Sequence[ConsentEvent], purpose: Purpose, *, channel: ConsentChannel | None = None) -> bool:
    """Whether the person said no and has not taken it back: stronger than having said nothing."""
    relevant = [e for e in events if e.purpose is purpose and e.about(channel) and not e.pending]
    newest = max((e.at for e in relevant), default=None)
    return newest is not None and any(not e.granted for e in relevant if e.at == newest)
