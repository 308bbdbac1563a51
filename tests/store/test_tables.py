from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Column, DateTime, ForeignKey, Integer, MetaData, String, Table, Text

import store.tables
from store.metadata import IDENTIFIER, KINDS
from store.tables import metadata
from store.types import Instant, Line, Words

# Columns that hold the id of a person, lead, conversation, message, turn or meeting lead to somebody.
LEAD_TO_SOMEBODY = {"person_id", "lead_id", "conversation_id", "message_id", "turn_id", "merged_into_id"}


def untagged(tables: MetaData) -> list[str]:
    return [
        f"{column.table.name}.{column.name}"
        for table in tables.sorted_tables
        for column in table.columns
        if column.info.get("pii") not in KINDS
    ]


def test_every_file_of_tables_is_among_all_tables() -> None:
    files = {path.stem for path in Path(store.tables.__file__).parent.glob("*_tables.py")}
    assert {name for name in vars(store.tables) if name.endswith("_tables")} == files


def test_every_column_says_what_personal_data_it_holds() -> None:
    assert untagged(metadata) == []


def test_a_column_without_the_tag_or_with_a_made_up_one_is_noticed() -> None:
    other = MetaData()
    Table("t", other, Column("id", Integer, primary_key=True), Column("name", String(9), info={"pii": "some"}))
    assert untagged(other) == ["t.id", "t.name"]


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_what_leads_to_a_person_is_tagged_so(table: Table) -> None:
    wrong = [c.name for c in table.columns if c.name in LEAD_TO_SOMEBODY and c.info["pii"] != IDENTIFIER["pii"]]
    assert wrong == []


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_an_address_a_name_or_words_of_a_person_are_never_tagged_as_nothing(table: Table) -> None:
    if table.name in {"reps", "companies", "widget_keys", "api_keys"} or table.name.startswith("knowledge_"):
        return  # our own team, organisations, and what is on the website
    personal = {"email", "email_key", "phone", "quote", "text", "note", "attendee_email", "attendee_name", "payload"}
    assert [c.name for c in table.columns if c.name in personal and c.info["pii"] in {"none", "identifier"}] == []


def test_every_instant_knows_its_zone_and_every_text_can_be_stored() -> None:
    columns = [c for table in metadata.sorted_tables for c in table.columns if not table.name.startswith("knowledge_")]
    assert [str(c) for c in columns if isinstance(c.type, DateTime) and not isinstance(c.type, Instant)] == []
    assert [str(c) for c in columns if isinstance(c.type, String | Text) and not isinstance(c.type, Line | Words)] == []


def test_a_reference_is_never_longer_than_what_it_refers_to() -> None:
    keys: list[ForeignKey] = [key for table in metadata.sorted_tables for key in table.foreign_keys]
    assert keys
    assert [str(k.parent) for k in keys if str(k.parent.type) != str(k.column.type)] == []
