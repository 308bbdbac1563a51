"""What a model is shown: instructions that never change, a bounded window of the talk, the facts, and the new words.

The order serves the provider's cache: instructions first, then messages that only grow, and the facts, which change,
behind them. The window moves in blocks, so that it does not shift the prefix with every turn; what falls out of it
lives on in the facts sheet. So turn 60 costs about what turn 10 costs.
"""

from collections.abc import Sequence

from agent.interviewer.language import language_of
from agent.prompts import Prompt, facts_message
from agent.provider import Message, Role
from leads.conversation import AuthorKind, ChatMessage

WINDOW = 16
"""The most older messages shown."""
BLOCK = 6
"""The window moves by so many messages at once."""
LONGEST_OLD = 1200
"""Characters of an older message that are shown."""


def messages_for(prompt: Prompt, talk: Sequence[ChatMessage], facts: str, *, up_to_seq: int) -> tuple[Message, ...]:
    """The messages of a request. `talk` is the whole conversation in order; what came after `up_to_seq` is left out."""
    seen = [m for m in talk if m.seq <= up_to_seq]
    burst = _burst(seen)
    older = seen[: len(seen) - len(burst)]
    shown = older[_first_shown(len(older)) :]
    return (
        Message(Role.system, prompt.text),
        *(_line(m, cut=True) for m in shown),
        Message(Role.system, facts_message(facts)),
        *(_line(m, cut=False) for m in burst),
    )


def burst_of(talk: Sequence[ChatMessage], *, up_to_seq: int) -> list[ChatMessage]:
    """The visitor's messages since somebody last answered."""
    return _burst([m for m in talk if m.seq <= up_to_seq])


def written_language(talk: Sequence[ChatMessage], burst: Sequence[str]) -> str | None:
    """The language of the visitor's new words, of all their words where those are too few to tell; None without any."""
    whole = "\n".join(m.text for m in talk if m.author is AuthorKind.VISITOR)
    return language_of("\n".join(burst), fallback=language_of(whole, fallback="")) or None


def _burst(seen: Sequence[ChatMessage]) -> list[ChatMessage]:
    start = len(seen)
    while start and seen[start - 1].author is AuthorKind.VISITOR:
        start -= 1
    return list(seen[start:])


def _first_shown(count: int) -> int:
    """The index of the first older message shown; it stays the same for BLOCK messages."""
    return 0 if count <= WINDOW else -(-(count - WINDOW) // BLOCK) * BLOCK


def _line(message: ChatMessage, *, cut: bool) -> Message:
    text = message.text
    if cut and len(text) > LONGEST_OLD:
        text = text[:LONGEST_OLD] + " […]"
    if message.author is AuthorKind.VISITOR:
        return Message(Role.user, text)
    if message.author is AuthorKind.REP:
        return Message(Role.assistant, f"(A colleague wrote:) {text}")
    return Message(Role.assistant, text)
