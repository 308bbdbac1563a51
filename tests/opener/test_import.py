"""`opener import`: a list in from the command line, with an exit code, a summary, and the faults in a file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.opener.test_cli import opener

LIST = "Wer,Name,=Linien()\nkim@bakery.example.com,Kim Ito,4\nnot an address,=1+1,2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert opener(tmp_path, "init", "mine").returncode == 0
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


def test_a_list_is_tried_brought_in_and_changes_nothing_again(folder: Path) -> None:
    env = {"OPENER_PLAYBOOK": "mine"}
    words = ("import", "list.csv", "--map", "Wer=email", "--source", "fair")
    tried = opener(folder, *words, "--dry-run", env=env)
    assert "Nothing was kept" in tried.stdout
    first, again = opener(folder, *words, env=env), opener(folder, *words, env=env)
    assert (first.returncode, again.returncode) == (1, 1)
    assert "1 new, 0 updated, 0 unchanged, 1 refused" in first.stdout
    assert "0 new, 0 updated, 1 unchanged, 1 refused" in again.stdout
    with (folder / "list.csv.errors.csv").open(encoding="utf-8", newline="") as file:
        [fault] = list(csv.DictReader(file))
    assert (fault["line"], fault["column"], fault["Name"]) == ("3", "email", "'=1+1")
    assert fault["'=Linien()"] == "2"  # no cell of the file runs in a spreadsheet, its header neither


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("import", "nowhere.csv"), "cannot be read"),
        (("import", "list.csv", "--map", "Wer"), "Column=field"),
        (("import", "list.csv", "--map", "Wer=emial"), "email"),
        (("import", "list.csv", "--map", "Who=email"), "no column"),
        (("import", "list.csv", "--mapping", "mine/company.yaml"), "not known here"),
        (("import", "mine"), "cannot be read"),
    ],
)
def test_wrong_use_is_one_sentence(folder: Path, words: tuple[str, ...], says: str) -> None:
    done = opener(folder, *words, env={"OPENER_PLAYBOOK": "mine"})
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
