"""What the interviewer does first: note what was said, look things up, offer or book times, ask for a person."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agent.interviewer.acts import Act
from agent.interviewer.claims import ClaimStatus
from agent.interviewer.expecting import Expecting
from agent.interviewer.hearing import Hearing
from agent.interviewer.scene import Scene, Slot
from agent.interviewer.times import Moment, find_moments, find_periods, find_zones
from leads.handoff import HandoffReason
from leads.hours import zone_of
from playbook.book import Playbook

NOT_A_BUYER: Mapping[Act, str] = {
    Act.STUDENT: "student",
    Act.JOB_SEEKER: "job_seeker",
    Act.VENDOR_PITCH: "vendor",
    Act.COMPETITOR: "competitor",
}
_TERMS = frozenset({Act.DISCOUNT_DEMAND, Act.LEGAL_PROMISE_DEMAND})
_NO_MEETING = frozenset(NOT_A_BUYER) | {
    Act.SUPPORT_REQUEST,
    Act.NOT_INTERESTED,
    Act.NOT_NOW,
    Act.OPT_OUT,
    Act.ERASE_ME,
    Act.HOSTILE,
    Act.GOODBYE,
    Act.WRONG_PERSON,
}
_SEARCHES = 2
REVIEW = HandoffReason.REVIEW_DISQUALIFICATION.value
PRICES = "What do the plans cost: price per month of each plan?"
"""The question behind "how much is it"; it finds a price list better than those words do."""


@dataclass(frozen=True, slots=True)
class Call:
    """A wish to use a tool."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What this interviewer knows beyond the scene: what it heard, what it had asked, and what the owner decided."""

    scene: Scene
    heard: Hearing
    expecting: Expecting | None
    now: datetime
    book: Playbook

    @property
    def known(self) -> set[str]:
        """BANT factors known after this burst."""
        before = {f for f, view in self.scene.bant.items() if view.get("status") in {"stated", "confirmed"}}
        return before | {c.factor.value for c in self.heard.claims if c.status is ClaimStatus.STATED}

    @property
    def email(self) -> str | None:
        """Their address, known before or told now."""
        told = self.heard.contact.emails
        return told[-1].value if told else self.scene.contact.get("email")

    @property
    def asks_person(self) -> bool:
        """Whether a person is wanted: said now, or agreed to our offer of one."""
        agreed = Act.YES in self.heard.acts and offers_colleague(self.scene.last_said)
        return Act.ASKS_HUMAN in self.heard.acts or agreed

    @property
    def no_buyer(self) -> bool:
        """Whether they have been proposed as somebody who will not buy; a person decides, and no meeting is offered."""
        return self.scene.colleague_asked == REVIEW

    @property
    def meeting_kind(self) -> Mapping[str, str]:
        """The kind of meeting they named last, as an argument of find_slots; nothing when it is the usual one."""
        for text in reversed((*self.scene.visitor_said, *self.scene.burst)):
            named = set(re.findall(r"\w+", text.lower()))
            for kind in self.book.meetings:
                if kind.key in named:
                    return {} if kind == self.book.meetings[0] else {"meeting": kind.key}
        return {}


def first_calls(plan: Plan) -> list[Call]:
    """Everything to do before words, in the order it must happen; empty when words alone will do."""
    if Act.INJECTION_LIKE in plan.heard.acts and not plan.heard.claims and not plan.heard.contact.emails:
        return list(_searches(plan))
    return [*_notes(plan), *_verdicts(plan), *_searches(plan), *_meeting(plan)]


def offers_colleague(text: str) -> bool:
    """Whether a message of ours offered to ask a colleague."""
    return "ask a colleague" in text and text.rstrip().endswith("?")


def _notes(plan: Plan) -> Iterator[Call]:
    details = _details(plan)
    if details:
        yield Call("note_contact", details)
    for claim in plan.heard.claims:
        if claim.status is ClaimStatus.UNKNOWN_TO_THEM:
            continue
        arguments: dict[str, Any] = {
            "factor": claim.factor.value,
            "value": claim.value.removeprefix("problem: ").removeprefix("needs: ")[:200],
            "status": "refused" if claim.status is ClaimStatus.REFUSED else "stated",
            "quote": claim.quote[:600],
        }
        yield Call("qualify_bant", arguments | ({"correction": True} if claim.correction else {}))
    for signal in plan.heard.signals:
        if signal.name not in plan.scene.signals and _is_reported(plan, signal.name):
            yield Call("update_score", {"signal": signal.name, "quote": signal.quote[:600]})


def _is_reported(plan: Plan, name: str) -> bool:
    """The playbook names the signals; a hand raised by somebody who will not buy is none."""
    definition = plan.book.signal(name)
    return definition is not None and not (definition.hand_raise and plan.no_buyer)


def _details(plan: Plan) -> dict[str, str]:
    contact, known = plan.heard.contact, plan.scene.contact
    found = {
        "email": contact.emails[-1].text if contact.emails else None,
        "phone": contact.phones[-1].text if contact.phones else None,
        "name": contact.name.value if contact.name else None,
        "company": contact.company.value if contact.company else None,
        "title": plan.heard.title,
    }
    return {kind: value for kind, value in found.items() if value and known.get(kind) != value}


