"""The ledger of consent keeps every word: the database itself refuses to change one, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from leads.consent import Basis, ConsentChannel, ConsentEvent, Giver, Proof, Purpose
from leads.identity import PersonId
from store.engine import Database
from store.privacy import ConsentWording
from store.privacy_tables import consents, erasure_permits
from tests.builders import MONDAY
from tests.store.records import PERSON, act, later, stored

OTHER = PersonId("per_2")
WHOLE = ConsentEvent(
    Purpose.MARKETING,
    True,
    "2026-01",
    "form 7",
    MONDAY,
    basis=Basis.IMPLIED,
    channel=ConsentChannel.EMAIL,
    locale="de",
    expires_at=later(days=180),
    given_by=Giver.REP,
    confirms="cns_0",
    proof=Proof("sbm_1", "conv_1", "msg_1", "192.0.2.7", "Firefox"),
)


async def one_word(database: Database) -> None:
    await stored(database, conversations=2)
    async with act(database) as uow:
        await uow.ledger.add_consent(PERSON, WHOLE, id="cns_1")


async def test_a_word_comes_back_with_its_proof(database: Database) -> None:
    await one_word(database)
    async with act(database) as uow:
        assert await uow.ledger.consents(PERSON) == [WHOLE]
        [recorded] = await uow.ledger.consent_page(persons=[PERSON], limit=9)
    assert (recorded.person_id, recorded.event, recorded.event.id) == (PERSON, WHOLE, "cns_1")


@pytest.mark.parametrize("column", [c.name for c in consents.columns if c.name != "person_id"])
async def test_no_column_of_a_word_can_be_changed(database: Database, column: str) -> None:
    await one_word(database)
    with pytest.raises(DBAPIError, match="never changed"):
        async with act(database) as uow:
            await uow._db.execute(text(f'UPDATE consents SET "{column}" = "{column}"'))
    async with act(database) as uow:
        assert await uow.ledger.consents(PERSON) == [WHOLE]


async def test_a_word_cannot_be_deleted(database: Database) -> None:
    await one_word(database)
    with pytest.raises(DBAPIError, match="only with the erasure"):
        async with act(database) as uow:
            await uow._db.execute(delete(consents))


async def test_the_permit_of_one_erasure_opens_no_other_persons_words(database: Database) -> None:
    await one_word(database)
    with pytest.raises(DBAPIError, match="only with the erasure"):
        async with act(database) as uow:
            await uow._db.execute(insert(erasure_permits).values(person_id=OTHER))
            await uow._db.execute(delete(consents))
    async with act(database) as uow:
        await uow._db.execute(insert(erasure_permits).values(person_id=PERSON))
        await uow._db.execute(delete(consents))
        await uow._db.execute(delete(erasure_permits))
        assert await uow.ledger.consents(PERSON) == []


async def test_a_word_moves_with_a_merge_and_in_no_other_way(database: Database) -> None:
    await one_word(database)
    moved = update(consents).values(person_id=OTHER)
    with pytest.raises(DBAPIError, match="merged into"):
        async with act(database) as uow:
            await uow._db.execute(moved)
    async with act(database) as uow:
        await uow.people.merge_into(PERSON, OTHER)
        await uow._db.execute(moved)
        assert await uow.ledger.consents(OTHER) == [WHOLE]


async def test_a_text_is_kept_once_and_told_as_it_was_when_the_word_was_given(database: Database) -> None:
    first = ConsentWording("marketing", "1", "en", "We may write.", MONDAY)
    second = ConsentWording("marketing", "1", "en", "We may write often.", later(days=9))
    async with act(database) as uow:
        assert await uow.privacy.keep_wording(first, id="txt_1")
        assert not await uow.privacy.keep_wording(first, id="txt_2")
        assert await uow.privacy.keep_wording(second, id="txt_3")  # somebody forgot to raise the version
        assert await uow.privacy.wording(Purpose.MARKETING, "1", at=later(days=8)) == first
        assert await uow.privacy.wording(Purpose.MARKETING, "1", at=later(days=10)) == second
        assert await uow.privacy.wording(Purpose.MARKETING, "1", at=MONDAY - timedelta(days=1)) == first
        assert await uow.privacy.wording(Purpose.CHAT, "1", at=MONDAY) is None


async def test_the_ledger_is_read_in_pages_without_a_gap(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        for n in range(7):
            word = ConsentEvent(Purpose.MARKETING, n % 2 == 0, "1", "form", later(minutes=n // 2))
            await uow.ledger.add_consent(PERSON, word, id=f"cns_{n}")
    seen: list[str] = []
    place = None
    async with act(database) as uow:
        while page := await uow.ledger.consent_page(place=place, limit=2):
            seen += [one.event.id for one in page]
            place = (page[-1].event.at, page[-1].event.id)
    assert seen == [f"cns_{n}" for n in range(6, -1, -1)]
