"""The steps of a case: what the visitor does, what happens to them, and what one of the team does meanwhile."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Tag, model_validator

from actions.capture_lead import CaptureContext
from agent.finish import Finish
from evals.script import told_apart
from leads.conversation import MAX_MESSAGE
from leads.stage import ReasonCode
from playbook.fault import shown
from playbook.fields import Email, Line
from playbook.schema import Problem, Section, refuse

Message = Annotated[str, Field(min_length=1, max_length=MAX_MESSAGE)]


class Burst(Section):
    """Several messages in a row, before anybody answers."""

    burst: Annotated[tuple[Message, ...], Field(min_length=2)]


def _a_while(value: object) -> timedelta:
    number, _, unit = str(value).partition(" ")
    units = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
    seconds = units.get(unit.removesuffix("s"))
    if not number.isdecimal() or seconds is None or not int(number):
        raise refuse(Problem(f"{shown(value)} is not a while", "a whole number and a unit, such as 2 days or 1 hour"))
    return int(number) * timedelta(seconds=seconds)


class Pause(Section):
    """Time passes; the only thing that moves the clock."""

    pause: Annotated[
        timedelta, BeforeValidator(_a_while, json_schema_input_type=Annotated[str, Field(pattern=r"^\d+ [a-z]+$")])
    ]


class Reload(Section):
    """The page is loaded again: everything that was said must still be there."""

    reload: Literal[True]


class ClickSlot(Section):
    """The visitor clicks the nth of the times on the screen and gives an address."""

    click_slot: Annotated[int, Field(ge=1, le=9)]
    email: Email
    name: Line | None = None


class Rival(Section):
    """Somebody else takes the nth of the times on the screen, with everybody who could have hosted it."""

    taken_meanwhile: Annotated[int, Field(ge=1, le=9)]


class Form(Section):
    """The visitor fills in a form on the website, beside the chat."""

    form: CaptureContext
    email: Email
    name: Line | None = None
    phone: Line | None = None
    company: Line | None = None
    title: Line | None = None
    fields: dict[str, str | int | float | bool] = Field(default_factory=dict, description="the form's own questions")


class RepAct(StrEnum):
    """What one of the team can do with the handoff of a conversation."""

    TAKES_OVER = "takes_over"
    SAYS = "says"
    GIVES_BACK = "gives_back"
    ACCEPTS = "accepts"
    RETURNS = "returns"


class Rep(Section):
    """One of the team acts on the newest handoff: `says` with a text, `returns` with a reason code."""

    rep: RepAct
    text: Message | None = None
    reason: ReasonCode | None = None

    @model_validator(mode="after")
    def _says_what(self) -> "Rep":
        if (self.rep is RepAct.SAYS) is (self.text is None):
            raise refuse(Problem("a rep who says something needs a text", "`text` with `rep: says`, and only there"))
        if self.reason is not None and self.rep not in {RepAct.RETURNS, RepAct.ACCEPTS}:
            raise refuse(Problem("no reason goes with that", "`reason` with `rep: returns` or `rep: accepts`"))
        return self


class ProviderFails(Section):
    """The model's provider fails in this way for one answer, however often it is asked.

    In that turn no line of a script or recording is read. Nothing happens to the built-in interviewer, which needs no
    provider.
    """

    fault: Literal[
        Finish.timeout,
        Finish.unavailable,
        Finish.rate_limited,
        Finish.out_of_credit,
        Finish.garbage,
        Finish.bad_request,
        Finish.context_too_long,
    ]


_KINDS = ("burst", "pause", "reload", "click_slot", "taken_meanwhile", "form", "rep", "fault")


def _kind_of(step: Any) -> str | None:
    """The tag of a step: the key that names it, or `text` for a message."""
    if isinstance(step, str):
        return "text"
    keys = step if isinstance(step, dict) else getattr(type(step), "model_fields", ())
    return next((key for key in _KINDS if key in keys), None)


Step = Annotated[
    Annotated[Message, Tag("text")]
    | Annotated[Burst, Tag("burst")]
    | Annotated[Pause, Tag("pause")]
    | Annotated[Reload, Tag("reload")]
    | Annotated[ClickSlot, Tag("click_slot")]
    | Annotated[Rival, Tag("taken_meanwhile")]
    | Annotated[Form, Tag("form")]
    | Annotated[Rep, Tag("rep")]
    | Annotated[ProviderFails, Tag("fault")],
    told_apart(_kind_of, "this is no step", f"a text, or a mapping with one of {', '.join(_KINDS)}"),
]
"""One thing that happens in a conversation."""
