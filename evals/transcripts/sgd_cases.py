"""From a booking dialogue to a case: the visitor's lines as they are, a calendar that says what the dialogue says.

The clock stands on the format's reference day, early in the morning. Hosts take meetings all day, every quarter of an
hour. A time that the dialogue says could not be had is taken by somebody else just before it would be booked, and none
is free nearer to it than what the dialogue takes instead. A visit without an hour is held at noon: the format knows
only its day.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from evals.case import Case
from evals.case_yaml import case_text
from evals.catalogue import Entry, read_case
from evals.modes import Mode
from evals.replay import replay
from evals.trace import Trace
from evals.transcripts.sgd import Booked, Dialogue, is_lost
from evals.world import Worlds
from leads.conversation import MAX_MESSAGE
from leads.hours import zone_of
from leads.slots import spoken
from playbook.folders import SAMPLE
from playbook.source import read_yaml

ZONE = "America/Los_Angeles"
CLOCK = "2019-03-01T06:00:00-08:00"
"""The reference day of the format, a Friday."""
NOON = time(12)
_STEP = 15
_DAY = 24 * 60
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHOWN = re.compile(r"^- (slot_\w+): (.+)$", re.MULTILINE)
_EXACT = re.compile(r"(slot_\w+) is just the time")
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """When the scripted model looks for times, and for which: `turn` counts the visitor's messages from 0."""

    turn: int
    booking: Booked


@dataclass(frozen=True, slots=True)
class Known:
    """What a replay has shown of one booking: the slot that fits it, and its place on the screen when it was booked."""

    slot: str | None = None
    place: int | None = None


def case_of(dialogue: Dialogue, mode: Mode, *, known: Sequence[Known] = ()) -> str:
    """The case as YAML; `known` is what was seen of each booking so far."""
    wanted = dialogue.wanted
    meeting: dict[str, Any] = {"booked": False}
    if wanted is not None:
        start = wanted.start or datetime.combine(wanted.day, NOON)
        meeting = {"booked": True, "start": start.isoformat(), "zone": ZONE}
    return case_text(
        {
            "about": f"Booking dialogue {dialogue.id}: the appointment at the end is the one the dialogue ends with.",
            "clock": CLOCK,
            "models": [mode.value],
            "lead": {"email": "guest@example.com", "name": "Robin Vale", "verified": True},
            "arrives": {"zone": ZONE},
            "playbook": {"meetings.yaml": _calendar(dialogue)},
            "visitor": _steps(dialogue, known),
            **({"script": _script(dialogue, known)} if mode is Mode.SCRIPTED else {}),
            "must": {"meeting": meeting},
        }
    )


def _entry(dialogue: Dialogue, text: str) -> Entry:
    case = read_case(text, file=f"{dialogue.id}.yaml")
    if not isinstance(case, Case):
        raise ValueError("; ".join(map(str, case)))
    return Entry("sgd", dialogue.id, case)


@dataclass(frozen=True, slots=True)
class Played:
    """A dialogue that was replayed: its case as YAML and as read, and the run."""

    text: str
    entry: Entry
    trace: Trace


async def run_dialogue(worlds: Worlds, dialogue: Dialogue, mode: Mode) -> Played:
    """Replay a dialogue, again where the case has to be written as it goes.

    A scripted model books the slot that its search gave; a time that could not be had is taken by somebody else just
    before the visitor's yes, when it stands on the screen.
    """
    known: list[Known] = [Known() for _ in dialogue.bookings]
    for _ in range(_ROUNDS):
        text = case_of(dialogue, mode, known=known)
        entry = _entry(dialogue, text)
        trace = (await replay(worlds, entry, mode)).trace
        found = [_seen(dialogue, wish, trace) for wish in _wishes(dialogue)]
        needs = mode is Mode.SCRIPTED or any(not booking.made for booking in dialogue.bookings)
        if found == known or not needs:
            break
        known = found
    return Played(text, entry, trace)


def _seen(dialogue: Dialogue, wish: Wish, trace: Trace) -> Known:
    before = _message(dialogue, wish.booking.turn)
    uses = [use for turn in trace.turns[:before] for use in turn.tools if use.name == "find_slots" and use.ok]
    shown = _SHOWN.findall(uses[-1].result) if uses else []
    start = spoken(_instant(wish.booking), ZONE)
    place = next((number for number, (_, when) in enumerate(shown, 1) if when == start), None)
    searched = trace.turns[wish.turn].tools if wish.turn < len(trace.turns) else ()
    hits = [_EXACT.match(use.result) for use in searched if use.name == "find_slots"]
    return Known(next((hit[1] for hit in reversed(hits) if hit), None), place)


def _instant(booking: Booked) -> datetime:
    return datetime.combine(booking.day, booking.at or NOON, zone_of(ZONE))


