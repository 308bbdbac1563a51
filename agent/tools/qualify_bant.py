"""Note what the visitor said about budget, authority, need or timeline."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from actions.note_bant import Heard, note_bant
from agent.tool import Arguments, Deed, Scope, Told, Tool
from agent.tool_calls import ToolMode
from leads.bant import Factor, FactorStatus


class FactorName(StrEnum):
    """The four factors."""

    BUDGET = "budget"
    AUTHORITY = "authority"
    NEED = "need"
    TIMELINE = "timeline"


class Statement(Arguments):
    """One statement of the visitor."""

    factor: FactorName
    value: str = Field(
        description=(
            "The value in a few words: 'EUR 30000/year', 'by 2027-05-31'; authority begins with decision_maker, "
            "influencer, researcher or shared; begin with 'no ...' when there is none ('no budget yet')."
        ),
        max_length=200,
    )
    status: Literal["stated", "confirmed", "refused"] = Field(description="'refused' when they would rather not say.")
    quote: str = Field(description="The visitor's own words, word for word, from one message.", max_length=600)
    correction: bool = Field(default=False, description="True when they take back what they said before.")


async def _run(scope: Scope, said: Statement) -> Told:
    heard = Heard(Factor(said.factor.value), said.value, said.quote, said.status == "refused", said.correction)
    async with scope.workspace.unit() as uow:
        view = await note_bant(uow, scope.book, scope.conversation_id, heard)
    if view.status is FactorStatus.CONTRADICTED:
        return Told(f"Noted, but it does not agree with what they said before about {said.factor}. Ask which holds.")
    return Told(f"Noted: {said.factor} is {view.status.value}.", (Deed.NOTED,))


qualify_bant = Tool(
    name="qualify_bant",
    description=(
        "Note what the visitor said about budget, authority, need or timeline. Only what they said about their own "
        "situation; never a question, a guess or your own words."
    ),
    mode=ToolMode.WRITE,
    arguments=Statement,
    run=_run,
)
