"""Tables as people send them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.sheet import NotASheet, plain_cell, read_sheet, safe_cell

TEXT = 'Email,Name\nkim@example.com,Käthe Ito\nlee@example.com,"Lee, the\nsecond"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_is_found(encoding: str) -> None:
    sheet = read_sheet(TEXT.encode(encoding))
    assert sheet.columns == ("Email", "Name")
    assert [row.cells for row in sheet.rows()] == [
        ("kim@example.com", "Käthe Ito"),
        ("lee@example.com", "Lee, the\nsecond"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = delimiter.join(("Email", "Note", "City")) + "\n" + delimiter.join(("a@example.com", '"1,5; or so"', "Bonn"))
    sheet = read_sheet(text.encode())
    assert (sheet.delimiter, sheet.columns) == (delimiter, ("Email", "Note", "City"))


def test_what_a_spreadsheet_announces_is_believed_and_lines_keep_their_numbers() -> None:
    sheet = read_sheet(b"sep=;\r\nEmail;Note\r\na@example.com;x,y\r\n")
    assert [(row.line, row.cells) for row in sheet.rows()] == [(3, ("a@example.com", "x,y"))]


def test_columns_of_one_name_are_told_apart_and_nameless_ones_get_one() -> None:
    sheet = read_sheet(b"Email,Email,,Note\na@example.com,b@example.com,1,2\n")
    assert sheet.columns == ("Email", "Email (2)", "column 3", "Note")


def test_short_rows_are_filled_up_and_long_ones_refused() -> None:
    short, long, tail = read_sheet(b"Email,Name\na@example.com\nb@example.com,B,more\nc@example.com,C,\n").rows()
    assert (short.cells, short.fault) == (("a@example.com", ""), None)
    assert long.fault is not None
    assert "3 values for 2 columns" in long.fault
    assert tail.cells == ("c@example.com", "C")


def test_a_quote_that_never_ends_is_one_fault_and_not_the_end() -> None:
    body = 'Email,Note\na@example.com,"' + "x" * 140_000 + "\nb@example.com,fine\n"
    rows = list(read_sheet(body.encode()).rows())
    assert rows[0].fault is not None
    assert "quote" in rows[0].fault


def test_blank_rows_are_passed_over() -> None:
    sheet = read_sheet(b"\n\nEmail\n\n a@example.com \n,,\n\n")
    assert [row.line for row in sheet.rows()] == [5]


@pytest.mark.parametrize("body", [b"", b"\n\n", b" , ,\n", b"PK\x03\x04xlsx", b"\xd0\xcf\x11\xe0xls", b"\xef\xbb\xbf"])
def test_what_is_no_table_is_a_sentence(body: bytes) -> None:
    with pytest.raises(NotASheet):
        read_sheet(body)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        sheet = read_sheet(body)
    except NotASheet:
        return
    assert all(row.fault or len(row.cells) == len(sheet.columns) for row in sheet.rows())


@pytest.mark.parametrize("formula", ["=1+1", "+SUM(A1)", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1"])
def test_no_value_becomes_a_formula(formula: str) -> None:
    assert safe_cell(formula) == "'" + formula
    assert plain_cell(safe_cell(formula)) == formula


@pytest.mark.parametrize("value", ["+493012345", "-4.5", "Kim", "'quoted'", "", "a=b"])
def test_what_is_no_formula_stays_as_it_is(value: str) -> None:
    assert safe_cell(value) == value


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1), min_size=2))
def test_what_is_written_can_be_read_again(cells: list[str]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[f"c{n}" for n in range(len(cells))], [safe_cell(cell) for cell in cells]])
    rows = list(read_sheet(text.getvalue().encode()).rows())
    if any(cell.strip() for cell in cells):
        assert [plain_cell(cell) for cell in rows[0].cells] == cells
