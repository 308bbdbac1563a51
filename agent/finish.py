"""Every way a message from a model can end, and what a turn then does. Pure; no library, no clock.

Source of the rows: what OpenAI's wire and LangChain were seen to do (cut streams that look whole, empty answers
after a refusal, tool calls left behind by a broken stream). The table is complete by test: a new ending without a
row does not pass.
"""

from collections.abc import Set as AbstractSet
from enum import StrEnum


class Finish(StrEnum):
    """How a model's message ended."""

    stop = "stop"
    """A whole message with words in it."""
    tool_calls = "tool_calls"
    """A whole message that asks for tools. The only ending after which a tool may run."""
    length = "length"
    """The output limit cut it."""
    content_filter = "content_filter"
    """The provider's filter stopped it."""
    refusal = "refusal"
    """The model declined, in words of its own."""
    empty = "empty"
    """A whole message with nothing in it."""
    cut_off = "cut_off"
    """The stream ended, politely or not, and no reason was ever given."""
    garbage = "garbage"
    """It broke the wire's rules: not JSON, not a stream, an unknown reason, or anything we did not foresee."""
    timeout = "timeout"
    """Nothing came within the time budget."""
    unavailable = "unavailable"
    """No connection, a server error, or a key or model the provider will not serve."""
    rate_limited = "rate_limited"
    """Too many requests, and no room in the budget to wait."""
    out_of_credit = "out_of_credit"
    """The account has no money left; waiting does not help, the operator must act."""
    context_too_long = "context_too_long"
    """The conversation does not fit the model's window."""
    bad_request = "bad_request"
    """The provider will not take this request as it is."""


class Action(StrEnum):
    """What the turn does next."""

    run_tools = "run_tools"
    deliver = "deliver"
    repair_once = "repair_once"
    """Tell the model its message was cut for length and ask for a shorter one."""
    regenerate = "regenerate"
    """Ask again with the same words; what was heard so far is void."""
    trim_once = "trim_once"
    """Drop the older half of the history and ask again."""
    fallback = "fallback"
    """Let the built-in interviewer answer, now and for the rest of the turn."""
    hand_off = "hand_off"
    """Say the fixed copy and hand the lead to a person."""


class Copy(StrEnum):
    """Keys of the fixed sentences a visitor may see instead of a model's words. The words live with the prompts."""

    unavailable = "unavailable"
    """We cannot answer now; your message is kept; you can book a time or leave an address."""
    cannot_help = "cannot_help"
    """We cannot help with that here; a colleague can."""
    needs_person = "needs_person"
    """Something went wrong on our side while doing it; a colleague takes over."""


ACTIONS: dict[Finish, Action] = {
    Finish.stop: Action.deliver,
    Finish.tool_calls: Action.run_tools,
    Finish.length: Action.repair_once,
    Finish.content_filter: Action.hand_off,
    Finish.refusal: Action.hand_off,
    Finish.empty: Action.regenerate,
    Finish.cut_off: Action.regenerate,
    Finish.garbage: Action.fallback,
    Finish.timeout: Action.fallback,
    Finish.unavailable: Action.fallback,
    Finish.rate_limited: Action.fallback,
    Finish.out_of_credit: Action.fallback,
    Finish.context_too_long: Action.trim_once,
    Finish.bad_request: Action.fallback,
}
"""The first thing to do about each ending."""

_NEXT: dict[Action, Action] = {
    Action.repair_once: Action.hand_off,
    Action.regenerate: Action.fallback,
    Action.trim_once: Action.fallback,
    Action.fallback: Action.hand_off,
}
"""What to do when a remedy that may be used once a turn has been used already."""

_DECLINED = frozenset({Finish.content_filter, Finish.refusal})


def action_for(finish: Finish, *, used: AbstractSet[Action]) -> Action:
    """What to do about `finish`, given the once-a-turn remedies already in `used`.

    A caller without a fallback model puts `Action.fallback` into `used` from the start.
    """
    action = ACTIONS[finish]
    while action in used and action in _NEXT:
        action = _NEXT[action]
    return action


def copy_for(finish: Finish) -> Copy:
    """Which fixed sentence the visitor sees when a turn ends in a hand-off after `finish`."""
    if finish in _DECLINED:
        return Copy.cannot_help
    if ACTIONS[finish] in {Action.run_tools, Action.deliver, Action.repair_once}:
        return Copy.needs_person
    return Copy.unavailable
