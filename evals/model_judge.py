"""A model's opinion on a conversation, for what no rule can tell, such as whether the tone was kind.

It is never the only check: it is asked beside the checks of the case, where a live model answers, and counts as a wish.
The conversation is handed over as material between marks that it cannot contain.
"""

import re
from collections.abc import Sequence
from importlib.resources import files
from secrets import token_hex

from agent.attempt import Budget
from agent.finish import Finish
from agent.gateway import Gateway
from agent.provider import Message, Provider, Request, Role
from evals.trace import Trace
from evals.verdict import Finding, Verdict, Weight, judged

_LINE = re.compile(r"^\W*(\d+)\W+(yes|no)\b\W*(.*)$", re.I | re.M)
_MOST_TOKENS = 1200


async def model_verdicts(provider: Provider, budget: Budget, statements: Sequence[str], trace: Trace) -> list[Verdict]:
    """A verdict on each statement. One without a usable answer does not hold, and says so."""
    if not statements:
        return []
    gateway = Gateway(provider, budget=budget)
    request = Request((Message(Role.system, _brief()), Message(Role.user, _asked(statements, trace))), (), _MOST_TOKENS)
    completion = await gateway.complete(request, deadline=gateway.deadline())
    said = completion.text if completion.finish is Finish.stop else ""
    answers = {int(found[1]): (found[2].lower() == "yes", found[3].strip()) for found in _LINE.finditer(said)}
    nothing = (False, f"no usable answer ({completion.finish.value})")
    return [_verdict(statement, *answers.get(number, nothing)) for number, statement in enumerate(statements, 1)]


def _verdict(statement: str, holds: bool, why: str) -> Verdict:
    return judged(Finding("judge", holds, repr(statement), why[:300] or "no reason given"), weight=Weight.SHOULD)


def _asked(statements: Sequence[str], trace: Trace) -> str:
    mark = token_hex(8)  # nobody who wrote in the conversation could know it
    talk = [f"{who}: {text}" for who, text in _lines(trace)]
    listed = [f"{number} {statement}" for number, statement in enumerate(statements, 1)]
    return "\n".join(["Statements:", *listed, "", f"Conversation {mark} begins.", *talk, f"Conversation {mark} ends."])


def _lines(trace: Trace) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for turn in trace.turns:
        lines += [(beside.author, beside.text) for beside in trace.beside if beside.after == turn.number - 1]
        lines += [("visitor", text) for text in turn.visitor]
        lines.append(("assistant", turn.reply))
    return lines


def _brief() -> str:
    return files(__package__).joinpath("judge.md").read_text(encoding="utf-8").strip()
