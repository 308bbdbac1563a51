"""The day and the hour a visitor named before: who says "at 4" after "Thursday" means Thursday at 4."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from agent.interviewer.scene import Scene
from agent.interviewer.times import find_moments
from leads.hours import zone_of

_REMEMBERED = 6  # messages
_A_DEADLINE = re.compile(r"\b(?:by|until|till|before|deadline|due|since|from)\b", re.I)
"""A day in such a message is when something must be done, not when they would meet."""


@dataclass(frozen=True, slots=True)
class EarlierWish:
    """What they had named by now; None where they had not."""

    day: date | None = None
    at: time | None = None


def earlier_wish(scene: Scene, local: datetime) -> EarlierWish:
    """The last day and the last hour they named; once a meeting is booked, its day."""
    said = (scene.meeting,) if scene.meeting else scene.visitor_said[-_REMEMBERED:]
    day: date | None = None
    at: time | None = None
    for text in reversed(said):
        if not scene.meeting and _A_DEADLINE.search(text):
            continue
        for moment in reversed(find_moments(text, now=local, zone=zone_of(scene.zone))):
            day, at = day or moment.day, at or (moment.time if moment.bound == "at" else None)
    return EarlierWish(day, None if scene.meeting else at)
