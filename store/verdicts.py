"""Verdicts: what people said of leads that were handed to them, with the score that had sent them. For the metrics."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.actor import Actor
from leads.lead import Lead
from leads.signal import ActorKind
from leads.stage import ReasonCode, Stage
from store.pipeline_tables import lead_verdicts


class Verdict(StrEnum):
    """What was said."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    DISQUALIFIED = "disqualified"


@dataclass(frozen=True, slots=True)
class LeadVerdict:
    """One verdict, on a lead as it stood then."""

    verdict: Verdict
    stage: Stage
    score_total: float
    score_version: int
    ready: bool
    actor: ActorKind
    at: datetime
    reason: ReasonCode | None = None


class Verdicts:
    """What people said; verdicts are only added."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add(
        self, lead: Lead, verdict: Verdict, *, id: str, actor: Actor, at: datetime, reason: ReasonCode | None = None
    ) -> None:
        """Append one verdict; `lead` is as it was before."""
        await self._db.execute(
            insert(lead_verdicts).values(
                id=id,
                lead_id=lead.id,
                verdict=verdict.value,
                reason_code=reason.value if reason else None,
                stage=lead.standing.stage.value,
                score_total=lead.score.total,
                score_fit=lead.score.fit,
                score_version=lead.score.version,
                ready=lead.ready,
                actor=actor.kind.value,
                actor_id=actor.id,
                at=at,
            )
        )

    async def of_lead(self, lead_id: str) -> list[LeadVerdict]:
        """Every verdict on a lead, oldest first."""
        query = select(lead_verdicts).where(lead_verdicts.c.lead_id == lead_id)
        rows = (await self._db.execute(query.order_by(lead_verdicts.c.at, lead_verdicts.c.id))).all()
        return [
            LeadVerdict(
                Verdict(row.verdict),
                Stage(row.stage),
                row.score_total,
                row.score_version,
                row.ready,
                ActorKind(row.actor),
                row.at,
                ReasonCode(row.reason_code) if row.reason_code else None,
            )
            for row in rows
        ]
