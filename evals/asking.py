"""Which of the four factors a reply asks for: by the playbook's own wordings, else by the words of its questions.

The exam has a list of its own: with the agent's (`agent.interviewer.asking`) it could not see what the agent misses.
"""

import re
from collections.abc import Mapping, Sequence

from agent.sentences import split
from leads.bant import Factor
from leads.evidence import plain

_MARKS: Mapping[Factor, re.Pattern[str]] = {
    Factor.NEED: re.compile(
        r"what (?:problem|challenge|goes wrong|brings you|would you (?:most )?like to (?:change|improve|solve))"
        r"|what are you (?:hoping|looking|trying) (?:to|for)|biggest (?:problem|challenge|pain)"
    ),
    Factor.TIMELINE: re.compile(
        r"\b(?:by when|how soon|deadline|time ?line|time ?frame|target date)\b"
        r"|when (?:do|would|will|should|must) (?:you|it|this|the new)\b"
        r".*\b(?:need|live|start|running|ready|begin|decide)"
        r"|which (?:month|quarter|season)"
    ),
    Factor.BUDGET: re.compile(
        r"\bbudget\b|set aside|order of magnitude|which yearly sum"
        r"|how much (?:can|could|would|do) you (?:want to |like to )?(?:spend|pay|invest)"
    ),
    Factor.AUTHORITY: re.compile(
        r"who (?:decides|else|besides|signs|approves|takes part|is involved)|sign(?:s|ed)? (?:this |that |it )?off"
        r"|(?:are you|is it you|is it) the (?:one|person) (?:who|deciding)|decision.?mak"
    ),
}


def questions_in(reply: str) -> list[str]:
    """The sentences of a reply that ask something."""
    return [sentence.strip() for sentence in split(reply) if sentence.rstrip().rstrip("\"'”»)*_").endswith(("?", "？"))]


def asked_factors(reply: str, wordings: Mapping[Factor, Sequence[str]]) -> tuple[Factor, ...]:
    """The factors a reply asks for, in asking order."""
    questions = [plain(question) for question in questions_in(reply)]
    return tuple(f for f in Factor if any(_asks(question, f, wordings.get(f, ())) for question in questions))


def _asks(question: str, factor: Factor, wordings: Sequence[str]) -> bool:
    return any(plain(w) in question for w in wordings) or bool(_MARKS[factor].search(question))
