"""The simulated visitor: asks a model for the next message, and does not take one in which it fell out of its role.

Simulated customers slip into the seller's role in up to one of six conversations (SalesLLM), and a judge then grades an
agent that talks to another seller. So a slip is asked for anew once; a second one ends the run as a fault of the exam
and not of the agent.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from agent.attempt import Budget
from agent.finish import Finish
from agent.gateway import Gateway
from agent.provider import Message, Provider, Request, Role
from evals.simulator.persona import Persona
from evals.trace import TurnTrace
from leads.conversation import MAX_MESSAGE
from leads.evidence import plain

LEAVES = "[leaves]"
_MOST_TOKENS = 400
_ECHO = 60
"""Characters of the agent's own words that nobody repeats by chance."""
_OUR = r"(?:we|our (?:product|platform|software|solution|team|tool))"
_SELLS = re.compile(
    r"\bhow (?:can|may) i (?:help|assist)\b|\bi(?:'m| am) here to help\b|\bhappy to (?:help|assist) you\b"
    rf"|\b{_OUR} (?:offers?|provides?|can help|specializ\w+)\b"
    r"|\b(?:shall|should|can|may) (?:i|we) (?:book|schedule|arrange) (?:\w+ ){0,3}(?:call|demo|meeting) for you\b"
    r"|\bwhat (?:is|'s) your (?:budget|timeline|company)\b|\bas an ai\b"
    r"|\bwie kann ich (?:ihnen|dir) helfen\b|\bals (?:ki|assistent)\b"
)
_STAGE = re.compile(r"^\s*(?:\[|\*|\(|(?:visitor|customer|user|agent|assistant|kunde)\s*:)", re.I)
_REMINDER = "That was not a message of the customer: {why}. Write the customer's next message again, and nothing else."


class OutOfRole(Exception):
    """The model does not play the visitor; the message says how."""


class SimulatedVisitor:
    """One visitor for one conversation."""

    def __init__(self, provider: Provider, budget: Budget, persona: Persona, *, company: str) -> None:
        self._gateway = Gateway(provider, budget=budget)
        self._persona = persona
        self._brief = _prompt().render(persona=persona, company=company, leaves=LEAVES).strip()

    async def next_message(self, turns: Sequence[TurnTrace]) -> str | None:
        """What they write now; None when they leave. Raises OutOfRole, also when nobody plays them."""
        if len(turns) >= self._persona.most_turns:
            return None
        request = Request((Message(Role.system, self._brief), *_seen_by_them(turns)), (), _MOST_TOKENS)
        said = await self._ask(request)
        why = drift(said, turns)
        if why:
            retold = (Message(Role.assistant, said), Message(Role.user, _REMINDER.format(why=why)))
            said = await self._ask(Request((*request.messages, *retold), (), _MOST_TOKENS))
            why = drift(said, turns)
        if why:
            raise OutOfRole(f"the simulated visitor fell out of their role: {why}")
        return None if LEAVES in said else said

    async def _ask(self, request: Request) -> str:
        completion = await self._gateway.complete(request, deadline=self._gateway.deadline())
        if completion.finish is not Finish.stop:
            raise OutOfRole(f"nobody played the visitor: {completion.finish.value} {completion.detail}".strip())
        return completion.text.strip()


def drift(said: str, turns: Sequence[TurnTrace]) -> str:
    """How a message is not the visitor's; empty when it is."""
    if LEAVES in said:
        return ""
    text = plain(said)
    if not text or len(said) > MAX_MESSAGE:
        return "it is empty" if not text else "it is longer than a chat message"
    if _SELLS.search(text):
        return "it speaks for the company"
    if _STAGE.search(said):
        return "it has a stage direction or a name before it"
    if any(_echoes(text, plain(turn.reply)) for turn in turns):
        return "it repeats the assistant"
    return ""


def _echoes(text: str, reply: str) -> bool:
    return any(text[start : start + _ECHO] in reply for start in range(0, max(1, len(text) - _ECHO + 1), 10)) and (
        len(text) >= _ECHO
    )


def _seen_by_them(turns: Sequence[TurnTrace]) -> list[Message]:
    """The conversation from the other side: their own messages are the model's, the agent's are addressed to it."""
    talk: list[Message] = [Message(Role.user, "(The chat is open. Write your first message.)")]
    for turn in turns:
        talk.append(Message(Role.assistant, "\n".join(turn.visitor)))
        talk.append(Message(Role.user, turn.reply or "(no answer)"))
    return talk


@lru_cache
def _prompt() -> Template:
    text = files(__package__).joinpath("persona.md").read_text(encoding="utf-8")
    # A prompt is plain text for a model, not HTML: escaping would garble names.
    environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    return environment.from_string(text)
