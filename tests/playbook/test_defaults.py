"""What `opener init` writes can be used as it stands and explains itself."""

import re

import pytest

from playbook.book import Playbook
from playbook.loader import FILES, check_playbook, read_playbook
from playbook.meetings_file import RepSection
from playbook.schema import Section, sections_in
from playbook.week import Hours
from tests.playbook.drafts import DEFAULTS


def test_it_has_no_fault() -> None:
    assert check_playbook(DEFAULTS) == []


def test_it_is_neutral() -> None:
    book: Playbook = read_playbook(DEFAULTS)
    text = "\n".join(path.read_text(encoding="utf-8") for path in DEFAULTS.rglob("*") if path.is_file())
    assert "tidewell" not in text.lower()
    assert book.company.competitors == ()
    assert all(page.url is None or "example.com" in page.url for page in book.knowledge)


@pytest.mark.parametrize("name", FILES)
def test_every_file_begins_with_what_it_is_for(name: str) -> None:
    assert (DEFAULTS / name).read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize(("name", "model"), FILES.items())
def test_every_key_a_file_may_hold_is_shown_or_named(name: str, model: type[Section]) -> None:
    text = (DEFAULTS / name).read_text(encoding="utf-8")
    assert [key for key in keys_of(model) if not re.search(rf"\b{key}:", text)] == []


def keys_of(model: type[Section]) -> set[str]:
    """Every key; hours are explained once, in company.yaml."""
    keys = set(model.model_fields)
    for field in model.model_fields.values():
        for section in sections_in(field.annotation):
            keys |= set() if section is Hours and model is RepSection else keys_of(section)
    return keys


@pytest.mark.parametrize("name", FILES)
def test_the_comments_keep_up_with_the_keys(name: str) -> None:
    lines = [line.strip() for line in (DEFAULTS / name).read_text(encoding="utf-8").splitlines() if line.strip()]
    comments = [line for line in lines if line.startswith("#")]
    shown = [line for line in lines if re.match(r"(- )?[a-z_]+:", line)]
    assert 4 * len(comments) >= len(shown)
