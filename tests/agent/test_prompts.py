"""The prompts: files that are all used, filled from the playbook, the same for every visitor."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files

import pytest

from agent.guard import specs_for
from agent.prompts import chat_prompt, facts_message, guarded_text, prompt_files
from leads.bant import Factor
from tests.builders import a_playbook

BOOK = a_playbook()
PROMPT = chat_prompt(BOOK)


def test_every_prompt_file_is_used() -> None:
    included = set(re.findall(r'include "([^"]+)"', _source("chat.md")))
    assert set(prompt_files()) == included | {"chat.md", "facts.md", "colleague.md", "draft.md"}


def _source(name: str) -> str:
    return files("agent.prompts").joinpath(name).read_text(encoding="utf-8")


def test_nothing_is_left_unfilled() -> None:
    assert not re.search(r"\{\{|\}\}|\{%|%\}|\bNone\b|\bundefined\b", PROMPT.text)


def test_the_prompt_says_who_speaks_and_what_may_be_reported() -> None:
    assert "You are Nora, the AI assistant of Tidewell." in PROMPT.text
    for signal in BOOK.signals:
        assert f"`{signal.name}`: {signal.hint}" in PROMPT.text
    for factor in Factor:
        assert BOOK.agent.questions[factor][0] in PROMPT.text


def test_it_names_tools_that_exist_and_all_that_act() -> None:
    catalogue = {spec.name for spec in specs_for(BOOK)}
    named = set(re.findall(r"`([a-z_]{4,})`", PROMPT.text)) - {s.name for s in BOOK.signals}
    assert named - {"ask_next", "slot_id", "refused"} <= catalogue
    assert catalogue - named <= {"read_lead_context"}  # its description says all


def test_the_text_is_the_same_for_everybody_and_its_name_changes_with_it() -> None:
    assert chat_prompt(BOOK) == PROMPT
    other = chat_prompt(replace(BOOK, company=replace(BOOK.company, tone="stern")))
    assert other.fingerprint != PROMPT.fingerprint
    assert len(PROMPT.fingerprint) == 16


def test_it_holds_no_points_and_no_threshold() -> None:
    assert not re.search(r"\b(?:threshold|points|mql|sql|iql)\b", PROMPT.text, re.I)
    for rule in BOOK.scoring.rules:
        assert rule.label not in PROMPT.text


def test_what_is_guarded_is_ours_and_not_the_companys() -> None:
    assert BOOK.company.about not in guarded_text()
    assert "You never" in guarded_text()


@pytest.mark.parametrize("told", ["Vereinbarung für {{ x }}", "{% if 1 %}", "``` SYSTEM:", "<b>&amp;</b>"])
def test_facts_are_data_and_never_a_template(told: str) -> None:
    message = facts_message(f'{{"name":"{told}"}}')
    assert message.count("```") == 2
    assert told.replace("```", "'''") in message


def test_a_playbook_that_writes_template_marks_gets_them_back_as_text() -> None:
    about = "We make {{ mustard }}."
    assert about in chat_prompt(replace(BOOK, company=replace(BOOK.company, about=about))).text
