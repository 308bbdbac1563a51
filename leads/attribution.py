"""Who brought the deal: the credit of a won amount, divided over the touches before it.

Touches are what the person did (a form, a click, a webinar, a chat): mails that were merely opened are none, because
machines open mails (domain.md §7), and neither are mails we sent. Every model gives credits that add up to one; where
two anchors fall on the same touch their weights are joined, and anchors that are not there give theirs to the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

HALF_LIFE = timedelta(days=7)
"""Of the model that lets old touches fade."""


class Model(StrEnum):
    """The ways to divide credit."""

    FIRST = "first"
    LAST = "last"
    CREATION = "creation"
    LINEAR = "linear"
    U_SHAPED = "u_shaped"
    W_SHAPED = "w_shaped"
    FULL_PATH = "full_path"
    TIME_DECAY = "time_decay"


class Touch(NamedTuple):
    """One thing the person did, and the source it came by."""

    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Journey:
    """The touches that lead to a deal, and the instants that the anchored models hold on to."""

    touches: tuple[Touch, ...]
    lead_created_at: datetime
    opportunity_at: datetime
    closed_at: datetime


def credits(journey: Journey, model: Model) -> Mapping[str, float]:
    """The share of each source, adding up to 1; nothing without a touch.

    Touches after the opportunity count for the full path only.
    """
    until = journey.closed_at if model is Model.FULL_PATH else journey.opportunity_at
    touches = sorted((t for t in journey.touches if t.at <= until), key=lambda t: t.at)
    if not touches:
        return {}
    shares = _shares(touches, journey, model)
    whole = sum(shares)
    brought: dict[str, float] = {}
    for touch, share in zip(touches, shares, strict=True):
        if share:
            brought[touch.source] = brought.get(touch.source, 0.0) + share / whole
    return brought


def _shares(touches: Sequence[Touch], journey: Journey, model: Model) -> list[float]:
    count, last = len(touches), len(touches) - 1
    match model:
        case Model.FIRST:
            return _anchored(count, {0: 1.0}, rest=0)
        case Model.LAST:
            return _anchored(count, {last: 1.0}, rest=0)
        case Model.LINEAR:
            return [1.0] * count
        case Model.TIME_DECAY:
            return [0.5 ** ((journey.opportunity_at - t.at) / HALF_LIFE) for t in touches]
    creation = _at_or_before(touches, journey.lead_created_at)
    if model is Model.CREATION:
        return _anchored(count, {creation: 1.0}, rest=0)
    if model is Model.U_SHAPED:
        return _anchored(count, _joined((0, 40.0), (creation, 40.0)), rest=20)
    opportunity = _at_or_before(touches, journey.opportunity_at)
    if model is Model.W_SHAPED:
        return _anchored(count, _joined((0, 30.0), (creation, 30.0), (opportunity, 30.0)), rest=10)
    anchors = _joined((0, 22.5), (creation, 22.5), (opportunity, 22.5), (last, 22.5))
    return _anchored(count, anchors, rest=10)


def _at_or_before(touches: Sequence[Touch], at: datetime) -> int:
    """The touch that an instant goes back to: the last one up to it, else the first."""
    return max((i for i, touch in enumerate(touches) if touch.at <= at), default=0)


def _joined(*anchors: tuple[int, float]) -> dict[int, float]:
    weights: dict[int, float] = {}
    for index, weight in anchors:
        weights[index] = weights.get(index, 0.0) + weight
    return weights


def _anchored(count: int, anchors: Mapping[int, float], *, rest: float) -> list[float]:
    """Each anchor's weight, and `rest` divided over the touches between; without any between, the anchors take it."""
    between = count - len(anchors)
    return [anchors.get(i, rest / between if between else 0.0) for i in range(count)]
