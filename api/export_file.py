"""The export of a person as a file: JSON for programs, one page without anything outside for people, or both."""

import io
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader

from playbook.book import Playbook
from store.person_export import ExportedTable, PersonExport

_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


class ExportFormat(StrEnum):
    """How it comes."""

    JSON = "json"
    HTML = "html"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to give to the person. Its name has an id and no name."""

    name: str
    media_type: str
    content: bytes


def as_file(export: PersonExport, format: ExportFormat, book: Playbook) -> ExportFile:
    """The export in one of its forms."""
    name = f"{export.persons[0]}-{export.made_at:%Y-%m-%d}"
    match format:
        case ExportFormat.JSON:
            return ExportFile(f"{name}.json", "application/json", as_json(export, book))
        case ExportFormat.HTML:
            return ExportFile(f"{name}.html", "text/html; charset=utf-8", as_page(export, book))
        case ExportFormat.ZIP:
            return ExportFile(f"{name}.zip", "application/zip", _packed(export, book))


def as_json(export: PersonExport, book: Playbook) -> bytes:
    """Every row by table, with who holds it and when it was read."""
    told = {
        "person_id": export.persons[0],
        "merged": list(export.persons[1:]),
        "made_at": export.made_at.isoformat().replace("+00:00", "Z"),
        "controller": {
            "name": book.company.name,
            "contact": book.company.contact_email,
            "address": book.company.postal_address,
            "privacy_notice": book.company.privacy_url,
        },
        "retention_days": book.company.retention_days,
        "tables": {table.name: list(table.rows) for table in export.tables},
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2)


def as_page(export: PersonExport, book: Playbook) -> bytes:
    """The same to read: one HTML file that loads nothing."""
    page = _PAGES.get_template("export.html")
    tables = [(_title(table.name), _readable(table)) for table in export.tables]
    return page.render(export=export, company=book.company, tables=tables).encode()


def _readable(table: ExportedTable) -> list[list[tuple[str, str]]]:
    """Each row as labels and values; what is empty is left out."""
    return [[(_title(name), _words(row[name])) for name in table.columns if _said(row[name])] for row in table.rows]


def _said(value: Any) -> bool:
    return value is not None and value != "" and value != {} and value != []


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return str(value)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _packed(export: PersonExport, book: Playbook) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.json", as_json(export, book))
        archive.writestr("export.html", as_page(export, book))
    return buffer.getvalue()
