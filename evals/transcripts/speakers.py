"""Who is the visitor where a file gives only names: told by well-known words, or by the one who asks for the import."""

from collections.abc import Iterable, Mapping

from evals.transcripts.transcript import Speaker

_VISITOR = frozenset(
    "visitor user customer prospect client buyer guest caller lead human contact patient shopper "
    "kunde kundin client interessent cliente".split()
)
_AGENT = frozenset(
    "agent assistant bot rep sdr ae ai seller vendor sales support operator advisor consultant host company model "
    "chatbot gpt salesperson salesman saleswoman representative verkäufer vertrieb vendedor commercial".split()
)
_ALONE = frozenset({"system", "developer", "instructions"})


class WhoIsWho(ValueError):
    """The visitor cannot be told from the names; the sentence says which names there are."""


def known(name: str) -> Speaker | None:
    """Who a name stands for by itself ("Sales Rep", "Customer 2"), or None."""
    words = {word.strip(".:#0123456789") for word in name.casefold().replace("_", " ").split()}
    if words & _ALONE:
        return Speaker.SYSTEM
    if words & _AGENT:
        return Speaker.AGENT
    return Speaker.VISITOR if words & _VISITOR else None


def told_apart(names: Iterable[str], visitor: str | None) -> Mapping[str, Speaker]:
    """Who each name is. With `visitor` given everybody else is the agent. Raises WhoIsWho."""
    listed = list(dict.fromkeys(names))
    if visitor is not None:
        if not any(_same(name, visitor) for name in listed):
            raise WhoIsWho(f"nobody here is called {visitor}")
        return {n: Speaker.VISITOR if _same(n, visitor) else _not_visitor(n) for n in listed}
    who = {name: known(name) for name in listed}
    open_ = [name for name, speaker in who.items() if speaker is None]
    if len(open_) == 1 and len(listed) - len(open_) and not all(s is Speaker.SYSTEM for s in who.values() if s):
        taken = {speaker for speaker in who.values() if speaker is not None}
        who[open_[0]] = Speaker.AGENT if Speaker.VISITOR in taken else Speaker.VISITOR
        open_ = []
    if open_ or Speaker.VISITOR not in who.values():
        raise WhoIsWho("who of them is the visitor is not said: " + ", ".join(listed[:6]))
    return {name: speaker for name, speaker in who.items() if speaker is not None}


def _not_visitor(name: str) -> Speaker:
    return Speaker.SYSTEM if known(name) is Speaker.SYSTEM else Speaker.AGENT


def _same(name: str, other: str) -> bool:
    return name.strip().casefold() == other.strip().casefold()
