"""A case: one conversation, told as YAML, and what must be true when it is over.

A file reads from top to bottom: what it is about, when it happens, who comes, what they write, what a scripted model
would say, and what must, must not and should hold at the end. The types here are the format; the JSON schema beside
them is generated from them (`python -m evals.schema`).
"""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, model_validator

from actions.capture_lead import CaptureContext
from evals.expectation import Expectation, Prohibition, Text, Texts
from evals.modes import Mode
from evals.script import TurnLines
from evals.simulator.persona import Persona
from evals.steps import Step
from evals.twins import Twin
from leads.bant import Factor
from leads.conversation import Channel
from playbook.fault import one_of, shown
from playbook.fields import Email, Language, Line, Zone
from playbook.loader import FILES
from playbook.schema import Problem, Section, refuse

# --- who comes


class SaidBefore(Section):
    """A BANT factor that is on record, with the words it rests on."""

    value: Line
    quote: Line


class KnownLead(Section):
    """A person who is on record before the conversation begins, as if they had filled in a form.

    `verified` says that the visitor has proved to be this person; otherwise the visitor is a stranger to us, and the
    record belongs to somebody whose address they may or may not type.
    """

    email: Email
    name: Line | None = None
    phone: Line | None = None
    company: Line | None = None
    title: Line | None = None
    context: CaptureContext | None = Field(default=None, description="which form it was")
    fields: dict[str, str | int | float | bool] = Field(default_factory=dict, description="the form's own questions")
    bant: dict[Factor, SaidBefore] = Field(default_factory=dict, description="what they said in an earlier talk")
    verified: bool = False


class Arriving(Section):
    """What the browser tells of the visitor."""

    zone: Zone = "Europe/Berlin"
    language: Language = "en"
    url: str = Field(default="https://tidewell.example.com/", max_length=400)
    title: str = Field(default="Tidewell", max_length=200)


# --- the whole


def _files(value: Any) -> Any:
    unknown = [name for name in value if name not in FILES] if isinstance(value, dict) else []
    if unknown:
        raise refuse(Problem(f"no file of a playbook is called {shown(unknown[0])}", one_of(unknown[0], FILES)))
    return value


class Case(Section):
    """One case. `issues` is the case's own bug tracker: what is known to be wrong with it or with what it shows."""

    about: Annotated[str, Field(min_length=10, max_length=400)]
    clock: AwareDatetime = Field(description="when it begins, with its zone: 2026-11-24T09:00:00+01:00")
    channel: Literal[Channel.CHAT] = Channel.CHAT
    models: Annotated[tuple[Mode, ...], Field(min_length=1)] = (Mode.SCRIPTED, Mode.BUILT_IN)
    lead: KnownLead | None = None
    arrives: Arriving = Arriving()
    playbook: Annotated[dict[str, dict[str, Any]], BeforeValidator(_files)] = Field(
        default_factory=dict, description="what differs from the sample playbook, by file"
    )
    visitor: tuple[Step, ...] = Field(default=(), description="what happens, in order")
    persona: Persona | None = Field(default=None, description="a model plays the visitor instead; live only")
    draft: Texts = Field(
        default=(),
        description="instead of visitor: what they do, turn by turn, until a person writes the lines; not run as it is",
    )
    script: tuple[TurnLines, ...] = Field(default=(), description="the model's lines, turn by turn")
    must: Expectation = Expectation()
    must_not: Prohibition = Prohibition()
    should: Expectation = Expectation()
    fails: Texts = Field(
        default=(), description="checks that have to fail here, by full name: a canary, which shows that they can"
    )
    twins: dict[Annotated[str, Field(pattern=r"^[a-z0-9_]+$")], Twin] = Field(
        default_factory=dict, description="the same conversation held by somebody else"
    )
    benign_twin_of: Text | None = Field(
        default=None, description="the refusal that this harmless case looks like: `topic/title`"
    )
    judge: Texts = Field(default=(), description="statements that a live model is asked about; they count as wishes")
    issues: Texts = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> "Case":
        if [bool(self.visitor), bool(self.draft), self.persona is not None].count(True) != 1:
            wrong = "a case has the visitor's lines, a persona who writes them, or as a draft what they are to do"
            raise refuse(Problem(wrong, "either `visitor`, `persona` or `draft`", ("visitor",)))
        if self.persona is None and (Mode.SCRIPTED in self.models) is not bool(self.script):
            wrong = "a case for the scripted model needs a script, and no other case has one"
            raise refuse(Problem(wrong, "`script:` together with `scripted` in `models`", ("script",)))
        if Mode.LIVE in self.models:
            raise refuse(Problem("live is not a case's to ask for", "a model that needs no key", ("models",)))
        if not (self.must.model_fields_set or self.must_not.model_fields_set):
            raise refuse(Problem("nothing can fail here", "at least one line under `must` or `must_not`", ("must",)))
        return self
