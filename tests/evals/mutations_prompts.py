"""Breaks of what a model is shown: its instructions, the facts, and what a tool answers.

A scripted model says its lines whatever it is shown, so only a recording can mind them, and every one does.
"""

import agent.facts
import agent.prompts
from agent.tools import read_lead_context
from tests.evals.mutation import Mutation

_LOADED = 'files(__name__).joinpath(name).read_text(encoding="utf-8")'

INSTRUCTIONS = (
    Mutation(
        "a sentence of the instructions has another word",
        agent.prompts._load,
        _LOADED,
        f'{_LOADED}.replace("Only numbers that", "Any numbers that")',
    ),
    *(
        Mutation(
            f"the instructions have lost {lost}",
            agent.prompts._load,
            _LOADED,
            f'{_LOADED} if name != "parts/{part}.md" else ""',
        )
        for part, lost in (
            ("persona", "who is speaking"),
            ("honesty", "what must never be said"),
            ("qualifying", "how to qualify"),
            ("next_step", "what comes next"),
        )
    ),
    Mutation(
        "the instructions name no signs of interest",
        agent.prompts.chat_prompt,
        "signals=book.signals",
        "signals=()",
    ),
    Mutation(
        "the facts are not fenced as data any more",
        agent.prompts._load,
        _LOADED,
        f'{_LOADED}.replace("```", "")',
    ),
    Mutation(
        "the facts do not say what is still to be asked",
        agent.facts.facts_sheet,
        "[factor.value for factor in context.bant.missing]",
        "[]",
    ),
)
"""What each turn of each recording shows the model."""
ANSWERS = (
    Mutation(
        "the tool that reads what is known tells nothing",
        read_lead_context.run,
        "Told(facts_sheet(context, scope.book, now))",
        'Told("")',
    ),
)
"""What a recording minds in which the tool was called."""
