"""What they want of the times of a meeting: one of those offered, others, or a day and hour of their own."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from agent.interviewer.acts import Act
from agent.interviewer.earlier_wishes import earlier_wish
from agent.interviewer.expecting import Expecting, only_yes
from agent.interviewer.phrases import fold, phrases
from agent.interviewer.plan import Plan
from agent.interviewer.scene import Slot
from agent.interviewer.times import Moment, find_moments, find_periods, find_zones
from leads.hours import zone_of

_ASKS_FOR_TIMES = frozenset({Act.ASKS_DEMO, Act.RESCHEDULE, Act.ASKS_OTHER_SLOTS})


def chosen_slot(plan: Plan) -> Slot | None:
    """The offered time they chose: now, or before we had to ask for their address; none that is booked already."""
    chosen = _chosen(plan)
    return None if chosen is not None and chosen.when == plan.scene.meeting else chosen


def _chosen(plan: Plan) -> Slot | None:
    slots, choice = plan.scene.slots, plan.heard.slot_choice
    if not slots:
        return None
    if isinstance(choice, int):
        return slots[-1] if choice == -1 else slots[choice - 1] if choice <= len(slots) else None
    if choice is not None:
        limits = any(
            re.search(rf"\b(?:by|until|till|before)(?: the| this)? {re.escape(choice.text)}", text, re.I)
            for text in plan.scene.burst
        )
        return None if limits else _slot_at(slots, choice)
    named = [s for s in slots if s.when in plan.scene.last_said]
    agreed = _agrees(plan) or bool(plan.heard.contact.emails and Act.NO not in plan.heard.acts)
    if len(named) == 1 and (plan.expecting is Expecting.EMAIL or agreed):
        return named[0]
    if len(slots) == 1 and _agrees(plan) and plan.expecting is Expecting.SLOT_CHOICE:
        return slots[0]
    return None


def _agrees(plan: Plan) -> bool:
    """A yes; or, to the time on the table, words of agreement before a question: "Great. Where is it?"."""
    if Act.YES in plan.heard.acts:
        return True
    text = fold(plan.scene.burst[-1]) if plan.scene.burst else ""
    if plan.expecting is not Expecting.SLOT_CHOICE or plan.heard.acts & _ASKS_FOR_TIMES or " but " in text:
        return False
    return only_yes(re.split(r"[.,!;\n]|\band\b", text, maxsplit=1)[0].strip())


def time_of(plan: Plan, slot_id: str) -> dict[str, str]:
    """Day and hour of an offered time, as a wish for one close to it."""
    slot = next((s for s in plan.scene.slots if s.slot_id == slot_id), None)
    return _day_and_hour(slot.start.date(), slot.start.time()) if slot else {}


def _slot_at(slots: tuple[Slot, ...], moment: Moment) -> Slot | None:
    fitting = [
        s
        for s in slots
        if (moment.day is None or s.start.date() == moment.day)
        and (moment.time is None or s.start.time() == moment.time)
        and (moment.day is not None or moment.time is not None)
        and (moment.time is not None or _in_part(s.start.hour, moment.day_part))
    ]
    if moment.time is not None and moment.time.hour < _NOON and not fitting:  # "at 2" for 14:00
        later = (datetime.combine(moment.day or slots[0].start.date(), moment.time) + timedelta(hours=12)).time()
        fitting = [s for s in slots if s.start.time() == later and moment.day in {None, s.start.date()}]
    return fitting[0] if len(fitting) == 1 else None


_NOON = 12


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
    if _wants_another_time(plan) or _says_only_when(plan):
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
    r"\b(?:make it|move|switch|change|instead|rather|another|(?:could|can) we|(?:how|what) about|better|try|again"
    r"|book|schedule|reserve|appointment|visit)\b",
    re.I,
)


def _says_only_when(plan: Plan) -> bool:
    """A few words with a day or an hour in them and nothing else that was heard; or a wish for a day and an hour.

    No deadline and no question: "something on the 10th, try 13:45" is no timeline, "by the 10th" is one.
    """
    text = plan.scene.burst[-1] if plan.scene.burst else ""
    if plan.heard.questions or _DUE.search(text) or _TELLS.search(fold(text)):
        return False
    zone = zone_of(plan.scene.zone)
    found = [m for m in find_moments(text, now=plan.now.astimezone(zone), zone=zone) if m.bound == "at"]
    if _A_WISH.search(text) and any(m.day and m.time for m in found):
        return True
    brief = len(text.split()) <= _FEW and plan.expecting is not Expecting.TIMELINE and not plan.heard.claims
    return brief and any(m.day or m.time for m in found)


_A_WISH = re.compile(
    r"\b(?:try|something|need|want|would|prefer|suits?|works?|could|can|like|how about|make it|make an)\b", re.I
)
_TELLS = phrases(
    "was|were|met|went|came|arrived|wrote|called|happened|since|last|away|out of office|(can't|cannot|can not|won't)"
)
"""What happened then, or that then nothing is possible, is no wish."""
_FEW = 10  # words
_DUE = re.compile(r"\b(?:by|until|till|before|due)\b", re.I)


def wish_of(plan: Plan) -> dict[str, Any]:
    """What they said about when, as the tool takes it."""
    local = plan.now.astimezone(zone_of(plan.scene.zone))
    said = [m for text in plan.scene.burst for m in find_moments(text, now=local, zone=zone_of(plan.scene.zone))]
    moment = plan.heard.slot_choice if isinstance(plan.heard.slot_choice, Moment) else (said[-1] if said else None)
    asked_for = isinstance(plan.heard.slot_choice, Moment) or bool(plan.heard.acts & _ASKS_FOR_TIMES)
    asked_for = asked_for or _wants_another_time(plan) or _says_only_when(plan)
    wish: dict[str, Any] = dict(plan.meeting_kind)
    if not asked_for:
        return wish | _later_than_offered(plan)
    if moment is None or (moment.day is None and moment.time is None):
        wish |= _stretch(plan, local) | _habits(plan)
    before = earlier_wish(plan.scene, local)
    due = any(_DUE.search(text) for text in plan.scene.burst)
    own_day = None if due else next((m.day for m in reversed(said) if m.day), None)  # "Today, please. Is 1:30 free?"
    if moment is None and not wish.keys() - {"meeting"} and Act.ASKS_DEMO in plan.heard.acts and not plan.scene.slots:
        return wish | _day_and_hour(before.day, before.at)
    if moment is None:
        return wish if wish.keys() - {"meeting", "zone"} else wish | _later_than_offered(plan)
    offered = {slot.start.date() for slot in plan.scene.slots}
    usual = offered.pop() if len(offered) == 1 and moment.time else before.day  # "2pm works" after times of one day
    if "day" not in wish:
        wish |= _day_and_hour(moment.day or own_day or usual, moment.time or (None if moment.day_part else before.at))
    if moment.day_part:
        wish["part"] = str(moment.day_part)
    if moment.zone:
        wish["zone"] = moment.zone
    return wish


def _day_and_hour(day: date | None, at: time | None) -> dict[str, str]:
    return ({"day": day.isoformat()} if day else {}) | ({"at": at.strftime("%H:%M")} if at else {})


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
    zone = zone_of(plan.scene.zone)
    return bool(_WHEN.search(question) or find_moments(question, now=plan.now.astimezone(zone), zone=zone))


_WHEN = re.compile(
    r"\b(?:times?|slots?|days?|dates?|week|tomorrow|today|(?:mon|tues|wednes|thurs|fri)day|mornings?|afternoons?"
    r"|evenings?|\d{1,2}(?::\d\d)? ?(?:am|pm)|\d{1,2}:\d\d)\b",
    re.I,
)
