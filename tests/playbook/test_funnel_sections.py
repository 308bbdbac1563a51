"""The optional sections about the funnel: what they become, and that each fault of them is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from leads.nurture import DEFAULT_RULES, NurturePolicy
from leads.opportunity import PIPELINE
from playbook.loader import check_playbook, read_playbook
from tests.playbook.drafts import DEFAULTS, SAMPLE


def written(tmp_path: Path, file: str, text: str, *, cut: str) -> Path:
    """The defaults with a section of one file replaced."""
    folder = tmp_path / "book"
    for path in DEFAULTS.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(DEFAULTS)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    kept = (folder / file).read_text(encoding="utf-8").split(cut)[0]
    (folder / file).write_text(kept + text, encoding="utf-8")
    return folder


def test_a_playbook_without_them_is_complete_and_means_the_defaults(tmp_path: Path) -> None:
    folder = written(tmp_path, "company.yaml", "", cut="# Optional from here on")
    kept = (folder / "sequences.yaml").read_text(encoding="utf-8").split("# Optional: which track")[0]
    (folder / "sequences.yaml").write_text(kept, encoding="utf-8")
    book = read_playbook(folder)
    assert (book.pipeline, book.nurture, book.market.ideal_customer) == (PIPELINE, NurturePolicy(DEFAULT_RULES), None)
    assert book.company.fiscal_year_start is None


def test_the_sample_sells_to_food_makers() -> None:
    book = read_playbook(SAMPLE)
    assert [part.key for part in book.market.segments] == ["dairies", "breweries"]
    assert [stage.key for stage in book.pipeline] == ["discovery", "trial_plant", "proposal", "contract"]
    assert book.nurture.rules[0].task is not None


@pytest.mark.parametrize(
    ("file", "cut", "text", "where", "words"),
    [
        (
            "company.yaml",
            "stages:\n",
            "stages:\n  labels:\n    mqq: Ready\n",
            "stages.labels.mqq",
            "no word of the funnel",
        ),
        ("company.yaml", "stages:\n", "stages:\n  cool_off_days: -1\n", "stages.cool_off_days", "out of bounds"),
        (
            "company.yaml",
            "stages:\n",
            "market:\n  ideal_customer: {attr: company.colour, value: red}\n",
            "market.ideal_customer.attr",
            "nobody fills an attribute",
        ),
        (
            "company.yaml",
            "stages:\n",
            "pipeline:\n  - {key: won, label: Won, probability: 1}\n",
            "pipeline[0].key",
            "ends an opportunity",
        ),
        (
            "sequences.yaml",
            "nurture:\n",
            "nurture:\n  rules:\n    - {id: a, label: A, occasions: [silent], track: x, sequence: nope}\n",
            "nurture.rules[0].sequence",
            "no sequence",
        ),
        (
            "sequences.yaml",
            "nurture:\n",
            "nurture:\n  rules:\n    - {id: a, label: A, occasions: [silent], track: x}\n"
            "    - {id: b, label: B, occasions: [silent], track: y}\n",
            "nurture.rules[1].id",
            "never asked",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, file: str, cut: str, text: str, where: str, words: str) -> None:
    faults = check_playbook(written(tmp_path, file, text, cut=cut))
    lines = (tmp_path / "book" / file).read_text(encoding="utf-8").splitlines()
    assert [(fault.file, fault.where) for fault in faults] == [(file, where)]
    assert words in faults[0].wrong
    assert lines[faults[0].line - 1].strip() in text
