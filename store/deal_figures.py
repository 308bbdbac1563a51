"""Reading deals for reports, with what is asked of their leads."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.attribution import Touch
from leads.opportunity import DealState
from leads.pipeline import DealFacts
from leads.signal import ActorKind
from store.conversation_tables import conversations
from store.people_tables import activities, leads
from store.pipeline_tables import opportunities
from store.report_tables import milestones

TOUCHES = (
    "form.%",
    "page.viewed",
    "email.clicked",
    "email.replied",
    "webinar.%",
    "content.%",
    "chat.started",
    "social.%",
)
"""What the person did that counts as a touch: opens do not, because machines open mails (domain.md §7)."""
_O = opportunities.c


class DealReports:
    """Deals as reports see them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def deals(self, *, start: datetime, end: datetime, probabilities: Mapping[str, float]) -> list[DealFacts]:
        """Deals created or closed in the period (its end not included), and all that are open."""
        first_chat = (
            select(func.min(conversations.c.opened_at)).where(conversations.c.lead_id == _O.lead_id).scalar_subquery()
        )
        asked = or_(
            _O.state == DealState.OPEN.value,
            and_(_O.created_at >= start, _O.created_at < end),
            and_(_O.closed_at >= start, _O.closed_at < end),
        )
        query = (
            select(
                opportunities,
                leads.c.source,
                leads.c.campaign,
                leads.c.created_at.label("lead_at"),
                milestones.c.chat_s,
                first_chat,
            )
            .join(leads, leads.c.id == _O.lead_id)
            .outerjoin(milestones, milestones.c.lead_id == _O.lead_id)
            .where(asked, leads.c.is_test.is_(False))
        )
        return [_facts(row, probabilities) for row in (await self._db.execute(query)).all()]

    async def touches(self, *, start: datetime, end: datetime) -> dict[str, list[Touch]]:
        """What the people behind the deals won in the period did, by lead."""
        won = select(_O.lead_id).where(_O.state == DealState.WON.value, _O.closed_at >= start, _O.closed_at < end)
        a = activities.c
        query = select(a.lead_id, a.occurred_at, a.source, a.properties).where(
            a.lead_id.in_(won), a.actor == ActorKind.HUMAN.value, or_(*(a.type.like(kind) for kind in TOUCHES))
        )
        found: dict[str, list[Touch]] = {}
        for row in (await self._db.execute(query)).all():
            source = str((row.properties or {}).get("utm_source") or row.source or "direct")
            found.setdefault(row.lead_id, []).append(Touch(row.occurred_at, source[:80]))
        return found


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _facts(row: Any, probabilities: Mapping[str, float]) -> DealFacts:
    return DealFacts(
        id=row.id,
        amount=Decimal(row.amount),
        currency=row.currency,
        stage=row.stage,
        state=DealState(row.state),
        created_at=row.created_at,
        closed_at=row.closed_at,
        lead_id=row.lead_id,
        lead_created_at=row.lead_at,
        source=row.source,
        campaign=row.campaign,
        owner=row.owner_id,
        chat_at=row[-1] or _instant(row.chat_s),  # an erasure takes the chat and leaves when it began
        probability=probabilities.get(row.stage, 0.0),
    )
