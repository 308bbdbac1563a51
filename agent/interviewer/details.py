"""Contact details a visitor gave about themselves, each with the words and the message it stands in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.interviewer.contact import (
    CompanyFound,
    NameFound,
    TeamSizeFound,
    find_company,
    find_emails,
    find_name,
    find_phones,
    find_team_size,
)
from agent.interviewer.expecting import Expecting, does_not_know, only_no, only_yes, refuses, says_no
from agent.interviewer.phrases import opening
from agent.interviewer.reading import Message


@dataclass(frozen=True, slots=True)
class HeardDetail:
    """One detail: normalised value, the verbatim `text` it was given in, and the message that stands in."""

    value: str
    text: str
    message_index: int


@dataclass(frozen=True, slots=True)
class HeardContact:
    """How to reach the visitor and who they are. E-mails are validated, phones are E.164; both in the order given."""

    emails: tuple[HeardDetail, ...] = ()
    phones: tuple[HeardDetail, ...] = ()
    name: HeardDetail | None = None
    company: HeardDetail | None = None
    team_size: HeardDetail | None = None


_MOST_WORDS = 5  # a bare answer to "what is your name?" or "which company are you with?"
_NOT_A_NAME = opening(
    "(hi|hello|hey|thanks|thank you|ok|okay|yes|no|sure|what|why|who|how|when|where"
    "|can|could|do|does|is|are|not|none|nothing|we|i"
    "|it|the price|please|stop|bye|maybe|later|nobody|anonymous|me|my|you|your|tell"
    "|that|this|because|if|skip|pass)(?! gmbh| inc| ltd)"
)


def details_in(messages: Sequence[Message], *, region: str | None, expecting: Expecting | None = None) -> HeardContact:
    """All addresses, and the last-given name, company and size. `expecting` NAME or COMPANY lets a bare
    "Ana Petrova" or "Acme GmbH" count.
    """
    return HeardContact(
        emails=tuple(detail for m in messages for detail in _emails(m)),
        phones=tuple(detail for m in messages for detail in _phones(m, region)),
        name=_last(messages, _name) or _bare(messages, expecting is Expecting.NAME),
        company=_last(messages, _company) or _bare(messages, expecting is Expecting.COMPANY),
        team_size=_last(messages, _team_size),
    )


def _last(messages: Sequence[Message], find: Callable[[Message], HeardDetail | None]) -> HeardDetail | None:
    return next((found for m in reversed(messages) if (found := find(m))), None)


def _emails(message: Message) -> list[HeardDetail]:
    return [HeardDetail(found.value, found.text, message.index) for found in find_emails(message.own)]


def _phones(message: Message, region: str | None) -> list[HeardDetail]:
    return [HeardDetail(found.value, found.text, message.index) for found in find_phones(message.own, region=region)]


def _name(message: Message) -> HeardDetail | None:
    return _of(find_name(message.own), message)


def _company(message: Message) -> HeardDetail | None:
    return _of(find_company(message.own), message)


def _of(found: NameFound | CompanyFound | None, message: Message) -> HeardDetail | None:
    return HeardDetail(found.value, found.text, message.index) if found else None


def _team_size(message: Message) -> HeardDetail | None:
    found = find_team_size(message.own)
    return HeardDetail(_count(found), found.text, message.index) if found else None


def _count(found: TeamSizeFound) -> str:
    if found.low == found.high:
        number = f"{found.low}"
    elif found.low is None:
        number = f"up to {found.high}"
    else:
        number = f"{found.low}+" if found.high is None else f"{found.low}-{found.high}"
    return f"{number} {found.noun}"


def _bare(messages: Sequence[Message], asked: bool) -> HeardDetail | None:
    for message in reversed(messages) if asked else ():
        words = message.own.strip(" \t\n.,!;")
        if _may_be_a_name(words, message.plain):
            return HeardDetail(" ".join(words.split()), words, message.index)
    return None


def _may_be_a_name(words: str, plain: str) -> bool:
    if not words or len(words.split()) > _MOST_WORDS or not words[0].isalnum() or any(c in words for c in "?@\n:/<>"):
        return False
    if only_yes(plain) or only_no(plain) or says_no(plain) or refuses(plain) or does_not_know(plain):
        return False
    return not _NOT_A_NAME.match(plain) and any(c.isalpha() for c in words)
