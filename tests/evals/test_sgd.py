"""Booking dialogues, in both forms of the format, end with the appointment that they end with."""

import io
import json
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from evals.modes import Mode
from evals.transcripts.sgd import read_dialogues
from evals.transcripts.sgd_run import run_dialogues

Turn = tuple[str, list[list[Any]]]


def dialogue(name: str, talk: list[Turn], calls: list[dict[str, Any]]) -> dict[str, Any]:
    """A flat row: the visitor begins, and they take turns."""
    turns = [
        {"speaker": "system" if number % 2 else "user", "text": text, "acts": acts}
        for number, (text, acts) in enumerate(talk)
    ]
    return {"id": name, "services": ["Salons_9"], "turns": turns, "service_calls": calls}


def call(turn: int, day: str, at: str | None, method: str = "BookAppointment") -> dict[str, Any]:
    when = {"appointment_date": day} | ({"appointment_time": at} if at else {})
    return {"service": "Salons_9", "method": method, "parameters": {"shop": "Curl Up", **when}, "turn": turn}


CONFIRM = [["CONFIRM", "appointment_date", ["x"]], ["CONFIRM", "appointment_time", ["y"]]]
OFFER = [["NOTIFY_FAILURE", "", []], ["OFFER", "appointment_time", ["z"]]]
DONE = [["NOTIFY_SUCCESS", "", []]]
BOOKED = dialogue(
    "booked",
    [
        ("I'd like to make an appointment.", [["INFORM_INTENT", "intent", ["BookAppointment"]]]),
        ("When?", [["REQUEST", "appointment_date", []]]),
        ("Next Friday at half past 3 in the afternoon, please.", []),
        ("Friday the 8th at 3:30 pm?", CONFIRM),
        ("Yes, that's right. Where is it?", [["AFFIRM", "", []]]),
        ("Done.", DONE),
    ],
    [call(5, "2019-03-08", "15:30")],
)
CHANGED = dialogue(
    "changed",
    [
        ("Please book an appointment for March 7th at 10 am.", []),
        ("March 7th at 10 am?", CONFIRM),
        ("No, make it the 12th.", []),
        ("March 12th at 10 am?", CONFIRM),
        ("Sounds good to me.", [["AFFIRM", "", []]]),
        ("Done.", DONE),
    ],
    [call(5, "2019-03-12", "10:00")],
)
TAKEN = dialogue(
    "taken",
    [
        ("Can you book me an appointment tomorrow at 11:15 in the morning?", []),
        ("Tomorrow at 11:15?", CONFIRM),
        ("Yes, please.", [["AFFIRM", "", []]]),
        ("That did not work. 11:30?", OFFER),
        ("That works for me.", [["AFFIRM", "", []]]),
        ("Done.", DONE),
    ],
    [call(3, "2019-03-02", "11:15"), call(5, "2019-03-02", "11:30")],
)
GIVEN_UP = dialogue("given_up", [*[(t["text"], t["acts"]) for t in TAKEN["turns"][:4]], ("No, never mind.", [])], [
    call(3, "2019-03-02", "11:15")
])  # fmt: skip
VISIT = dialogue(
    "visit",
    [
        ("Schedule a visit on the 11th, please.", []),
        ("A visit on the 11th?", [["CONFIRM", "visit_date", ["the 11th"]]]),
        ("That is correct.", [["AFFIRM", "", []]]),
        ("Done.", DONE),
    ],
    [call(3, "2019-03-11", None, "ScheduleVisit")],
)
AGAIN = dialogue(
    "again",
    [
        ("Please book an appointment tomorrow at 11:15 am.", []),
        ("Tomorrow at 11:15?", CONFIRM),
        ("Yes, please.", [["AFFIRM", "", []]]),
        ("That did not work.", [["NOTIFY_FAILURE", "", []]]),
        ("Try it with somebody else.", []),
        ("Tomorrow at 11:15 then?", CONFIRM),
        ("That is fine.", [["AFFIRM", "", []]]),
        ("Done.", DONE),
    ],
    [call(3, "2019-03-02", "11:15"), call(7, "2019-03-02", "11:15")],
)
NONE = dialogue("none", [("Hello there", []), ("Hello", [])], [])
ALL = [BOOKED, CHANGED, TAKEN, GIVEN_UP, VISIT, AGAIN, NONE]


