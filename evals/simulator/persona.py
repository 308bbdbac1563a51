"""The card a simulated visitor plays from."""

from typing import Annotated

from pydantic import Field

from playbook.fields import Line
from playbook.schema import Section

Words = Annotated[str, Field(min_length=1, max_length=1000)]


class Persona(Section):
    """Who writes, what they want, and what they only say when they are asked for it.

    `most_turns` ends a conversation that does not end by itself.
    """

    who: Words
    wants: Words
    tells_when_asked: dict[Line, Words] = Field(default_factory=dict, description="what about, and what they say")
    never_says: tuple[Words, ...] = Field(default=(), description="what they keep to themselves")
    manner: Words = "Friendly and brief."
    language: Line = "English"
    leaves_when: Words
    most_turns: int = Field(default=10, ge=1, le=40)
