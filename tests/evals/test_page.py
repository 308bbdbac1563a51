"""The report as a page: it stands alone, runs nothing that a visitor wrote, and shows where a run failed."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from evals.commands import write_page
from evals.compare import compare
from evals.page import exchanges, page
from evals.result import Result, write_json
from evals.trace import Beside
from evals.verdict import Finding, judged
from tests.evals.exam import case_of, run

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def result() -> Result:
    [trace] = run(
        case_of(visitor=f"['{EVIL}', 'Hello <b>again</b>']", script=f"[[{{say: 'Yes {EVIL}'}}], [{{say: Hi.}}]]")
    )
    held = judged(Finding("replies", holds=True, wanted="2", found="2"))
    return Result("topic/one", "topic", "scripted", (held,), trace, about="A visitor writes & writes.")


def broken(result: Result, turn: int | None = 1) -> Result:
    verdict = judged(Finding("never_said", holds=False, wanted=f"never {EVIL}", found="it", turn=turn))
    return replace(result, verdicts=(*result.verdicts, verdict))


def test_nothing_that_was_written_runs_and_nothing_is_loaded(result: Result) -> None:
    text = page([broken(result)], compare([result], [broken(result)]))
    tags = Tags(text).found
    assert {"script", "img", "b", "link", "iframe"} & {tag for tag, _ in tags} <= {"b"}
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    names = {name for _, attributes in tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name == "src"]
    assert [a["href"] for _, a in tags if (a.get("href") or "#")[0] != "#"] == []
    assert "url(" not in text
    assert "default-src 'none'" in text


def test_a_failing_line_is_marked_where_it_was_said(result: Result) -> None:
    told = exchanges(broken(result, turn=2))
    assert [len(e.failed) for e in told] == [0, 1]
    text = page([broken(result, turn=2)])
    assert text.count("<li class=broken>") == 1
    assert text.index("<li class=broken>") > text.index("Hi.") - 2000
    assert "must.never_said" in text
    assert "critical, revealed" in text
    assert "0 of 1" in text


def test_what_fails_stands_before_what_passes_and_the_figures_say_how_much(result: Result) -> None:
    good = replace(result, name="topic/two")
    text = page([good, broken(result)])
    assert text.index("topic/one") < text.index("topic/two")
    cards = re.findall(r"<span class=\"soft\">([^<]+)</span><strong>([^<]+)</strong>", text)
    assert cards == [
        ("Runs passed", "1 of 2"),
        ("Checks held", "2 of 3"),
        ("Critical mistakes", "1"),
        ("Wishes fulfilled", "0 of 0"),
    ]


def test_several_trials_show_how_reliable_it_is(result: Result) -> None:
    text = page([replace(result, model="live"), replace(broken(result), model="live", trial=2)])
    assert "live, pass^2" in text
    assert "0.0%" in text
    assert "once 50.0% (9.5% to 90.5%)" in text


def test_what_changed_since_the_baseline_is_told(result: Result) -> None:
    text = page([broken(result)], compare([result], [broken(result)]))
    assert "1 worse" in text
    assert "fails must.never_said" in text
    assert 'href="#topic/one/scripted/1"' in text
    assert 'id="topic/one/scripted/1"' in text


def test_what_was_said_beside_the_turns_stands_in_its_place(result: Result) -> None:
    trace = replace(result.trace, beside=(Beside(1, "rep", "It is me."), Beside(2, "visitor", "Bye.")))
    told = exchanges(replace(result, trace=trace))
    assert [[b.text for b in e.beside] for e in told] == [[], ["It is me."], ["Bye."]]
    assert told[-1].turn is None
    assert "Bye." in page([replace(result, trace=trace)])


def test_the_same_results_give_the_same_page_also_from_a_file(result: Result, tmp_path: Path) -> None:
    results = [broken(result), replace(result, name="topic/two")]
    write_json(results, tmp_path / "report.json")
    write_page(tmp_path / "report.json", tmp_path / "exam.html", baseline=None, console=Console(quiet=True))
    assert (tmp_path / "exam.html").read_text(encoding="utf-8") == page(results) == page(results[::-1])
