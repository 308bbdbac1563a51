"""Who did something: a kind, and where it is one of ours or a program with a key, who exactly."""

from dataclasses import dataclass

from leads.signal import ActorKind


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts. `id` is a rep's id or an API key's; `name` is what people read."""

    kind: ActorKind
    id: str | None = None
    name: str = ""


BY_RULE = Actor(ActorKind.SYSTEM, name="rules")
"""Code acts, by the playbook's rules."""
BY_AGENT = Actor(ActorKind.AGENT, name="agent")
"""The agent acts, through a tool."""
