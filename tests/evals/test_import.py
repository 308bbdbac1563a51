"""An import becomes cases that run: with invented details for real ones, and with checks that can fail."""

import io
import json
from pathlib import Path

from rich.console import Console

from evals.case import Case
from evals.catalogue import read_case
from evals.modes import Mode
from evals.transcripts.importing import import_files
from evals.transcripts.invented import Inventions
from tests.evals.exam import run

ASKS = "We throw away two pallets a week, that has to stop. I'm Ada Okafor, ada@okafor-foods.test, 212-736-5000."
QUOTE = {"factor": "need", "value": "pallets", "status": "stated", "quote": "We throw away two pallets a week"}


def call(name: str, arguments: object) -> dict[str, object]:
    return {"id": f"c_{name}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


OURS = [
    {"role": "user", "content": ASKS},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [call("qualify_bant", QUOTE), call("note_contact", {"email": "ada@okafor-foods.test"})],
    },
    {"role": "tool", "tool_call_id": "c_qualify_bant", "content": "Noted."},
    {"role": "assistant", "content": "Thank you, Ada. By when would you like to change that?"},
    {"role": "user", "content": "By spring. Ada"},
    {"role": "assistant", "content": "Good to know."},
]


def imported(tmp_path: Path, talk: object, name: str = "talk.json") -> tuple[Case, str, str]:
    file = tmp_path / name
    file.write_text(json.dumps(talk), encoding="utf-8")
    console = Console(width=200, record=True, file=io.StringIO())
    assert import_files([file], out=tmp_path / "out", visitor=None, console=console)
    [written] = (tmp_path / "out").glob("*.yaml")
    text = written.read_text(encoding="utf-8")
    case = read_case(text, file=written.name)
    assert isinstance(case, Case), case
    return case, text, console.export_text()


def test_calls_of_our_own_tools_become_a_script_that_runs(tmp_path: Path) -> None:
    case, text, table = imported(tmp_path, OURS)
    assert case.models == (Mode.SCRIPTED, Mode.BUILT_IN)
    assert [len(lines) for lines in case.script] == [2, 1]
    for mode in case.models:
        [trace] = run(case, mode=mode)
        assert not trace.faults
    assert "talk.json" in table
    for detail in ("ada", "okafor", "736"):
        assert detail not in text.casefold()
    assert "1 e-mail address, 1 phone number, 1 name" in " ".join(case.issues)


def test_other_agents_tools_leave_the_visitors_lines_to_the_built_in_model(tmp_path: Path) -> None:
    talk = [
        {"role": "user", "content": "Is my flight on time?"},
        {"role": "assistant", "content": None, "tool_calls": [call("flight_status", {"number": "X1"})]},
        {"role": "user", "content": "Still there?"},
    ]
    case, _, _ = imported(tmp_path, talk)
    assert case.models == (Mode.BUILT_IN,)
    assert list(case.visitor) == ["Is my flight on time?", "Still there?"]
    assert case.must.meeting is not None
    assert case.must.replies == 2


def test_a_script_that_does_not_replay_is_left_out_and_told(tmp_path: Path) -> None:
    talk = [
        {"role": "user", "content": "Tuesday at ten, please"},
        {"role": "assistant", "content": None, "tool_calls": [call("book_meeting", {"slot_id": "slot_99999"})]},
        {"role": "assistant", "content": "You are booked."},
    ]
    case, _, _ = imported(tmp_path, talk)
    assert case.models == (Mode.BUILT_IN,)
    assert any("the script was left out" in issue for issue in case.issues)


def test_several_messages_in_a_row_are_a_burst_and_long_ones_are_cut(tmp_path: Path) -> None:
    case, _, _ = imported(tmp_path, [{"role": "user", "content": "one"}, {"role": "user", "content": "x" * 9000}])
    [step] = case.visitor
    assert not isinstance(step, str)
    assert any("cut at 4000" in issue for issue in case.issues)


def test_what_a_person_has_written_is_not_written_over(tmp_path: Path) -> None:
    imported(tmp_path, OURS)
    [written] = (tmp_path / "out").glob("*.yaml")
    written.write_text("mine", encoding="utf-8")
    console = Console(width=200, record=True, file=io.StringIO())
    import_files([tmp_path / "talk.json"], out=tmp_path / "out", visitor=None, console=console)
    assert written.read_text(encoding="utf-8") == "mine"
    assert "is there already" in console.export_text()


def test_the_same_detail_becomes_the_same_invention_and_an_invented_one_stays() -> None:
    inventions = Inventions()
    said = (
        "Kim Tallis here, kim@tallis.test or Kim@Tallis.test, call +49 30 901820 or +49 30 901 820; not x@example.com"
    )
    inventions.learn(said, name="Kim Tallis")
    told = inventions.replaced(said)
    assert told.count("guest1@firm1.example.com") == 2
    assert told.count("+1 202 555 0100") == 2
    assert "x@example.com" in told
    assert "Tallis" not in told
    again = Inventions()
    again.learn(told)
    assert again.replaced(told).count("example.com") == 3
    assert "phone" not in again.told


def test_prices_dates_and_ids_are_no_phone_numbers() -> None:
    said = "Our budget is 20.000 to 30,000 EUR, we start on 2026-11-24, order 4711-220, 12 people, 250-300 seats"
    inventions = Inventions()
    inventions.learn(said)
    assert inventions.replaced(said) == said
