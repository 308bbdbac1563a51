"""What they want of the times of a meeting: one of those offered, others, or a day and hour of their own."""

import re
from datetime import datetime, timedelta
from typing import Any

from agent.interviewer.acts import Act
from agent.interviewer.expecting import Expecting
from agent.interviewer.plan import Plan
from agent.interviewer.scene import Slot
from agent.interviewer.times import Moment, find_moments, find_periods, find_zones
from leads.hours import zone_of

_ASKS_FOR_TIMES = frozenset({Act.ASKS_DEMO, Act.RESCHEDULE, Act.ASKS_OTHER_SLOTS})


def chosen_slot(plan: Plan) -> Slot | None:
    """The offered time they chose: now, or before we had to ask for their address."""
    slots, choice = plan.scene.slots, plan.heard.slot_choice
    if not slots:
        return None
    if isinstance(choice, int):
        return slots[-1] if choice == -1 else slots[choice - 1] if choice <= len(slots) else None
    if choice is not None:
        return _slot_at(slots, choice)
    named = [s for s in slots if s.when in plan.scene.last_said]
    agreed = Act.YES in plan.heard.acts or bool(plan.heard.contact.emails and Act.NO not in plan.heard.acts)
    if len(named) == 1 and (plan.expecting is Expecting.EMAIL or agreed):
        return named[0]
    if len(slots) == 1 and Act.YES in plan.heard.acts and plan.expecting is Expecting.SLOT_CHOICE:
        return slots[0]
    return None


def _slot_at(slots: tuple[Slot, ...], moment: Moment) -> Slot | None:
    fitting = [
        s
        for s in slots
        if (moment.day is None or s.start.date() == moment.day)
        and (moment.time is None or s.start.time() == moment.time)
        and (moment.day is not None or moment.time is not None)
        and (moment.time is not None or _in_part(s.start.hour, moment.day_part))
    ]
    if moment.time is not None and not fitting:  # "at 2" for 14:00
        later = (datetime.combine(moment.day or slots[0].start.date(), moment.time) + timedelta(hours=12)).time()
        fitting = [s for s in slots if s.start.time() == later and moment.day in {None, s.start.date()}]
    return fitting[0] if len(fitting) == 1 else None


def _in_part(hour: int, part: str | None) -> bool:
    """Whether an hour lies in the part of the day they named; evening begins where the offices close."""
    return {"morning": hour < 12, "afternoon": 12 <= hour < 18, "evening": hour >= 17}.get(str(part), True)


def wants_times(plan: Plan) -> bool:
    """Whether to show free times now: they ask for some, or enough is known to offer a call."""
    acts, scene = plan.heard.acts, plan.scene
    if acts & _ASKS_FOR_TIMES or isinstance(plan.heard.slot_choice, Moment):
        return True
    if Act.YES in acts and "show you some times" in scene.last_said:
        return True
    if _wants_another_time(plan):
        return True
    if scene.meeting or scene.slots:
        return plan.expecting is Expecting.SLOT_CHOICE and Act.NO in acts
    return len(plan.known) >= plan.book.agent.book_when_known


def _wants_another_time(plan: Plan) -> bool:
    """ "Could we make it Thursday at 11?", "what about next week": while times are offered or one is booked."""
    if not (plan.scene.meeting or plan.scene.slots):
        return False
    local = plan.now.astimezone(zone_of(plan.scene.zone))
    named = any(find_moments(text, now=local, zone=zone_of(plan.scene.zone)) for text in plan.scene.burst)
    return (named or bool(_stretch(plan, local))) and any(_RATHER.search(text) for text in plan.scene.burst)


_RATHER = re.compile(
    r"\b(?:make it|move|switch|change|instead|rather|another|(?:could|can) we|(?:how|what) about|better)\b", re.I
)


def wish_of(plan: Plan) -> dict[str, Any]:
    """What they said about when, as the tool takes it."""
    local = plan.now.astimezone(zone_of(plan.scene.zone))
    said = [m for text in plan.scene.burst for m in find_moments(text, now=local, zone=zone_of(plan.scene.zone))]
    moment = plan.heard.slot_choice if isinstance(plan.heard.slot_choice, Moment) else (said[-1] if said else None)
    asked_for = isinstance(plan.heard.slot_choice, Moment) or bool(plan.heard.acts & _ASKS_FOR_TIMES)
    asked_for = asked_for or _wants_another_time(plan)
    wish: dict[str, Any] = dict(plan.meeting_kind)
    if not asked_for:
        return wish | _later_than_offered(plan)
    if moment is None or (moment.day is None and moment.time is None):
        wish |= _stretch(plan, local) | _habits(plan)
    if moment is None:
        return wish if wish.keys() - {"meeting", "zone"} else wish | _later_than_offered(plan)
    if moment.day and moment.day >= local.date():
        wish["day"] = moment.day.isoformat()
    offered = {slot.start.date() for slot in plan.scene.slots}
    if moment.day is None and moment.time and len(offered) == 1:  # "2pm works" after times of one day
        wish["day"] = offered.pop().isoformat()
    if moment.time:
        wish["at"] = moment.time.strftime("%H:%M")
    if moment.day_part:
        wish["part"] = str(moment.day_part)
    if moment.zone:
        wish["zone"] = moment.zone
    return wish


def _stretch(plan: Plan, local: datetime) -> dict[str, str]:
    """ "Next week", "in December": the first and the last day of it, where they lie ahead and near."""
    zone = zone_of(plan.scene.zone)
    for text in reversed(plan.scene.burst):
        for period in find_periods(text, now=local, zone=zone):
            first, last = max(period.start, local.date()), period.end
            if first <= last <= local.date() + timedelta(days=_NEAR_DAYS):
                return {"day": first.isoformat(), "last_day": last.isoformat()}
    return {}


_NEAR_DAYS = 60


def _later_than_offered(plan: Plan) -> dict[str, str]:
    """The days after those on the table, for who wants none of them."""
    turned_down = plan.heard.acts & {Act.ASKS_OTHER_SLOTS, Act.NO}
    if not (plan.scene.slots and turned_down):
        return {}
    last = max(slot.start.date() for slot in plan.scene.slots)
    return {
        "day": (last + timedelta(days=1)).isoformat(),
        "last_day": (last + timedelta(days=_OTHER_DAYS)).isoformat(),
    }


_OTHER_DAYS = 10


def _habits(plan: Plan) -> dict[str, str]:
    """ "Mornings are best, I'm in New York": the part of the day and the zone, without a day."""
    text = " ".join(plan.scene.burst)
    zones, part = find_zones(text), _PARTS.search(text)
    return ({"zone": zones[-1].value} if zones else {}) | ({"part": part[1].lower()} if part else {})


_PARTS = re.compile(r"\b(morning|afternoon|evening)s\b", re.I)


def is_about_when(question: str, plan: Plan) -> bool:
    """Whether they ask for a time of a meeting: find_slots answers that, not a page."""
    talking_times = plan.heard.acts & _ASKS_FOR_TIMES
    if not (talking_times or plan.scene.slots or plan.scene.meeting or isinstance(plan.heard.slot_choice, Moment)):
        return False
    return _WHEN.search(question) is not None


_WHEN = re.compile(
    r"\b(?:times?|slots?|days?|dates?|week|tomorrow|today|(?:mon|tues|wednes|thurs|fri)day|mornings?|afternoons?"
    r"|evenings?|\d{1,2}(?::\d\d)? ?(?:am|pm)|\d{1,2}:\d\d)\b",
    re.I,
)
