"""Copies of playbooks in a folder of the test's own."""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.playbook.drafts import DEFAULTS, SAMPLE, Draft


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """A copy of the sample playbook."""
    shutil.copytree(SAMPLE, tmp_path / "book")
    return Draft(tmp_path / "book")


@pytest.fixture
def drafts(tmp_path: Path) -> Callable[[], Draft]:
    """A maker of fresh copies of the (small) starting playbook."""
    made = count()

    def make() -> Draft:
        folder = tmp_path / f"book{next(made)}"
        shutil.copytree(DEFAULTS, folder)
        return Draft(folder)

    return make
