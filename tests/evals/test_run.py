"""The command's work: what passes, what fails, what is written down. And the exam itself, whole."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from evals.catalogue import Place
from evals.commands import Options, run_cases
from leads.refusal import NotKnown
from tests.evals.exam import CASE


def ask(folder: Path, *wanted: str, report: Path | None = None, models: tuple[str, ...] = ()) -> tuple[bool, str]:
    console = Console(width=300, record=True, file=io.StringIO())
    options = Options(models=models, report=report, jobs=1)
    passed = run_cases(list(wanted), options, console=console, place=Place(folder, folder / "tapes"))
    return passed, console.export_text()


def write(folder: Path, name: str, text: str) -> None:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


HELLO = """
about: A visitor says hello and is greeted.
clock: 2026-11-23T10:00:00+01:00
visitor: [Hello]
script: [[{say: Hello there.}]]
must: {replies: 1}
"""


def test_a_failed_must_fails_the_run_and_shows_the_talk_around_it(tmp_path: Path) -> None:
    write(tmp_path, "good/hello", HELLO)
    write(tmp_path, "bad/hello", HELLO.replace("replies: 1", "replies: 2"))
    passed, shown = ask(tmp_path, models=("scripted",))
    assert not passed
    assert "bad/hello (scripted)" in shown
    assert "must.replies: wanted 2; found 1" in shown
    assert "1 visitor: Hello" in shown
    assert "1 of 2 runs passed" in shown
    assert ask(tmp_path, "good")[0]


def test_a_failed_should_is_shown_and_passes(tmp_path: Path) -> None:
    write(tmp_path, "topic/hello", HELLO + "should: {replies: 2}\n")
    passed, shown = ask(tmp_path, models=("scripted",))
    assert passed
    assert "should.replies: wanted 2; found 1" in shown


DRAFT = """
about: Somebody says hello, and nobody has written it yet.
clock: 2026-11-23T10:00:00+01:00
models: [built-in]
draft: [greets us (en, 1 words)]
must: {replies: 1}
"""


def test_a_draft_is_told_and_never_counts_as_passed(tmp_path: Path) -> None:
    write(tmp_path, "good/hello", HELLO + "models: [scripted]\n")
    write(tmp_path, "good/draft", DRAFT)
    passed, shown = ask(tmp_path)
    assert passed
    assert "1 drafts wait for somebody to write their lines and were not run: good/draft" in shown
    assert "1 of 1 runs passed" in shown
    assert not ask(tmp_path, "good/draft")[0]


def test_the_json_file_holds_verdicts_and_the_whole_trace(tmp_path: Path) -> None:
    write(tmp_path, "topic/buyer", CASE.strip() + "\nmodels: [scripted]\n")
    report = tmp_path / "report.json"
    passed, _ = ask(tmp_path, report=report)
    written = json.loads(report.read_text(encoding="utf-8"))
    assert passed
    assert (written["passed"], written["failed"]) == (1, 0)
    [result] = written["results"]
    assert result["fingerprint"]
    assert [turn["reply"] for turn in result["trace"]["turns"]][1:] == ["Which one suits you?", "You're booked."]
    assert all(verdict["explanation"] for verdict in result["verdicts"])


def test_a_model_that_the_exam_does_not_know_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "topic/hello", HELLO)
    with pytest.raises(NotKnown, match="built-in"):
        ask(tmp_path, models=("builtin",))


def test_faulty_cases_fail_the_run_with_their_lines(tmp_path: Path) -> None:
    write(tmp_path, "topic/hello", HELLO.replace("replies", "repleis"))
    passed, shown = ask(tmp_path)
    assert not passed
    assert "topic/hello.yaml:6" in shown


def test_a_run_of_nothing_does_not_pass(tmp_path: Path) -> None:
    assert ask(tmp_path)[0] is False


def test_every_case_of_the_exam_passes_with_every_model_it_names() -> None:
    console = Console(width=200, record=True, file=io.StringIO())
    assert run_cases([], Options(quiet=True), console=console), console.export_text()
