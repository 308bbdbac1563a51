from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, literal, select
from sqlalchemy.exc import StatementError

from store.conversation_tables import guard_events
from store.engine import Database, _json
from store.outbox_tables import outbox
from store.types import Amount, json_value, storable, storable_text
from tests.builders import MONDAY
from tests.store.records import CONVERSATION, act, stored

ANYTHING = st.text(st.characters(codec=None, categories=None))


async def test_an_instant_comes_back_in_utc_whatever_zone_it_was_given_in(database: Database) -> None:
    given_at = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    async with act(database, now=given_at) as uow:
        await uow.tell_outside("notice", "k", {})
    async with act(database) as uow:
        [kept] = await uow.outbox.all()
    assert kept.created_at == given_at
    assert kept.created_at.tzinfo is UTC


async def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"):
        async with act(database, now=datetime(2026, 7, 1)) as uow:  # noqa: DTZ001 (the fault under test)
            await uow.tell_outside("notice", "k", {})


async def test_instants_compare_across_zones(database: Database) -> None:
    east = timezone(timedelta(hours=9))
    async with act(database) as uow:
        await uow.tell_outside("notice", "k", {})
        assert await uow.outbox.due(MONDAY.astimezone(east), limit=9) != []
        assert await uow.outbox.due((MONDAY - timedelta(seconds=1)).astimezone(east), limit=9) == []


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d a pair", "\U0001f44b", "\u202eabc\u202c", "한국어", "ﷺ"])
async def test_text_of_any_kind_is_stored_and_only_the_impossible_is_changed(database: Database, text: str) -> None:
    await stored(database)
    async with act(database) as uow:
        await uow.conversations.note_guard_event(CONVERSATION, "injection", text, id="grd_1", at=uow.now)
        await uow.tell_outside("notice", text, {text: [text, {"deep": text}]})
    async with act(database) as uow:
        assert await uow.conversations.guard_events(CONVERSATION) == [("injection", storable_text(text))]
        [kept] = await uow.outbox.all()
        assert kept.key == storable_text(text)
        assert kept.payload == storable({text: [text, {"deep": text}]})
        found = await uow._db.execute(select(guard_events.c.id).where(guard_events.c.detail == text))
        assert found.scalar_one() == "grd_1"  # comparing works as storing does
        assert (await uow._db.execute(select(outbox.c.id).where(outbox.c.key == text))).first() is not None


@given(ANYTHING)
def test_what_is_stored_is_always_valid_text_and_never_longer(text: str) -> None:
    kept = storable_text(text)
    kept.encode("utf-8")
    assert "\0" not in kept
    assert len(kept) <= len(text)
    assert storable_text(kept) == kept
    if text.isascii() and "\0" not in text:
        assert kept == text


@pytest.mark.parametrize("amount", ["0", "0.1", "12.34", "0.0001", "999999999999.9999"])
async def test_an_amount_of_money_comes_back_as_it_was_and_so_does_a_sum(database: Database, amount: str) -> None:
    async with act(database) as uow:
        kept = literal(Decimal(amount), Amount())
        row = (await uow._db.execute(select(kept.label("kept"), func.sum(kept).label("sum")))).one()
    assert (row.kept, row.sum) == (Decimal(amount), Decimal(amount))


async def test_an_amount_too_fine_to_keep_is_refused_not_rounded(database: Database) -> None:
    async with act(database) as uow:
        with pytest.raises(StatementError, match="four decimals"):
            await uow._db.execute(select(literal(Decimal("0.00001"), Amount())))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_is_read_as_it_was_written(value: object) -> None:
    text = _json(value)
    assert repr(json_value(text)) == repr(json.loads(text))
