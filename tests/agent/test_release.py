"""Words go out sentence by sentence, and only those that hold."""

import pytest

from agent.finish import Finish
from agent.gateway import Completion
from agent.leaks import LeakGuard
from agent.loop import Regenerate
from agent.provider import Usage
from agent.release import Release, Superseded
from agent.say_do import Ground
from agent.tool import Deed


def completion(finish: Finish) -> Completion:
    return Completion("", (), finish, Usage(), "scripted")


class Screen:
    """What a visitor would see."""

    def __init__(self) -> None:
        self.text = ""
        self.pieces: list[str] = []
        self.deeds: set[Deed] = set()
        self.newer = False

    async def show(self, piece: str, at: int) -> None:
        assert at == len(self.text)
        self.text += piece
        self.pieces.append(piece)

    async def retract(self, whole: str) -> None:
        self.text = whole

    async def before_first(self) -> None:
        if self.newer:
            raise Superseded

    def release(self) -> Release:
        guard = LeakGuard("", (), ())
        return Release(lambda: Ground(deeds=frozenset(self.deeds)), guard, self.show, self.retract, self.before_first)


async def speak(release: Release, text: str, finish: Finish = Finish.stop) -> Regenerate | None:
    for i in range(0, len(text), 5):
        await release.text(text[i : i + 5])
    return await release.message_finished(completion(finish))


async def test_plain_sentences_are_shown_while_the_rest_is_still_coming() -> None:
    screen = Screen()
    release = screen.release()
    await release.text("Yes, we do that. And mo")
    assert screen.text == "Yes, we do that. "
    await release.text("re.")
    assert await release.message_finished(completion(Finish.stop)) is None
    assert screen.text == "Yes, we do that. And more."


async def test_a_claim_without_a_deed_is_never_shown_and_must_be_written_again() -> None:
    screen = Screen()
    release = screen.release()
    wish = await speak(release, "Good choice. You're booked for Tuesday. See you then!")
    assert isinstance(wish, Regenerate)
    assert "booked" in wish.note
    assert screen.text == "Good choice. "
    assert await speak(release, "Which of the times suits you?") is None
    assert screen.text == "Good choice. Which of the times suits you?"


async def test_a_claim_waits_for_the_tool_that_makes_it_true() -> None:
    screen = Screen()
    release = screen.release()
    assert await speak(release, "I'll book it now.", Finish.tool_calls) is None
    assert screen.text == ""
    screen.deeds.add(Deed.BOOKED)
    await release.tools_finished([])
    assert screen.text.strip() == "I'll book it now."


async def test_a_held_claim_is_dropped_when_the_tool_did_not_do_it() -> None:
    screen = Screen()
    release = screen.release()
    await speak(release, "I'll book it now.", Finish.tool_calls)
    await release.tools_finished([])
    assert await speak(release, "That time is gone, sorry.") is None
    assert screen.text == "That time is gone, sorry."


async def test_words_of_a_message_that_broke_are_taken_back() -> None:
    screen = Screen()
    release = screen.release()
    await speak(release, "Half an answer. And then", Finish.cut_off)
    assert screen.text == ""
    assert await speak(release, "A whole answer.") is None
    assert screen.text == "A whole answer."


async def test_nothing_is_shown_when_the_visitor_wrote_on() -> None:
    screen = Screen()
    screen.newer = True
    with pytest.raises(Superseded):
        await speak(screen.release(), "Too late. Really.")
    assert screen.text == ""


async def test_fixed_copy_follows_what_was_shown() -> None:
    screen = Screen()
    release = screen.release()
    await speak(release, "Let me see. I've sent it.")
    await release.say("I have asked a colleague.")
    assert screen.text == "Let me see. \n\nI have asked a colleague."