def _verdicts(plan: Plan) -> Iterator[Call]:
    acts, whole = plan.heard.acts, _quote(plan.scene)
    for act, reason in NOT_A_BUYER.items():
        if act in acts:
            yield Call("disqualify", {"reason": reason, "quote": whole})
            return
    if plan.asks_person and plan.scene.colleague_asked != "asked_for_person":
        yield Call("hand_off", {"reason": "asked_for_person", "note": f"They asked for a person: {whole}"})
    elif Act.SUPPORT_REQUEST in acts:
        yield Call("hand_off", {"reason": "support_request", "note": f"A support request: {whole}"})
    elif acts & _TERMS:
        yield Call("hand_off", {"reason": "price_or_terms", "note": f"They want terms I cannot give: {whole}"})
    elif Act.HOSTILE in acts:
        yield Call("hand_off", {"reason": "complaint", "note": f"They are upset: {whole}"})
    elif Act.NOT_NOW in acts and plan.heard.later is not None and plan.heard.later.start > plan.now.date():
        yield Call("follow_up_later", {"on": plan.heard.later.start.isoformat(), "quote": whole})


def _quote(scene: Scene) -> str:
    """The last message, cut at a blank so that it stays word for word."""
    text = scene.burst[-1].strip() if scene.burst else ""
    return text if len(text) <= 400 else text[:400].rsplit(" ", 1)[0]


def _searches(plan: Plan) -> Iterator[Call]:
    acts = plan.heard.acts
    if acts & {Act.ASKS_SECRETS, Act.ARE_YOU_HUMAN, Act.OFF_TOPIC, Act.ASKS_HUMAN, Act.CANCEL_MEETING}:
        return
    if Act.JOB_SEEKER in acts or Act.STUDENT in acts:
        return
    asked = [q for q in plan.heard.questions if len(q) > 3 and not is_about_us(q, plan.book.company.name)]
    asked = [q for q in asked if not _ASKS_NOTHING.match(q) and not _is_about_when(q, plan)]
    wanted = [PRICES if _only_about_price(q) else q for q in asked if not acts & _TERMS or _only_about_price(q)]
    if Act.ASKS_PRICE in acts:
        wanted = wanted or [PRICES]
    for question in list(dict.fromkeys(wanted))[:_SEARCHES]:
        yield Call("search_knowledge", {"query": question[:300]})


_ASKS_NOTHING = re.compile(
    r"(?:so |and )?(?:can|could|would|will) you (?:help|assist)(?: me| us)?(?: with (?:that|this|it))?\W*$", re.I
)


def is_about_us(question: str, company: str) -> bool:
    """Whether they ask what the company is and does, which the playbook says in one paragraph."""
    asked = re.sub(rf"\b{re.escape(company)}\b", "it", question.strip(" ?!."), flags=re.I)
    return _ABOUT_US.match(asked) is not None


_ABOUT_US = re.compile(
    r"(?:(?:so|and|ok|okay|hi|hello|well) )*(?:what (?:exactly )?(?:do|does) (?:you|it|this|your \w+)(?: guys| people)?"
    r" (?:actually |really )?(?:do|offer|make|sell)|who are you|what are you(?: selling| offering)?"
    r"|what(?: is|'s) (?:this|it|your (?:product|software|company))(?: about| exactly)?)$",
    re.I,
)


def _is_about_when(question: str, plan: Plan) -> bool:
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


def _only_about_price(question: str) -> bool:
    """Whether a question asks for "the price", of nothing or of something by its own name ("Harbour")."""
    unnamed = _OWN_NAME.sub("", _SO_MANY.sub("", _RATE.sub("", question)))
    words = set(re.findall(r"[a-z]+", unnamed.lower()))
    return bool(words & _PRICE_WORDS) and not words - _PRICE_WORDS - _EMPTY_WORDS


_RATE = re.compile(r"\b(?:per \w+(?: and \w+)?|(?:a|each|every) (?:month|year|week|user|seat|plant|site))\b", re.I)
_SO_MANY = re.compile(
    r"\b(?:for|with) (?:about |around )?(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten) \w+\b", re.I
)
_OWN_NAME = re.compile(r"(?<=\w )[A-Z][\w'-]+")
_PRICE_WORDS = frozenset("price prices pricing cost costs charge charges fee fees much expensive rate rates".split())
_EMPTY_WORDS = frozenset(
    "how what whats s is are the a an your you do does it this that for me us we per of to would will can could tell "
    "about please and so roughly product software tool platform system service solution subscription plan plans i "
    "have know like get see give there any be hi hello ok".split()
)


def _meeting(plan: Plan) -> Iterator[Call]:
    if plan.heard.acts & _NO_MEETING or plan.asks_person or plan.heard.acts & _TERMS or plan.no_buyer:
        return
    chosen = chosen_slot(plan)
    if chosen is not None and plan.email:
        yield Call("book_meeting", {"slot_id": chosen.slot_id})
    elif chosen is None and _wants_times(plan):
        yield Call("find_slots", _wish(plan))


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


def _wants_times(plan: Plan) -> bool:
    acts, scene = plan.heard.acts, plan.scene
    if acts & {Act.ASKS_DEMO, Act.RESCHEDULE, Act.ASKS_OTHER_SLOTS} or isinstance(plan.heard.slot_choice, Moment):
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


_ASKS_FOR_TIMES = frozenset({Act.ASKS_DEMO, Act.RESCHEDULE, Act.ASKS_OTHER_SLOTS})


def _wish(plan: Plan) -> dict[str, Any]:
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
