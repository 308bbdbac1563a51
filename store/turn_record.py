"""What is kept of a finished turn: how it ended, what it cost, and what the tools were asked."""

from dataclasses import dataclass

from leads.identity import TurnId


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """How a turn went. Tokens as the provider reported them; the fingerprint names the exact prompt text."""

    outcome: str
    model: str
    prompt: str
    prompt_fingerprint: str
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class ToolCallRecord:
    """One tool call: the arguments as the model wrote them, and the line it was told."""

    id: str
    call_id: str
    name: str
    arguments: str
    result: str
    ok: bool
    turn_id: TurnId | None = None
