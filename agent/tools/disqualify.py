"""Propose that this is not a buyer; a person decides."""

from typing import Literal

from pydantic import Field

from actions.propose_disqualification import propose_disqualification
from agent.tool import Arguments, Scope, Told, Tool
from agent.tool_calls import ToolMode
from leads.stage import ReasonCode


class Verdict(Arguments):
    """Why, in their words."""

    reason: Literal[
        "student",
        "job_seeker",
        "vendor",
        "competitor",
        "support_request",
        "too_small",
        "no_need",
        "not_interested",
        "spam",
    ]
    quote: str = Field(description="The visitor's own words that show it, word for word.", max_length=600)


async def _run(scope: Scope, verdict: Verdict) -> Told:
    if scope.findings.wary is not None:
        scope.findings.wary.not_a_buyer(verdict.reason)
    async with scope.workspace.unit() as uow:
        await propose_disqualification(
            uow, scope.book, scope.conversation_id, reason=ReasonCode(verdict.reason), quote=verdict.quote
        )
    return Told("Proposed to the team. Stay helpful and polite, point them to what fits, and do not offer a meeting.")


disqualify = Tool(
    name="disqualify",
    description="Propose to the team that this visitor is not a buyer (student, job seeker, vendor, too small …).",
    mode=ToolMode.WRITE,
    arguments=Verdict,
    run=_run,
)
