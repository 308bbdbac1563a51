"""sequences.yaml: follow-up mails in steps. Checked here; the sequence engine reads them."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from leads.consent import Purpose
from playbook.conditions import When
from playbook.fault import one_of, shown
from playbook.fields import Key, Line, Text
from playbook.nurture_section import NurtureSection
from playbook.schema import Problem, Section, refuse

PLACEHOLDERS = frozenset({"first_name", "company", "agent_name", "company_name", "meeting_link", "need"})
"""What a mail may fill in. `company` and `company_name` are theirs and ours."""
NEED_FALLBACK = frozenset({"first_name", "company", "need"})
"""What is not known of everybody, so a word must be given that stands there instead."""

_OPEN = re.compile(r"{{(.*?)}}", re.DOTALL)
_DELAY = re.compile(r"(\d{1,3}) (minutes?|hours?|days?|business days?)")


def _filled(text: str) -> str:
    if problems := [problem for inside in _OPEN.findall(text) for problem in _placeholder(inside)]:
        raise refuse(*problems)
    if "{{" in _OPEN.sub("", text) or "}}" in _OPEN.sub("", text):
        raise refuse(Problem("a placeholder is not closed", "{{first_name|there}}"))
    return text


def _placeholder(inside: str) -> list[Problem]:
    name, bar, instead = (part.strip() for part in inside.partition("|"))
    if name not in PLACEHOLDERS:
        return [Problem(f"nothing fills {shown(name)}", one_of(name, PLACEHOLDERS))]
    if name in NEED_FALLBACK and not (bar and instead):
        return [Problem(f"{name} is not known of everybody", f"{{{{{name}|a word to stand there instead}}}}")]
    return []


def _delay(raw: object) -> str:
    match = _DELAY.fullmatch(str(raw).strip())
    if not match or (match[2].startswith("day") and int(match[1]) > 365):
        allowed = "a number and minutes, hours, days or business days, such as 2 business days"
        raise refuse(Problem(f"{shown(raw)} is not a delay", allowed))
    return match[0]


class StepSection(Section):
    """One mail. The delay counts from the step before, the first one from the start."""

    delay: Annotated[str, PlainValidator(_delay)] = Field(description="such as 2 business days")
    subject: Annotated[Line, AfterValidator(_filled)] | None = Field(
        None, description="left out: a reply in the thread"
    )
    body: Annotated[Text, AfterValidator(_filled)] = Field(
        description="the mail, in Markdown; {{first_name|there}} is filled in"
    )


class SequenceSection(Section):
    """A few mails that stop when the person answers."""

    key: Key = Field(description="a short name, such as after_chat")
    title: Line = Field(description="what the console calls it")
    purpose: Purpose = Field(description="what the person agreed to")
    start_when: When | None = Field(None, description="the condition under which it starts by itself")
    steps: Annotated[tuple[StepSection, ...], Field(min_length=1, max_length=12)] = Field(description="a list of steps")

    @model_validator(mode="after")
    def _begins_a_thread(self) -> "SequenceSection":
        if self.steps[0].subject is None:
            raise refuse(Problem("the first mail has no subject", "a subject", ("steps", 0, "subject")))
        return self


class SequencesFile(Section):
    """The whole file."""

    named_by: ClassVar[Mapping[str, str]] = {"sequences": "key"}

    sequences: tuple[SequenceSection, ...] = Field((), description="a list of sequences")
    nurture: NurtureSection = Field(NurtureSection(), description="silence_days and the rules that choose a track")

    @model_validator(mode="after")
    def _names_what_is_there(self) -> "SequencesFile":
        known = frozenset(sequence.key for sequence in self.sequences)
        problems = [
            Problem(f"there is no sequence {shown(rule.sequence)}", one_of(rule.sequence, known), path)
            for index, rule in enumerate(self.nurture.rules or ())
            if rule.sequence is not None and rule.sequence not in known
            for path in [("nurture", "rules", index, "sequence")]
        ]
        if problems:
            raise refuse(*problems)
        return self
