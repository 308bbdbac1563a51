"""The table of endings is complete, and whatever happens a turn comes to an end."""

from itertools import product

import pytest

from agent.finish import ACTIONS, Action, Copy, Finish, action_for, copy_for

ONCE = (Action.repair_once, Action.regenerate, Action.trim_once, Action.fallback)


def test_every_ending_has_an_action() -> None:
    assert set(ACTIONS) == set(Finish)


@pytest.mark.parametrize("finish", Finish)
def test_tools_run_after_one_ending_only(finish: Finish) -> None:
    assert (ACTIONS[finish] is Action.run_tools) == (finish is Finish.tool_calls)
    assert (ACTIONS[finish] is Action.deliver) == (finish is Finish.stop)


@pytest.mark.parametrize("finish", Finish)
def test_no_remedy_is_used_twice(finish: Finish) -> None:
    used: set[Action] = set()
    for _ in range(len(Action)):
        action = action_for(finish, used=used)
        assert action not in used or action not in ONCE
        used.add(action)
    assert action_for(finish, used=used) in {Action.hand_off, Action.deliver, Action.run_tools}


def test_what_follows_does_not_depend_on_the_order_of_what_was_used() -> None:
    for finish, flags in product(Finish, product((False, True), repeat=len(ONCE))):
        used = {action for action, on in zip(ONCE, flags, strict=True) if on}
        assert action_for(finish, used=used) not in used


def test_a_broken_stream_is_asked_for_again_then_left_to_the_fallback_then_to_a_person() -> None:
    assert action_for(Finish.cut_off, used=set()) is Action.regenerate
    assert action_for(Finish.cut_off, used={Action.regenerate}) is Action.fallback
    assert action_for(Finish.cut_off, used={Action.regenerate, Action.fallback}) is Action.hand_off


def test_the_visitor_hears_the_right_reason() -> None:
    assert copy_for(Finish.refusal) is copy_for(Finish.content_filter) is Copy.cannot_help
    assert copy_for(Finish.unavailable) is copy_for(Finish.out_of_credit) is Copy.unavailable
    assert copy_for(Finish.length) is Copy.needs_person
