"""knowledge/*.md: the company's own pages. Front matter gives the title and the address; the rest is Markdown."""

import re
from typing import Annotated

from pydantic import Field

from playbook.book import KnowledgePage
from playbook.fault import Fault
from playbook.fields import Line, LinkedUrl
from playbook.schema import Names, Section, check
from playbook.source import Source, read_yaml

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,3}[ \t]+(\S.*?)[ \t#]*$", re.MULTILINE)


class FrontMatter(Section):
    """What stands between the two lines of dashes."""

    title: Annotated[Line, Field(max_length=120)] = Field(description="what a citation calls the page")
    url: LinkedUrl | None = Field(None, description="where a visitor can read it")


def read_page(
    text: str, *, slug: str, file: str, names: Names, head_needed: bool = True
) -> tuple[KnowledgePage | None, list[Fault]]:
    """Read one page; `slug` is its path below knowledge/ without the ending.

    Where no head is needed, a page without front matter is called by its first heading, or else by its slug.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    match = _FRONT_MATTER.match(text)
    if match is None and head_needed:
        allowed = "a first line '---', then 'title: …', then a line '---'"
        return None, [Fault(file, 1, "", "the page has no front matter", allowed)]
    if match:
        source, faults = read_yaml(match[1], file=file, first_line=2)
    else:
        source, faults = Source(file, {"title": _heading(text) or slug[-120:]}, {}), []
    head, more = check(source, FrontMatter, names) if source else (None, [])
    faults += more
    body = text[match.end() if match else 0 :].strip()
    if not body:
        faults.append(Fault(file, 1 + text.count("\n"), "", "the page says nothing", "Markdown below the front matter"))
    if head is None or faults:
        return None, faults
    return KnowledgePage(slug, head.title, head.url, body), []


def _heading(text: str) -> str:
    match = _HEADING.search(text)
    return " ".join(match[1].split())[:120] if match else ""
