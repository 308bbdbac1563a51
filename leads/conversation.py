"""Conversations: who said what, whose turn it is, and what one answer went through."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from leads.evidence import plain
from leads.identity import ConversationId, LeadId, MessageId, PersonId, RepId, TurnId
from leads.refusal import MessageEmpty, MessageTooLong

MAX_MESSAGE = 4000  # characters; the widget API says so


class Channel(StrEnum):
    """Where the conversation is held."""

    CHAT = "chat"
    EMAIL = "email"


class AuthorKind(StrEnum):
    """Who speaks."""

    VISITOR = "visitor"
    AGENT = "agent"
    REP = "rep"
    SYSTEM = "system"


class Speaker(StrEnum):
    """Who answers the visitor now."""

    AGENT = "agent"
    REP = "rep"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage of the company's knowledge an answer rests on; `n` is the number shown in the text."""

    n: int
    title: str
    url: str | None
    passage_id: str


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message. `seq` is the event number in its conversation."""

    id: MessageId
    conversation_id: ConversationId
    seq: int
    author: AuthorKind
    author_name: str
    text: str
    at: datetime
    client_id: str | None = None
    citations: tuple[Citation, ...] = ()
    turn_id: TurnId | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Where on the website the visitor was."""

    url: str = ""
    title: str = ""
    referrer: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One thread with one lead. `zone` is the visitor's own time zone (IANA) when the browser told it.

    `last_seq` is the number of its newest event, `visitor_seq` that of the visitor's newest message.

    `verified` says that the person has proved who they are (signed identity, mail thread, a rep at the keyboard). In an
    unverified conversation nothing is read back but what was said in it: a typed address is a claim, not a proof.
    """

    id: ConversationId
    lead_id: LeadId
    person_id: PersonId
    channel: Channel
    opened_at: datetime
    last_seq: int = 0
    visitor_seq: int = 0
    closed_at: datetime | None = None
    rep_id: RepId | None = None
    rep_until: datetime | None = None
    language: str | None = None
    zone: str | None = None
    verified: bool = False
    page: Page = field(default_factory=Page)


class TurnStatus(StrEnum):
    """The life of one answer: waiting for a process, running under a lease, done, failed."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer in the making. `up_to_seq` is the last visitor message it answers; `attempt` is the fencing token."""

    id: TurnId
    conversation_id: ConversationId
    status: TurnStatus
    up_to_seq: int
    attempt: int
    created_at: datetime
    lease_until: datetime | None = None


def readable(text: str) -> str:
    """The message to store: line ends unified, control characters dropped; refused when nothing can be read in it.

    Raises MessageEmpty, MessageTooLong.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in unified if c in "\n\t" or c.isprintable() or not _is_control(c)).strip()
    if not kept or not plain(kept):
        raise MessageEmpty("There is nothing to read in that message.")
    if len(kept) > MAX_MESSAGE:
        raise MessageTooLong(f"A message can be at most {MAX_MESSAGE:,} characters; this one has {len(kept):,}.")
    return kept


def _is_control(char: str) -> bool:
    code = ord(char)
    return code < 32 or 127 <= code < 160 or 0xD800 <= code <= 0xDFFF


def speaker(conversation: Conversation, now: datetime) -> Speaker:
    """Who answers now: a rep holding the line, nobody once it is closed, else the agent."""
    if conversation.closed_at is not None:
        return Speaker.NOBODY
    if conversation.rep_id and conversation.rep_until and now < conversation.rep_until:
        return Speaker.REP
    return Speaker.AGENT
