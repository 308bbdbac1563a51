"""Counting deals for reports, with what is asked of their leads."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    extract,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.attribution import Journey, Model, Touch
from leads.opportunity import DealState
from leads.pipeline import AlikeDeals, Cycle, WonDeal
from leads.signal import ActorKind
from store.conversation_tables import conversations
from store.people_tables import activities, leads
from store.pipeline_tables import opportunities
from store.report_tables import milestones
from store.together import instant_in_json, together
from store.types import instant_of

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
_TOUCHES_IN: msgspec.json.Decoder[tuple[Touch, ...]] = msgspec.json.Decoder(tuple[Touch, ...])
_O, _M, _C = opportunities.c, milestones.c, conversations.c
DIVISIONS: Mapping[str, ColumnElement[str]] = {
    "stage": _O.stage,
    "source": _M.source,
    "campaign": _M.campaign,
    "owner": _O.owner_id,
    "currency": _O.currency,
}
"""What deals can be divided by, and the column that says it."""


class DealReports:
    """Deals as reports see them; those of test leads are none."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def counted(
        self, part: str, *, start: datetime, end: datetime, probabilities: Mapping[str, float]
    ) -> list[AlikeDeals]:
        """Deals created or closed from `start` up to `end`, and all that are open, by the values of a division."""
        created = and_(_O.created_at >= start, _O.created_at < end)
        closed = and_(_O.closed_at >= start, _O.closed_at < end)
        is_open = _O.state == DealState.OPEN.value
        each = (
            _ours(
                DIVISIONS[part].label("value"),
                _O.currency.label("currency"),
                _O.stage.label("stage"),
                case((or_(is_open, closed), _O.state), else_="").label("standing"),
                created.label("created"),
                # Only where it is asked for, for each is a look at the lead's conversations.
                case((created, _chat_made_the_lead()), else_=false()).label("sourced"),
                case((created, _chat_before_the_deal()), else_=false()).label("influenced"),
                _O.amount.label("amount"),
            )
            .where(or_(is_open, created, closed))
            .subquery()
        ).c
        alike = (each.value, each.currency, each.stage, each.standing, each.created, each.sourced, each.influenced)
        query = select(*alike, func.count(), func.sum(each.amount)).group_by(*alike)
        return [
            AlikeDeals(
                value,
                currency,
                probabilities.get(stage, 0.0),
                DealState(standing) if standing else None,
                bool(new),
                bool(sourced),
                bool(influenced),
                count,
                amount,
            )
            for value, currency, stage, standing, new, sourced, influenced, count, amount in await self._rows(query)
        ]

    async def cycles(self, part: str, *, start: datetime, end: datetime) -> list[Cycle]:
        """How long each deal took that was won in the period."""
        took = cast(extract("epoch", _O.closed_at), BigInteger) - _M.created_s
        query = _ours(DIVISIONS[part], _O.currency, took).where(*_won(start, end))
        return [Cycle._make(row) for row in await self._rows(query)]

    async def won(self, *, currency: str, start: datetime, end: datetime, model: Model) -> list[WonDeal]:
        """The deals of one currency that were won in the period, with the touches that the model gives credit for."""
        touches = _touches(self._db.dialect.name, until=_O.closed_at if model is Model.FULL_PATH else _O.created_at)
        query = (
            _ours(_O.amount, _M.source, touches, leads.c.created_at, _O.created_at, _O.closed_at)
            .join(leads, leads.c.id == _O.lead_id)
            .where(*_won(start, end), _O.currency == currency)
        )
        return [
            WonDeal(amount, source, Journey(_touches_in(told or "[]"), *instants))
            for amount, source, told, *instants in await self._rows(query)
        ]

    async def _rows(self, query: Select[Any]) -> Sequence[Any]:
        rows: Sequence[Any] = (await self._db.execute(query)).all()
        return rows


def _ours(*columns: ColumnElement[Any]) -> Select[Any]:
    """These columns of deals with the milestones of their leads."""
    asked = select(*columns).select_from(opportunities.join(milestones, _M.lead_id == _O.lead_id))
    return asked.where(_M.is_test.is_(False))


def _won(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return _O.state == DealState.WON.value, _O.closed_at >= start, _O.closed_at < end


def _touches(dialect: str, *, until: ColumnElement[datetime]) -> ColumnElement[Any]:
    """What the person behind a deal did until then, as one text."""
    a = activities.c
    told: ColumnElement[Any] = func.nullif(a.properties["utm_source"].as_string(), "")
    if dialect == "sqlite":  # which holds what is no JSON too (NaN), and stops at it
        told = case((func.json_valid(a.properties), told), else_=None)
    source = func.substr(cast(func.coalesce(told, func.nullif(a.source, ""), "direct"), Text), 1, 80)
    return (
        select(together(dialect, instant_in_json(dialect, a.occurred_at), source))
        .where(a.lead_id == _O.lead_id, a.occurred_at <= until, a.actor == ActorKind.HUMAN.value)
        .where(or_(*(a.type.like(kind) for kind in TOUCHES)))
        .correlate(opportunities)
        .scalar_subquery()
    )


def _touches_in(told: str) -> tuple[Touch, ...]:
    """The touches in such a text: at once, or one by one where another hand stored an instant with its zone."""
    try:
        return _TOUCHES_IN.decode(told)
    except msgspec.MsgspecError:
        return tuple(Touch(instant_of(at.removesuffix("Z")), source) for at, source in json.loads(told))


def _chat_made_the_lead() -> ColumnElement[bool]:
    """A chat stood at the lead's beginning; one that has gone, or goes on elsewhere, left its second in the milestones.

    A chat of an earlier cycle that came to this one later was not its beginning (`actions.hear_visitor`).
    """
    came = activities.c.dedup_key == "chat.started:" + _C.id + ":" + leads.c.id
    later = exists().where(came, activities.c.occurred_at > leads.c.created_at)
    began = exists().where(
        _C.lead_id == _O.lead_id, leads.c.id == _C.lead_id, _C.opened_at <= leads.c.created_at, ~later
    )
    return or_(began, func.coalesce(_M.chat_s <= _M.created_s, false()))


def _chat_before_the_deal() -> ColumnElement[bool]:
    began = exists().where(_C.lead_id == _O.lead_id, _C.opened_at <= _O.created_at)
    return or_(began, func.coalesce(_M.chat_s <= extract("epoch", _O.created_at), false()))