def _steps(dialogue: Dialogue, known: Sequence[Known]) -> list[Any]:
    """The visitor's messages; a rival where a time could not be had."""
    steps: list[Any] = [said.text.strip()[:MAX_MESSAGE] or "…" for said in dialogue.turns if said.by_visitor]
    for number, seen in reversed(list(enumerate(known))):
        if is_lost(dialogue, number) and seen.place is not None:
            steps.insert(_message(dialogue, dialogue.bookings[number].turn), {"taken_meanwhile": seen.place})
    return steps


# --- the scripted model


def _wishes(dialogue: Dialogue) -> list[Wish]:
    """One search for each booking: where the dialogue asks for a yes, or else one message before it is made."""
    wishes = []
    before = -1
    for booking in dialogue.bookings:
        turns = range(before + 1, booking.turn)
        asks = [n for n in turns if not dialogue.turns[n].by_visitor and _asks_for_a_yes(dialogue, n)]
        at = asks[-1] if asks else max(booking.turn - 2, 0)
        wishes.append(Wish(max(_message(dialogue, at), 0), booking))
        before = booking.turn - 1
    return wishes


def _asks_for_a_yes(dialogue: Dialogue, turn: int) -> bool:
    return any(act.kind in {"CONFIRM", "OFFER"} and act.about_when for act in dialogue.turns[turn].acts)


def _message(dialogue: Dialogue, turn: int) -> int:
    """The visitor's message (from 0) that the agent's turn answers."""
    return sum(said.by_visitor for said in dialogue.turns[:turn]) - 1


def _script(dialogue: Dialogue, known: Sequence[Known]) -> list[list[dict[str, Any]]]:
    """The model's lines for each message: a search where there is a wish, a booking where one is tried."""
    messages = sum(said.by_visitor for said in dialogue.turns)
    lines: list[list[dict[str, Any]]] = [[] for _ in range(messages)]
    for number, (wish, seen) in enumerate(zip(_wishes(dialogue), known, strict=True)):
        if seen.slot is not None and (wish.booking.made or is_lost(dialogue, number)):
            lines[_message(dialogue, wish.booking.turn)].insert(0, {"call": {"book_meeting": {"slot_id": seen.slot}}})
        at = wish.booking.at or NOON
        search = {"day": wish.booking.day.isoformat(), "at": at.isoformat("minutes")}
        lines[wish.turn].append({"call": {"find_slots": search}})
    for turn in lines:
        searched = any("find_slots" in line["call"] for line in turn)
        turn.append({"say": "Shall we take that time?" if searched else "I have noted that."})
    return lines


# --- the calendar


def _calendar(dialogue: Dialogue) -> dict[str, Any]:
    """The sample's meetings and hosts, with the hours of this dialogue."""
    source, _ = read_yaml((SAMPLE / "meetings.yaml").read_text(encoding="utf-8"), file="meetings.yaml")
    content: Any = source.content if source else {}
    timed = not dialogue.bookings or any(booking.at for booking in dialogue.bookings)
    week = _week(dialogue) if timed else {"mon-sun": "12:00-12:15"}
    kind = {"minutes": _STEP, "step_minutes": _STEP, "notice_minutes": 0, "horizon_days": 27}
    return {
        "meetings": [{"key": one["key"], "title": one["title"], **kind} for one in content["meetings"]],
        "reps": [{**rep, "hours": {"zone": ZONE, "week": week}} for rep in content["reps"]],
    }


def _week(dialogue: Dialogue) -> dict[str, list[str]]:
    """All day, without the quarters of an hour that could not be had."""
    gone: dict[int, set[int]] = {day: set() for day in range(7)}
    for number, refused in enumerate(dialogue.bookings):
        if not refused.made and refused.at is not None:
            later = dialogue.bookings[number + 1 :]
            gone[refused.day.weekday()] |= _around(refused, next((b for b in later if b.made), None))
    for booking in dialogue.bookings:
        if booking.made and booking.at is not None:
            gone[booking.day.weekday()].discard(_minute(booking.at))
    return {_DAYS[day]: _open(minutes) for day, minutes in gone.items()}


def _around(refused: Booked, instead: Booked | None) -> set[int]:
    """The quarters nearer to the refused one than what was taken instead on the same day; it is lost only later."""
    middle = _minute(refused.at or NOON)
    if instead is None or instead.at is None or instead.day != refused.day:
        return set()
    away = abs(_minute(instead.at) - middle)
    return {m for m in range(middle - away, middle + away + 1, _STEP) if 0 <= m < _DAY and m != middle}


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _open(gone: set[int]) -> list[str]:
    """The stretches of a day that are left, as a playbook writes them."""
    edges = sorted({edge for minute in gone for edge in (minute, minute + _STEP)} | {0, _DAY})
    pairs = [(first, last) for first, last in itertools.pairwise(edges) if first not in gone]
    return [f"{_clock(first)}-{_clock(last)}" for first, last in pairs]


def _clock(minute: int) -> str:
    hours, minutes = divmod(timedelta(minutes=minute) // timedelta(minutes=1), 60)
    return f"{hours:02}:{minutes:02}"
