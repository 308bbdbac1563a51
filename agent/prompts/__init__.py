"""Prompts: Markdown files, filled with what the rules say, and named by a fingerprint of the filled text."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from leads.bant import Factor
from playbook.book import Playbook


@dataclass(frozen=True, slots=True)
class Prompt:
    """A filled prompt. The fingerprint changes with every change of words or rules, so a stored turn names its text."""

    name: str
    text: str
    fingerprint: str


def _load(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@lru_cache
def _environment() -> Environment:
    # Prompts are plain text for a model, not HTML: escaping would garble names.
    return Environment(loader=FunctionLoader(_load), undefined=StrictUndefined, autoescape=False)  # noqa: S701


def chat_prompt(book: Playbook) -> Prompt:
    """The instructions for a conversation: the same for every visitor, so that a provider can cache them."""
    questions = {factor.value: book.agent.questions[factor] for factor in Factor}
    text = (
        _environment()
        .get_template("chat.md")
        .render(
            company=book.company,
            questions=questions,
            signals=book.signals,
            meetings=book.meetings,
            book_when_known=book.agent.book_when_known,
        )
    )
    return Prompt("chat", text.strip(), sha256(text.strip().encode()).hexdigest()[:16])


def draft_prompt(book: Playbook) -> Prompt:
    """The instructions for a reply that a rep is to look at."""
    text = _environment().get_template("draft.md").render(company=book.company).strip()
    return Prompt("draft", text, sha256(text.encode()).hexdigest()[:16])


def colleague_note() -> str:
    """What the agent is told once a colleague was on the line."""
    return _load("colleague.md").strip()


def facts_message(facts: str) -> str:
    """The changing part: the facts sheet, fenced as data."""
    return _environment().get_template("facts.md").render(facts=facts.replace("```", "'''"))


def guarded_text() -> str:
    """The words of our own instructions (without what the playbook fills in), which must never be recited."""
    names = ("honesty", "qualifying", "next_step")
    return "\n".join(_load(f"parts/{name}.md") for name in names)


def prompt_files() -> list[str]:
    """Every prompt file there is, for the test that all of them are used."""
    room = files(__name__)
    parts = [f"parts/{p.name}" for p in room.joinpath("parts").iterdir() if p.name.endswith(".md")]
    return sorted([p.name for p in room.iterdir() if p.name.endswith(".md")] + parts)
