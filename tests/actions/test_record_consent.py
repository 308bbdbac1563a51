from __future__ import annotations

from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.record_consent import opt_out, record_consent
from actions.workspace import Workspace
from leads.consent import Purpose, is_granted
from leads.conversation import Conversation
from tests.builders import MONDAY, StandingClock, a_conversation


async def say(workspace: Workspace, conversation: Conversation, *, granted: bool) -> None:
    async with workspace.unit() as uow:
        await record_consent(uow, conversation.id, purpose=Purpose.MARKETING, granted=granted, text_version="2026-01")


async def may_we(workspace: Workspace, conversation: Conversation, purpose: Purpose = Purpose.MARKETING) -> bool:
    async with workspace.reading() as uow:
        person = (await uow.conversations.get(conversation.id)).person_id
        return is_granted(await uow.ledger.consents(person), purpose)


async def test_a_word_on_consent_is_kept_with_its_text_and_shown(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    assert not await may_we(workspace, conversation)
    await say(workspace, conversation, granted=True)
    assert await may_we(workspace, conversation)
    async with workspace.reading() as uow:
        kept = (await uow.ledger.consents(conversation.person_id))[-1]
        event = (await uow.conversations.events_after(conversation.id, 0))[-1]
    assert (kept.purpose, kept.granted, kept.text_version, kept.source, kept.at) == (
        Purpose.MARKETING,
        True,
        "2026-01",
        f"widget:{conversation.id}",
        MONDAY,
    )
    assert (event.type, event.data) == ("consent.recorded", {"purpose": "marketing", "granted": True})


async def test_opting_out_takes_back_what_was_granted_and_leaves_the_chat_alone(
    workspace: Workspace, clock: StandingClock
) -> None:
    conversation = await a_conversation(workspace)
    await say(workspace, conversation, granted=True)
    clock.forward(minutes=1)
    async with workspace.unit() as uow:
        await opt_out(uow, conversation.id, source="chat")
    assert not await may_we(workspace, conversation)
    assert await may_we(workspace, conversation, Purpose.CHAT)
    async with workspace.reading() as uow:
        assert len(await uow.ledger.consents(conversation.person_id)) == 3  # nothing is ever deleted


async def test_a_yes_and_an_opt_out_in_the_same_instant_is_an_opt_out(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    async with workspace.unit() as uow:
        await opt_out(uow, conversation.id, source="chat")
    await say(workspace, conversation, granted=True)
    assert not await may_we(workspace, conversation)


async def test_an_opt_out_goes_along_when_a_visitor_turns_out_to_be_somebody_we_know(
    workspace: Workspace, clock: StandingClock
) -> None:
    known = await a_conversation(workspace, verified=True, email="lee@example.com")
    await say(workspace, known, granted=True)
    clock.forward(minutes=1)
    visitor = await a_conversation(workspace, says="lee@example.com wants no more mail")
    async with workspace.unit() as uow:
        await opt_out(uow, visitor.id, source="chat")
        await note_contact(uow, workspace.book, visitor.id, [ContactNote(ContactKind.EMAIL, "lee@example.com", "")])
    assert not await may_we(workspace, known)


async def join_lee(workspace: Workspace, visitor: Conversation) -> None:
    async with workspace.unit() as uow:
        await note_contact(uow, workspace.book, visitor.id, [ContactNote(ContactKind.EMAIL, "lee@example.com", "")])


async def test_a_stranger_cannot_overrule_an_opt_out_before_or_after_typing_the_address(
    workspace: Workspace, clock: StandingClock
) -> None:
    known = await a_conversation(workspace, verified=True, email="lee@example.com")
    async with workspace.unit() as uow:
        await opt_out(uow, known.id, source="chat")
    clock.forward(minutes=1)
    visitor = await a_conversation(workspace, says="lee@example.com")
    await say(workspace, visitor, granted=True)
    await join_lee(workspace, visitor)
    assert not await may_we(workspace, known)
    clock.forward(minutes=1)
    await say(workspace, visitor, granted=True)
    async with workspace.reading() as uow:
        assert (await uow.conversations.get(visitor.id)).person_id == known.person_id
        words = [c.granted for c in await uow.ledger.consents(known.person_id) if c.purpose is Purpose.MARKETING]
        screen = [e.type for e in await uow.conversations.events_after(visitor.id, 0)]
    assert words == [False]
    assert screen.count("consent.recorded") == 2  # the screen tells nothing about whom we know
    await say(workspace, visitor, granted=False)
    await say(workspace, known, granted=True)  # in the same instant: the no counts
    assert not await may_we(workspace, known)


async def test_a_refusal_older_than_a_yes_still_wins_on_joining(workspace: Workspace, clock: StandingClock) -> None:
    visitor = await a_conversation(workspace, says="lee@example.com wants no more mail")
    await say(workspace, visitor, granted=False)
    clock.forward(minutes=1)
    known = await a_conversation(workspace, verified=True, email="lee@example.com")
    await say(workspace, known, granted=True)
    clock.forward(minutes=1)
    await join_lee(workspace, visitor)
    assert not await may_we(workspace, known)
    clock.forward(minutes=1)
    await say(workspace, known, granted=True)  # they may change their mind, having proved who they are
    assert await may_we(workspace, known)


async def test_an_opt_out_said_again_is_one_line_until_a_yes_comes_between(
    workspace: Workspace, clock: StandingClock
) -> None:
    conversation = await a_conversation(workspace)
    for granted in (False, False, True, False):
        clock.forward(minutes=1)
        if granted:
            await say(workspace, conversation, granted=True)
            continue
        async with workspace.unit() as uow:
            await opt_out(uow, conversation.id, source="x" * 90)
    async with workspace.reading() as uow:
        kept = [c for c in await uow.ledger.consents(conversation.person_id) if c.purpose is Purpose.MARKETING]
    assert [c.granted for c in kept] == [False, True, False]
    assert all(len(c.source) <= 80 and c.source.endswith(f":{conversation.id}") for c in kept)
