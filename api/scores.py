"""Scores: the receipt, for now or replayed for another moment or other rules, and what people give or take by hand."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from actions.add_key import Scope
from actions.adjust_score import adjust_score
from actions.replay_score import Explanation, replay_score
from api.auth import ActorDep, needs, rep_acting
from api.desk import Desk, DeskDep
from api.instants import instant
from api.lead_shapes import AdjustmentBody, AheadShown, CappedShown, CrossedShown, LearnableShown, ScoreInFull
from api.lead_views import score_explained
from leads.identity import LeadId
from leads.outlook import Learnable

Version = Annotated[str | None, QueryParameter(max_length=10)]


class ScoreRoutes(Controller):
    """`/v1/leads/{id}/score`."""

    path = "/leads/{lead_id:str}/score"

    @get("/", operation_id="explainScore", guards=[needs(Scope.LEADS_READ)])
    async def explain(
        self, desk: DeskDep, lead_id: FromPath[str], as_of: FromQuery[datetime | None] = None, version: Version = None
    ) -> ScoreInFull:
        """The score as a receipt: the lines' points add up to the total.

        `as_of` replays it for a moment that has passed, with what had reached us by then (attributes are today's);
        `version` replays it under other rules: a number, 0 for the playbook's file, or `draft`.
        """
        then = instant(as_of, "as_of") if as_of else None
        async with desk.workspace.reading() as uow:
            return in_full(desk, await replay_score(uow, desk.book, LeadId(lead_id), as_of=then, version=version))

    @post("/adjustments", operation_id="adjustScore", guards=[needs(Scope.LEADS_WRITE)])
    async def adjust(
        self, desk: DeskDep, actor: ActorDep, lead_id: FromPath[str], data: JSONBody[AdjustmentBody]
    ) -> ScoreInFull:
        """Give or take points by hand. Only a person does: call for one of the team (`Opener-Rep`)."""
        rep_acting(actor)
        until = instant(data.expires_at, "expires_at") if data.expires_at else None
        async with desk.workspace.unit() as uow:
            await adjust_score(
                uow,
                desk.book,
                LeadId(lead_id),
                points=data.points,
                reason=data.reason,
                actor=actor,
                expires_at=until,
            )
            return in_full(desk, await replay_score(uow, desk.book, LeadId(lead_id)))


def in_full(desk: Desk, found: Explanation) -> ScoreInFull:
    """The receipt with everything around it, as it is sent."""
    receipt = found.receipt
    shown = score_explained(receipt)
    return ScoreInFull(
        total=shown.total,
        fit=shown.fit,
        engagement=shown.engagement,
        negative=shown.negative,
        grade=shown.grade,
        lines=shown.lines,
        missing=shown.missing,
        as_of=shown.as_of,
        version=shown.version,
        capped=[
            CappedShown(line.group.value if line.group and line.rule != "bounds" else None, -line.points)
            for line in receipt.capped
        ],
        next=[AheadShown(one.at, one.total, one.why, one.rule) for one in found.ahead],
        what_would_change=[_learnable(desk, one) for one in found.learnable],
        ready=found.ready,
        stops=list(receipt.stops),
        crossed=[CrossedShown(one.threshold_id, one.at, one.total, one.rules_version) for one in found.firings],
    )


def _learnable(desk: Desk, one: Learnable) -> LearnableShown:
    if one.factor is None:
        return LearnableShown(one.points, one.how, attribute=one.attribute)
    ways = desk.book.agent.questions.get(one.factor, ())
    return LearnableShown(one.points, one.how, question=one.factor.value, ask=ways[0] if ways else None)
