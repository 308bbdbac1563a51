"""The catalogue holds every case there is, and every case keeps the house rules for invented data."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from agent.tools import TOOLS
from evals.catalogue import CASES, CaseFaults, NoSuchCase, chosen, read_cases
from evals.commands import list_cases
from evals.modes import Mode
from evals.twins import sibling


def test_every_file_is_a_case_and_every_case_is_listed() -> None:
    files = {path.relative_to(CASES).with_suffix("").as_posix() for path in CASES.rglob("*.yaml")}
    console = Console(width=400, record=True, file=io.StringIO())
    list_cases(console=console)
    shown = console.export_text()
    entries = read_cases()
    assert files == {sibling(entry.name) for entry in entries}
    assert [e.name for e in entries if not re.search(rf"^{e.name} ", shown, re.MULTILINE)] == []
    assert f"{len(files)} cases" in shown


def test_there_are_cases_for_every_model_and_every_tool() -> None:
    entries = read_cases()
    text = "\n".join(path.read_text(encoding="utf-8") for path in CASES.rglob("*.yaml"))
    assert len(entries) >= 25
    assert all(sum(mode in e.case.models for e in entries) >= 15 for mode in (Mode.SCRIPTED, Mode.BUILT_IN))
    assert [tool.name for tool in TOOLS if tool.name not in text] == []


def test_a_benign_twin_names_the_refusal_it_looks_like() -> None:
    entries = read_cases()
    names = {entry.name for entry in entries}
    named = {e.name: e.case.benign_twin_of for e in entries if e.case.benign_twin_of}
    assert [name for name, of in named.items() if of not in names or of == name] == []


def test_people_in_cases_live_on_example_com_and_every_case_names_its_schema() -> None:
    for path in CASES.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        hosts = re.findall(r"[\w.+-]+@([\w.-]+\w)", text)
        assert [host for host in hosts if not (host == "example.com" or host.endswith(".example.com"))] == [], path
        assert text.startswith("# yaml-language-server: $schema=../../case.schema.json\n"), path


def test_cases_are_chosen_by_topic_title_or_name() -> None:
    entries = read_cases()
    assert {e.topic for e in chosen(entries, ["booking"])} == {"booking"}
    assert [e.name for e in chosen(entries, ["secrets"])] == ["boundaries/secrets"]
    assert [e.name for e in chosen(entries, ["buyers/competitor"])] == ["buyers/competitor"]
    assert chosen(entries, []) == entries


def test_a_name_that_nothing_has_is_refused_with_the_likely_one() -> None:
    with pytest.raises(NoSuchCase, match="Did you mean booking"):
        chosen(read_cases(), ["bookings"])


def test_the_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / "topic").mkdir(exist_ok=True)
        (tmp_path / "topic" / f"{name}.yaml").write_text("about: too little\n", encoding="utf-8")
    with pytest.raises(CaseFaults) as caught:
        read_cases(tmp_path)
    assert {fault.file for fault in caught.value.faults} == {"topic/one.yaml", "topic/two.yaml"}
