from __future__ import annotations

from types import MappingProxyType

from leads.bant import AssertedBy, Claim, Factor, FactorStatus
from leads.consent import ConsentEvent, Purpose
from leads.evidence import Evidence
from leads.identity import MessageId
from leads.signal import ActorKind
from store.engine import Database
from tests.builders import MONDAY
from tests.store.records import LEAD, PERSON, a_claim, act, an_activity, later, stored


async def test_an_activity_comes_back_as_it_was_appended(database: Database) -> None:
    await stored(database)
    whole = an_activity(
        "said.asked_price",
        id="act_1",
        actor=ActorKind.HUMAN,
        source="chat",
        dedup_key="said.asked_price:conv_1",
        properties=MappingProxyType({"conversation": "conv_1", "n": 1, "x": None, "yes": True}),
        evidence=Evidence(MessageId("msg_1"), "What does it cost?", MONDAY),
    )
    async with act(database) as uow:
        assert await uow.ledger.add_activity(LEAD, whole, id="act_1")
    async with act(database) as uow:
        assert await uow.ledger.activities(LEAD) == [whole]


async def test_activities_are_told_in_the_order_they_happened(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        for n, at in enumerate([later(hours=2), later(hours=1), MONDAY, later(hours=1)]):
            await uow.ledger.add_activity(LEAD, an_activity(str(n), at=at), id=f"act_{n}")
        assert [a.type for a in await uow.ledger.activities(LEAD)] == ["2", "1", "3", "0"]


async def test_an_activity_with_a_known_key_is_appended_once(database: Database) -> None:
    await stored(database, conversations=2)
    async with act(database) as uow:
        assert await uow.ledger.add_activity(LEAD, an_activity(dedup_key="k"), id="act_1")
        assert not await uow.ledger.add_activity(LEAD, an_activity("other", dedup_key="k"), id="act_2")
        assert await uow.ledger.add_activity(LEAD, an_activity(), id="act_3")
        assert await uow.ledger.add_activity(LEAD, an_activity(), id="act_4")  # no key: each one counts
        assert [a.id for a in await uow.ledger.activities(LEAD)] == ["act_1", "act_3", "act_4"]


async def test_a_claim_comes_back_as_it_was_made(database: Database) -> None:
    await stored(database)
    evidence = Evidence(MessageId("msg_7"), "scratch that, May", later(minutes=3))
    whole = Claim(
        Factor.TIMELINE, "by May", FactorStatus.STATED, evidence, AssertedBy.VISITOR, later(minutes=4), corrects=True
    )
    async with act(database) as uow:
        assert await uow.ledger.add_claim(LEAD, whole, id="clm_1")
    async with act(database) as uow:
        assert await uow.ledger.claims(LEAD) == [whole]


async def test_the_same_claim_from_the_same_message_stands_once(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        assert await uow.ledger.add_claim(LEAD, a_claim("30k a year"), id="clm_1")
        assert not await uow.ledger.add_claim(LEAD, a_claim("30K  a Year"), id="clm_2")
        assert await uow.ledger.add_claim(LEAD, a_claim("40k a year"), id="clm_3")
        assert await uow.ledger.add_claim(LEAD, a_claim("30k a year", message="msg_2"), id="clm_4")
        assert await uow.ledger.add_claim(LEAD, a_claim("30k a year", factor=Factor.NEED), id="clm_5")
        assert len(await uow.ledger.claims(LEAD)) == 4


async def test_a_value_that_grows_when_it_is_folded_can_still_be_stored(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        assert await uow.ledger.add_claim(LEAD, a_claim("ﷺ" * 200), id="clm_1")
        assert [c.value for c in await uow.ledger.claims(LEAD)] == ["ﷺ" * 200]


async def test_every_word_on_consent_is_kept_in_order(database: Database) -> None:
    await stored(database)
    words = [
        ConsentEvent(Purpose.MARKETING, True, "2026-01", "widget", MONDAY),
        ConsentEvent(Purpose.MARKETING, False, "-", "chat", later(minutes=1)),
        ConsentEvent(Purpose.CHAT, True, "2026-01", "widget", later(minutes=1)),
    ]
    async with act(database) as uow:
        for word in words:
            await uow.ledger.add_consent(PERSON, word, id=uow.new_id("cns"))
    async with act(database) as uow:
        assert await uow.ledger.consents(PERSON) == words
