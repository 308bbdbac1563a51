"""A table as people send it: comma, semicolon or tab, in whatever encoding their spreadsheet wrote.

Reads bytes that are in hand already; nothing is opened here. Every row keeps the line it began on, so that a fault can
be found again.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

DELIMITERS = ",;\t|"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE = 64_000
"""Characters that are looked at to find the delimiter."""
LONGEST_FIELD = 131_072
"""Characters; the limit of Python's reader. A longer field is nearly always a quote that never ends."""


class NotASheet(ValueError):
    """The bytes are no table; the message says what they are and what to do."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: the line it begins on (the first line is 1) and its cells, or what is wrong with it."""

    line: int
    cells: tuple[str, ...]
    fault: str | None = None


@dataclass(frozen=True)
class Sheet:
    """A table with a header. `columns` are its names, made different where the file repeats one."""

    text: str
    delimiter: str
    columns: tuple[str, ...]
    encoding: str
    _first: int

    def rows(self) -> Iterator[SheetRow]:
        """Every row that is not blank, from the first one after the header."""
        for row in _records(self.text, self.delimiter):
            if row.line > self._first and (row.fault or any(cell.strip() for cell in row.cells)):
                yield _fitted(row, len(self.columns))

    @cached_property
    def size(self) -> int:
        """How many rows there are."""
        return sum(1 for _ in self.rows())

    def sample(self, most: int = 50) -> list[tuple[str, ...]]:
        """The cells of the first rows."""
        return [row.cells for row, _ in zip(self.rows(), range(most), strict=False) if not row.fault]


def read_sheet(body: bytes) -> Sheet:
    """Read a table. Raises NotASheet when there is none: empty, a workbook, or a header without names."""
    text, encoding = decoded(body)
    delimiter, text = _delimiter(text)
    header = next((row for row in _records(text, delimiter) if any(cell.strip() for cell in row.cells)), None)
    if header is None:
        raise NotASheet("The file is empty. The first line must name the columns.")
    last = max(n for n, cell in enumerate(header.cells) if cell.strip()) + 1
    return Sheet(text, delimiter, _named(header.cells[:last]), encoding, header.line)


def decoded(body: bytes) -> tuple[str, str]:
    """The text and its encoding: by its mark, else UTF-8, else what Windows writes in the west."""
    if body.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise NotASheet("This is a workbook, not a CSV file. Save it as CSV (UTF-8) and send that.")
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding, "replace").replace("\0", ""), encoding
    if guess := _utf16_without_mark(body):
        return body.decode(guess, "replace"), guess
    try:
        return body.decode("utf-8").replace("\0", ""), "utf-8"
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace").replace("\0", ""), "cp1252"


def _utf16_without_mark(body: bytes) -> str | None:
    """Western text in UTF-16 has a zero in nearly every second byte."""
    start = body[:2000]
    if len(start) < 4 or start.count(0) * 3 < len(start):
        return None
    return "utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"


def _delimiter(text: str) -> tuple[str, str]:
    """The delimiter: as spreadsheets announce it (`sep=;`), else the one that gives the most even table."""
    first, _, rest = text.partition("\n")
    said = first.strip().strip('"').lower()
    if said.startswith("sep=") and len(said) == 5:
        return said[4], "\n" + rest  # lines keep their numbers
    if said == "sep=":
        return "\t", "\n" + rest
    return max(DELIMITERS, key=lambda d: _evenness(text[:_SAMPLE], d)), text


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    counts = [len(row.cells) for row, _ in zip(_records(sample, delimiter), range(40), strict=False) if row.cells]
    if not counts or counts[0] < 2:
        return 0.0, 0
    width, often = Counter(counts).most_common(1)[0]
    return (often / len(counts) if width > 1 else 0.0), counts[0]


def _records(text: str, delimiter: str) -> Iterator[SheetRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            fault = f"A value is longer than {LONGEST_FIELD:,} characters; perhaps a quote is not closed."
            yield SheetRow(line, (), fault)
            continue
        yield SheetRow(line, tuple(cells))


def _fitted(row: SheetRow, width: int) -> SheetRow:
    """A short row's missing cells are blank; one with more values than columns cannot be read for sure."""
    if row.fault:
        return row
    if any(cell.strip() for cell in row.cells[width:]):
        return SheetRow(row.line, row.cells, f"The row has {len(row.cells)} values for {width} columns.")
    return SheetRow(row.line, (*row.cells[:width], *[""] * (width - len(row.cells))))


def _named(header: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    for n, cell in enumerate(header, 1):
        name = " ".join(cell.split())[:120] or f"column {n}"
        same = sum(1 for known in names if known.partition(" (")[0].casefold() == name.casefold())
        names.append(f"{name} ({same + 1})" if name in names or same else name)
    return tuple(names)


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: str) -> str:
    """A value that no spreadsheet takes for a formula: one that begins like it gets an apostrophe (OWASP).

    A number keeps its sign.
    """
    if not value.startswith(_FORMULA) or _is_number(value):
        return value
    return "'" + value


def plain_cell(value: str) -> str:
    """The value behind `safe_cell`."""
    return value[1:] if value.startswith("'") and value[1:].startswith(_FORMULA) else value


def _is_number(value: str) -> bool:
    return value[:1] in "+-" and value[1:].replace(" ", "").replace(".", "", 1).isdigit()
