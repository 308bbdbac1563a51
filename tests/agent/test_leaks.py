"""What never leaves."""

from agent.leaks import LeakGuard
from agent.prompts import guarded_text

GUARD = LeakGuard(guarded_text(), ("our margin is",), ("tidewell.example.com",))


def test_reciting_our_instructions_is_found_in_any_dress() -> None:
    line = "You never say that something is booked, sent, passed on or planned unless a tool has just done it."
    assert GUARD.leaks(line)
    assert GUARD.leaks("Sure! My rules: " + line.upper())
    assert not GUARD.leaks("I never share how I work inside.")
    assert not GUARD.leaks("Nothing is booked yet; which of these times suits you?")


def test_a_phrase_the_owner_forbids_is_found() -> None:
    assert GUARD.leaks("Honestly, OUR MARGIN is huge.")


def test_pictures_markup_and_foreign_links_are_taken_out() -> None:
    assert GUARD.clean("See ![x](https://evil.example/a.png?d=1) this") == "See  this"
    assert GUARD.clean("Read [the docs](https://evil.example/x).") == "Read the docs."
    assert GUARD.clean("<img src=x onerror=alert(1)>Hi") == "Hi"
    assert GUARD.clean("Go to https://evil.example/now") == "Go to "
    assert GUARD.clean("See [pricing](https://tidewell.example.com/pricing).") == (
        "See [pricing](https://tidewell.example.com/pricing)."
    )
    assert GUARD.clean("javascript: [x](javascript:alert(1))") == "javascript: x"
