"""A case file says everything that is wrong with it, by line, and what could stand there instead."""

import pytest

from evals.catalogue import read_case
from evals.modes import Mode
from evals.steps import Pause
from tests.evals.exam import CASE, case_of


def faults(text: str) -> list[str]:
    found = read_case(text, file="topic/case.yaml")
    assert isinstance(found, list)
    return [str(fault) for fault in found]


def test_a_case_is_read_with_its_zone_its_steps_and_its_lines() -> None:
    case = case_of(visitor="[hello, {pause: 2 days}, {burst: [one, two]}]")
    assert case.clock.utcoffset() is not None
    assert case.models == (Mode.SCRIPTED,)
    pause = case.visitor[1]
    assert isinstance(pause, Pause)
    assert pause.pause.days == 2
    assert [len(lines) for lines in case.script] == [2, 3, 2]


@pytest.mark.parametrize(
    ("line", "wrong", "told"),
    [
        ("must: {stage: mql}", "must: {stage: mqll}", 'did you mean "mql"'),
        ("must: {stage: mql}", "must: {stag: mql}", 'did you mean "stage"'),
        ("must: {stage: mql}", "must: {tools_never: [book_meting]}", 'did you mean "book_meeting"'),
        ("must: {stage: mql}", "must: {guard_events: [say_do.boking]}", 'did you mean "say_do.booking"'),
        ("must: {stage: mql}", "must: {outbox: {letter: 1}}", "invitation, notice"),
        ("must: {stage: mql}", "must: {}", "nothing can fail here"),
        ("must: {stage: mql}", "must: {stage: mql}\ndraft: [greets us]", "either `visitor`, `persona` or `draft`"),
        ("must: {stage: mql}", "must: {stage: mql}\nmodels: [built-in]", "needs a script, and no other case has one"),
        ("  - I'd like a demo\n", "  - {brust: [a, b]}\n", "burst, pause, reload"),
        ("  - I'd like a demo\n", "  - {burst: [a]}\n", "at least 2"),
        ("  - I'd like a demo\n", "  - {pause: two days}\n", "2 days or 1 hour"),
        ("  - I'd like a demo\n", "  - {click_slot: 1}\n", "email"),
        ("    - say: You're booked.\n", "    - sya: You're booked.\n", "{say: …}"),
        ("    - say: You're booked.\n", "    - fail: stop\n", "stop is no failure"),
        ("    - say: You're booked.\n", "    - {fail: timeout, after: Wait}\n", "no words come before"),
        ("call: {book_meeting: {slot_id: slot_00002}}", "call: {book_metting: {}}", 'did you mean "book_meeting"'),
        ("T10:00:00+01:00", "T10:00:00", "timezone"),
        ("must: {stage: mql}", "must: {stage: mql}\nplaybook: {company.yml: {}}", "company.yaml"),
    ],
)
def test_a_slip_is_told_with_its_line_and_the_way_out(line: str, wrong: str, told: str) -> None:
    assert CASE.count(line) == 1
    found = faults(CASE.replace(line, wrong).strip())
    assert any(told in fault for fault in found), found
    assert all(fault.startswith("topic/case.yaml:") for fault in found)
