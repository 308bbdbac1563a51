"""Dialogues of the Schema-Guided Dialogue format, and the bookings that were made in them.

A dialogue has turns with a speaker, what was said and the acts it was written from; its service calls say in canonical
form what was booked. Both the published form (`frames` with `actions` and `service_call`) and flat rows (`acts` in the
turn, `service_calls` beside the turns) are read. Source: Rastogi et al., "Towards Scalable Multi-Domain Conversational
Agents: The Schema-Guided Dialogue Dataset", AAAI 2020.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from evals.transcripts.placed_json import NotJson, read_json
from playbook.fault import Fault

BOOKS = frozenset({"BookAppointment", "ScheduleVisit", "AddEvent"})
"""The methods that make an appointment."""
_REFUSED, _WHEN = "NOTIFY_FAILURE", ("date", "time")
_ROW = "a dialogue with turns, each with speaker and text (or utterance)"


@dataclass(frozen=True, slots=True)
class Act:
    """What a turn does to a slot, with the values it names: CONFIRM appointment_time [4 pm]."""

    kind: str
    slot: str

    @property
    def about_when(self) -> bool:
        """Whether it is about the day or the hour."""
        return any(word in self.slot for word in _WHEN)


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of a dialogue."""

    by_visitor: bool
    text: str
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Booked:
    """A call that was to make an appointment: in which turn (from 0), for when, and whether it was made."""

    turn: int
    day: date
    at: time | None
    made: bool

    @property
    def start(self) -> datetime | None:
        """Day and hour together, where the call has an hour."""
        return datetime.combine(self.day, self.at) if self.at is not None else None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A dialogue and its bookings, in order."""

    id: str
    turns: tuple[Said, ...]
    bookings: tuple[Booked, ...]

    @property
    def wanted(self) -> Booked | None:
        """What stands at the end: the last appointment that was made, or None."""
        return next((booking for booking in reversed(self.bookings) if booking.made), None)


def is_lost(dialogue: Dialogue, number: int) -> bool:
    """Whether the nth booking (from 0) was refused for good; what is booked later all the same was free."""
    refused, later = dialogue.bookings[number], dialogue.bookings[number + 1 :]
    return not refused.made and all(b.start != refused.start for b in later if b.made)


def read_dialogues(path: Path) -> tuple[list[Dialogue], list[Fault]]:
    """The dialogues of a file: one in each line, or a list of them. What cannot be used is told by line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return [], [Fault(path.name, 1, "", "the file cannot be read", "a file of dialogues in UTF-8")]
    dialogues: list[Dialogue] = []
    faults: list[Fault] = []
    for row, line in _rows(text, path.name, faults):
        try:
            dialogues.append(_dialogue(row, f"{path.stem}-{len(dialogues) + 1}"))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            faults.append(Fault(path.name, line, "", "this is no dialogue of the format", _ROW))
    return dialogues, faults


def _rows(text: str, file: str, faults: list[Fault]) -> Iterator[tuple[Any, int]]:
    if text.lstrip().startswith("["):
        try:
            placed = read_json(text)
        except NotJson as error:
            faults.append(Fault(file, error.line, "", str(error), _ROW))
            return
        yield from ((row, placed.line(row)) for row in placed.value)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield read_json(line, first_line=number).value, number
            except NotJson as error:
                faults.append(Fault(file, error.line, "", str(error), _ROW))


def _dialogue(row: Mapping[str, Any], otherwise: str) -> Dialogue:
    turns = tuple(_said(turn) for turn in row["turns"])
    calls = row["service_calls"] if "service_calls" in row else _calls(row["turns"])
    bookings = tuple(_booked(call, turns) for call in calls if call["method"] in BOOKS)
    if not any(turn.by_visitor for turn in turns):
        raise ValueError("nobody says anything")
    return Dialogue(str(row.get("id") or row.get("dialogue_id") or otherwise), turns, bookings)


def _said(turn: Mapping[str, Any]) -> Said:
    text = turn["text"] if "text" in turn else turn["utterance"]
    flat = [(act[0], act[1]) for act in turn.get("acts", ())]
    framed = [(a["act"], a.get("slot", "")) for frame in turn.get("frames", ()) for a in frame.get("actions", ())]
    return Said(str(turn["speaker"]).lower() == "user", str(text), tuple(Act(*pair) for pair in flat + framed))


def _calls(turns: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [
        {**frame["service_call"], "turn": number}
        for number, turn in enumerate(turns)
        for frame in turn.get("frames", ())
        if "service_call" in frame
    ]


def _booked(call: Mapping[str, Any], turns: Sequence[Said]) -> Booked:
    values = {word: next((v for k, v in call["parameters"].items() if word in k), None) for word in _WHEN}
    number = int(call["turn"])
    return Booked(
        turn=number,
        day=date.fromisoformat(str(values["date"])),
        at=time.fromisoformat(str(values["time"])) if values["time"] else None,
        made=all(act.kind != _REFUSED for act in turns[number].acts),
    )