def framed(row: dict[str, Any]) -> dict[str, Any]:
    """The same dialogue as it is published."""
    calls = {c["turn"]: {"method": c["method"], "parameters": c["parameters"]} for c in row["service_calls"]}
    turns = [
        {
            "speaker": turn["speaker"].upper(),
            "utterance": turn["text"],
            "frames": [
                {"actions": [{"act": a, "slot": s, "values": v} for a, s, v in turn["acts"]]}
                | ({"service_call": calls[number]} if number in calls else {})
            ],
        }
        for number, turn in enumerate(row["turns"])
    ]
    return {"dialogue_id": row["id"], "services": row["services"], "turns": turns}


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    text = json.dumps(rows, indent=1) if path.suffix == ".json" else "\n".join(map(json.dumps, rows))
    path.write_text(text, encoding="utf-8")
    return path


def ask(path: Path, *modes: Mode, limit: int | None = None, out: Path | None = None) -> tuple[bool, list[str]]:
    console = Console(width=300, record=True, file=io.StringIO())
    right = run_dialogues([path], modes, limit=limit, out=out, console=console)
    return right, console.export_text().splitlines()


def test_both_forms_of_a_dialogue_are_read_alike(tmp_path: Path) -> None:
    flat, faults = read_dialogues(written(tmp_path / "flat.jsonl", ALL))
    assert not faults
    published, faults = read_dialogues(written(tmp_path / "published.json", [framed(row) for row in ALL]))
    assert not faults
    assert flat == published
    wanted = {one.id: one.wanted and (one.wanted.day, one.wanted.at) for one in flat}
    assert wanted == {
        "booked": (date(2019, 3, 8), time(15, 30)),
        "changed": (date(2019, 3, 12), time(10)),
        "taken": (date(2019, 3, 2), time(11, 30)),
        "given_up": None,
        "visit": (date(2019, 3, 11), None),
        "again": (date(2019, 3, 2), time(11, 15)),
        "none": None,
    }


@pytest.mark.parametrize("mode", [Mode.SCRIPTED, Mode.BUILT_IN])
def test_every_dialogue_ends_with_its_appointment(mode: Mode, tmp_path: Path) -> None:
    right, said = ask(written(tmp_path / "talks.jsonl", ALL), mode, out=tmp_path / "out")
    assert right, said
    assert said[-1].split() == [mode.value, "7", "5", "0", "0", "2", "0", "100.0%", "0"]
    assert len(list((tmp_path / "out").glob("*.yaml"))) == 7


def test_what_ends_otherwise_is_named_and_fails(tmp_path: Path) -> None:
    other = {**BOOKED, "id": "other", "service_calls": [call(5, "2019-03-08", "15:45")]}
    unheard = dialogue("unheard", [("Hm.", []), ("Friday at 3?", CONFIRM), ("Hm.", []), ("Done.", DONE)], [
        call(3, "2019-03-08", "15:00")
    ])  # fmt: skip
    right, said = ask(written(tmp_path / "talks.jsonl", [other, unheard]), Mode.BUILT_IN)
    assert not right
    assert "other (built-in): booked wrong; wanted 2019-03-08 15:45, found 2019-03-08 15:30" in said
    assert "unheard (built-in): not booked; wanted 2019-03-08 15:00, found nothing" in said


def test_a_line_that_is_no_dialogue_is_told(tmp_path: Path) -> None:
    path = tmp_path / "talks.jsonl"
    path.write_text('{"turns": 1}\nnope\n' + json.dumps(NONE) + "\n", encoding="utf-8")
    right, said = ask(path, Mode.SCRIPTED, limit=1)
    assert not right
    assert [line.split(". Allowed")[0] for line in said[:2]] == [
        "talks.jsonl:1: this is no dialogue of the format",
        "talks.jsonl:2: this is not JSON (expecting value)",
    ]
