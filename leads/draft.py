"""Drafts: the reply the agent suggests to a rep, in revisions, and what the rep made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from re import findall

from leads.actor import Actor
from leads.evidence import plain
from leads.identity import ConversationId, DraftId, HandoffId, MessageId, RepId
from leads.refusal import DraftClosed, DraftStale
from leads.signal import ActorKind


class DraftState(StrEnum):
    """The life of a draft: being written, there to be looked at, sent, rejected; failed when nothing came of it."""

    WRITING = "writing"
    READY = "ready"
    SENT = "sent"
    REJECTED = "rejected"
    FAILED = "failed"


UNSENT = frozenset({DraftState.WRITING, DraftState.READY, DraftState.FAILED})


@dataclass(frozen=True, slots=True)
class Revision:
    """One wording. `author` is the agent or a rep; `model` names who thought, for the agent's."""

    rev: int
    text: str
    author: Actor
    at: datetime
    model: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A suggested reply. `up_to_seq` is the newest visitor message it answers; `rev` the number of its last revision.

    While it is being written, `due_at` is when the next try may begin and `attempts` counts the tries.
    """

    id: DraftId
    handoff_id: HandoffId
    conversation_id: ConversationId
    state: DraftState
    created_at: datetime
    due_at: datetime
    rev: int = 0
    up_to_seq: int = 0
    attempts: int = 0
    message_id: MessageId | None = None
    decided_by: RepId | None = None
    decided_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of words that was put in place of another one."""

    before: str
    after: str


def check_current(draft: Draft, *, rev: int, visitor_seq: int) -> None:
    """Raises DraftClosed once it is decided, DraftStale when the rev is not the last one or the person wrote again."""
    check_undecided(draft)
    if draft.state is DraftState.WRITING:
        raise DraftStale("The draft is being written just now; look again in a moment.")
    if rev != draft.rev:
        raise DraftStale(f"The draft has changed: it is at revision {draft.rev}, not {rev}. Look at it again.")
    if visitor_seq > draft.up_to_seq:
        raise DraftStale("The person wrote again after this draft. Read their message, then send, edit or regenerate.")


def check_undecided(draft: Draft) -> None:
    """Raises DraftClosed when it was sent or rejected."""
    if draft.state not in UNSENT:
        raise DraftClosed(f"This draft has been {draft.state.value} already.")


def edits(revisions: Sequence[Revision]) -> list[Edit]:
    """What people changed in the agent's last wording, word by word, up to the last revision."""
    suggested = next((r.text for r in reversed(revisions) if r.author.kind is ActorKind.AGENT), "")
    last = revisions[-1].text if revisions else ""
    before, after = findall(r"\S+\s*", suggested), findall(r"\S+\s*", last)
    ops = SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    return [Edit("".join(before[i:j]).strip(), "".join(after[k:m]).strip()) for op, i, j, k, m in ops if op != "equal"]


def never_said(text: str, phrases: Sequence[str]) -> list[str]:
    """The phrases the company never says that stand in a text."""
    said = plain(text)
    return [phrase for phrase in phrases if plain(phrase) in said]
