"""Trials, other orders, several processes, reports that are kept: all of it says the same, or says what changed."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from evals.catalogue import Place, chosen, read_cases
from evals.commands import Options, compare_reports, run_cases
from evals.compare import compare
from evals.modes import Mode
from evals.pool import sit_all
from evals.result import NoReport, Result, read_json, reliability_of, write_json
from evals.run import same_each_time, sittings
from evals.terminal import show
from evals.verdict import Finding, Verdict, Weight, judged
from tests.evals.test_run import HELLO, write


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    folder = tmp_path_factory.mktemp("cases")
    write(folder, "good/hello", HELLO)
    write(folder, "bad/hello", HELLO.replace("replies: 1", "replies: 2"))
    return sit_all(sittings(read_cases(folder, folder / "none"), [Mode.SCRIPTED], trials=2), jobs=1)


def broken(result: Result, check: str) -> Result:
    verdict: Verdict = judged(Finding(check, holds=False, wanted="this", found="that"), weight=Weight.MUST)
    return replace(result, verdicts=(*result.verdicts, verdict))


def test_trials_without_a_live_model_are_the_same(results: list[Result]) -> None:
    compared = same_each_time(results)
    assert [r.trial for r in compared] == [1, 2, 1, 2]
    assert {v.passed for r in compared for v in r.verdicts if v.check.endswith("same_each_time")} == {True}
    other = replace(results[-1], trace=replace(results[-1].trace, events=("another",)))
    failed = same_each_time([*results[:-1], other])
    assert [r.name for r in failed if any("same_each_time" in v.check for v in r.failures)] == [results[-1].name]


def test_trials_of_a_live_model_may_differ(results: list[Result]) -> None:
    live = [replace(r, model="live") for r in results]
    live[-1] = replace(live[-1], trace=replace(live[-1].trace, events=("another",)))
    assert [v.check for r in same_each_time(live) for v in r.verdicts if "same_each_time" in v.check] == []


def test_reliability_is_told_for_several_trials_and_for_a_live_model(results: list[Result]) -> None:
    assert reliability_of([r for r in results if r.trial == 1]) == []
    [found] = reliability_of(results)
    assert (found.once.passed, found.once.of, found.pass_hats) == (2, 4, (0.5, 0.5))
    console = Console(width=200, record=True, file=io.StringIO())
    show(results, quiet=True, seconds=1, console=console)
    assert "scripted: 2 of 4, 50.0 % (15.0 to 85.0); pass^1 50.0%, pass^2 50.0%" in console.export_text()
    [live] = reliability_of([replace(r, model="live") for r in results if r.trial == 1])
    assert live.pass_hats == (0.5,)


def test_a_report_is_read_as_it_was_written(results: list[Result], tmp_path: Path) -> None:
    write_json(results, tmp_path / "deep" / "report.json")
    assert read_json(tmp_path / "deep" / "report.json") == [replace(r, tape=None) for r in results]


@pytest.mark.parametrize("text", [None, "", "[]", '{"passed": 1}'])
def test_a_file_that_is_no_report_is_told(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(NoReport, match="opener eval run --report"):
        read_json(path)


def test_what_got_worse_and_what_got_better_is_found_by_case_and_topic(results: list[Result]) -> None:
    good = [r for r in results if r.name == "good/hello"]
    worse = compare(good, [broken(good[0], "meeting.booked"), good[1]])
    assert [(c.name, c.passed_before, c.passed_after) for c in worse.worse] == [("good/hello", 2, 1)]
    assert worse.worse[0].broken == ("must.meeting.booked",)
    better = compare([broken(good[0], "meeting.booked"), good[1]], good)
    assert [c.mended for c in better.better] == [("must.meeting.booked",)]
    assert [(row.topic, row.before.rate, row.after.rate) for row in better.topics] == [("good", 0.5, 1.0)]
    shifted = compare([broken(r, "meeting.booked") for r in good], [broken(r, "said.any") for r in good])
    assert (shifted.better, shifted.worse) == ((), ())
    assert [(c.broken, c.mended) for c in shifted.shifted] == [(("must.said.any",), ("must.meeting.booked",))]
    apart = compare(good, [r for r in results if r.name == "bad/hello"])
    assert (apart.new, apart.gone) == ((("bad/hello", "scripted"),), (("good/hello", "scripted"),))


def test_diff_fails_when_anything_got_worse(results: list[Result], tmp_path: Path) -> None:
    good = [r for r in results if r.name == "good/hello"]
    write_json(good, tmp_path / "before.json")
    write_json([broken(good[0], "meeting.booked"), good[1]], tmp_path / "after.json")
    console = Console(width=200, record=True, file=io.StringIO())
    assert compare_reports(tmp_path / "before.json", tmp_path / "before.json", console=console)
    assert not compare_reports(tmp_path / "before.json", tmp_path / "after.json", console=console)
    shown = console.export_text()
    assert "worse: good/hello (scripted)" in shown
    assert "2 of 2 passed before, 1 of 2 now" in shown
    assert "- must.meeting.booked" in shown


def test_a_run_that_got_worse_than_its_baseline_fails(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    write(folder, "topic/hello", HELLO)
    options = Options(models=("scripted",), jobs=1, report=tmp_path / "before.json")
    console = Console(width=200, record=True, file=io.StringIO())
    assert run_cases([], options, console=console, place=Place(folder, folder / "none"))
    body = json.loads((tmp_path / "before.json").read_text())
    assert body["results"][0]["trial"] == 1
    again = Options(models=("scripted",), jobs=1, baseline=tmp_path / "before.json")
    assert run_cases([], again, console=console, place=Place(folder, folder / "none"))
    write(folder, "topic/hello", HELLO.replace("replies: 1", "replies: 2"))
    assert not run_cases([], again, console=console, place=Place(folder, folder / "none"))
    assert "0 better, 1 worse" in console.export_text()


def test_several_processes_and_another_order_give_the_same_results() -> None:
    entries = chosen(read_cases(), ["bant"])
    planned = sittings(entries, [Mode.SCRIPTED], trials=4)
    assert len(planned) >= 24
    shuffled = sittings(entries, [Mode.SCRIPTED], trials=4, shuffle=11)
    assert shuffled != planned
    told: list[None] = []
    once = sit_all(planned, jobs=1)
    apart = sit_all(shuffled, jobs=2, done=lambda: told.append(None))
    assert [(r.name, r.trial) for r in apart] == [(s.entry.name, s.trial) for s in shuffled]
    prints = {(r.name, r.trial): r.trace.fingerprint for r in once}
    assert {(r.name, r.trial): r.trace.fingerprint for r in apart} == prints
    assert len(told) == len(shuffled)
