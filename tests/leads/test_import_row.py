"""Rows of a list, read: which column is what, and what a row says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leads.firm import employees_in, size_band
from leads.import_plan import BadMapping, DateOrder, columns_of, read_plan
from leads.import_row import BadRow, ImportRow, read_instant, read_row
from leads.sheet import read_sheet
from leads.stage import Outcome, Stage, WorkStatus
from tests.builders import MONDAY


def rows(text: str, mapping: dict[str, Any] | None = None, source: str = "list") -> list[ImportRow]:
    sheet, plan = read_sheet(text.encode()), read_plan(mapping or {})
    columns = columns_of(plan, sheet.columns, sheet.sample())
    return [read_row(row, columns, plan, source=source, now=MONDAY) for row in sheet.rows()]


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("E-Mail", "email"),
        ("Your email:", "email"),
        ("Adresse e-mail", "email"),
        ("Correo electrónico", "email"),
        ("Vorname", "first_name"),
        ("Prénom", "first_name"),
        ("Nachname", "last_name"),
        ("Firma", "company"),
        ("Job Title", "title"),
        ("Funktion", "title"),
        ("Lead Source", "source"),
        ("Number of employees", "company.employees"),
        ("What do you make?", "fields.what_do_you_make"),
    ],
)
def test_a_column_is_known_by_its_name(header: str, target: str) -> None:
    names = (header, "E-mail address") if target != "email" else (header,)
    column = columns_of(read_plan({}), names, [])[0]
    assert column.target is not None
    assert column.target.name == target


def test_an_address_is_known_by_its_look() -> None:
    [row] = rows("Who,Where\nBonn,kim@example.com\n")
    assert row.email == "kim@example.com"


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ([], "object"),
        ({"colums": {}}, "columns"),
        ({"columns": {"Email": "emial"}}, "email"),
        ({"columns": {"Mail": "email"}}, "has no column"),
        ({"columns": {"Email": {"to": "email", "value": {}}}}, "to: FIELD"),
        ({"columns": {"Email": "ignore"}}, "e-mail address"),
        ({"columns": []}, "Column: field"),
        ({"dates": "ymd"}, "dmy"),
        ({"others": "perhaps"}, "keep"),
        ({"source": 7}, "source"),
    ],
)
def test_a_wrong_mapping_is_a_sentence_with_the_way_out(mapping: Any, says: str) -> None:
    with pytest.raises(BadMapping, match=says):
        columns_of(read_plan(mapping), ("Email", "Name"), [])


def test_a_row_says_who_it_is() -> None:
    [row] = rows(
        "First name,Surname,Email,Company,Website,Employees,Land\n"
        'Kim,Ito,Kim Ito <Kim@Bakery.example.com>.,Bakery,https://www.bakery.example.com/about,"1,200",Deutschland\n'
    )
    assert (row.name, row.email, row.company) == ("Kim Ito", "Kim@Bakery.example.com", "Bakery")
    assert (row.firm.domain, row.firm.employees, row.country) == ("bakery.example.com", 1200, "Deutschland")


def test_blank_words_mean_nothing_and_numbers_are_numbers() -> None:
    [row] = rows("Email,Lines,Zip,Note,City\na@example.com,4.5,01234,n/a,Select\n", {"blank": ["Select"]})
    assert dict(row.fields) == {"lines": 4.5, "zip": "01234"}


def test_the_same_content_has_the_same_key_in_any_order_of_columns() -> None:
    [first], [again] = rows("Email,Name\na@example.com,A\n"), rows("Name;Email\nA;a@example.com\n")
    [other] = rows("Email,Name\na@example.com,B\n")
    assert first.key == again.key != other.key


def test_history_has_its_own_dates_and_its_outcome() -> None:
    text = "Email,Created,Converted,Closed\na@example.com,2025-03-01,1,2025-05-02\nb@example.com,2025-03-01,0,\n"
    plan = {"columns": {"Converted": {"to": "outcome", "values": {"1": "converted", 0: "lost"}}, "Closed": "closed_at"}}
    won, lost = rows(text, plan)
    assert (won.standing.outcome, won.standing.stage, won.standing.status) == (
        Outcome.CONVERTED,
        Stage.OPPORTUNITY,
        WorkStatus.CLOSED,
    )
    assert won.created_at == datetime(2025, 3, 1, tzinfo=UTC)
    assert won.closed_at == datetime(2025, 5, 2, tzinfo=UTC)
    assert lost.standing.outcome is Outcome.LOST


@pytest.mark.parametrize(
    ("column", "value"),
    [("outcome", "perhaps"), ("created_at", "03/04/2025"), ("created_at", "2199-01-01"), ("do_not_email", "maybe")],
)
def test_what_cannot_be_read_names_its_column(column: str, value: str) -> None:
    with pytest.raises(BadRow) as bad:
        rows(f"Email,That\na@example.com,{value}\n", {"columns": {"That": column}})
    assert bad.value.column == "That"


def test_a_yes_needs_its_proof_and_a_no_does_not() -> None:
    text = "a@example.com,yes,,\nb@example.com,yes,2026-01-05,v3\nc@example.com,no,,\n"
    bare, proved, no = (row.consent for row in rows("Email,Opt in,Opt in date,Opt in text\n" + text))
    assert bare is not None
    assert proved is not None
    assert no is not None
    assert (bare.proved, proved.proved, no.proved, no.granted) == (False, True, True, False)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-01-31", None, (2026, 1, 31)),
        ("2026-01-31T23:30:00-02:00", None, (2026, 2, 1)),
        ("31.01.2026 14:05", None, (2026, 1, 31)),
        ("31/01/2026", None, (2026, 1, 31)),
        ("01/31/2026", None, (2026, 1, 31)),
        ("03/04/2026", DateOrder.DMY, (2026, 4, 3)),
        ("03/04/2026", DateOrder.MDY, (2026, 3, 4)),
    ],
)
def test_dates_are_read_as_tables_have_them(text: str, order: DateOrder | None, day: tuple[int, int, int]) -> None:
    at = read_instant(text, order)
    assert at is not None
    assert (at.year, at.month, at.day) == day
    assert at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("text", ["03/04/2026", "soon", "31.02.2026", "2026-13-01", "9999999999", ""])
def test_a_date_that_is_not_sure_is_none(text: str) -> None:
    assert read_instant(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,200", 1200),
        ("1.200", 1200),
        ("51-200", 125),
        ("about 40", 40),
        ("10000+", 10000),
        ("none", None),
        ("0", None),
    ],
)
def test_employees_are_read_as_people_write_them(text: str, number: int | None) -> None:
    assert employees_in(text) == number


def test_a_number_of_employees_has_its_band() -> None:
    assert [size_band(n) for n in (1, 10, 50, 200, 201, 12_000)] == [
        "1",
        "2-10",
        "11-50",
        "51-200",
        "201-500",
        "10001+",
    ]
