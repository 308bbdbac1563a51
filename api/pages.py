"""Pages made here: templates with everything escaped, under a strict policy, and the files of the browser side."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from api.desk import DeskDep
from api.frame import PAGE_CSP
from api.house import StaticFile

TEMPLATES = Path(__file__).parent / "templates"
A_YEAR = "public, max-age=31536000, immutable"
SOON = "public, max-age=300"


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, *, status: int = 200, ancestors: str = "'none'", **values: Any) -> Response[str]:
    """A page of ours. `ancestors` are the origins that may show it in a frame."""
    return Response(
        _templates().get_template(template).render(**values),
        status_code=status,
        media_type="text/html",
        headers={"Content-Security-Policy": PAGE_CSP.format(ancestors=ancestors)},
    )


def missing(words: str) -> Response[str]:
    """A page that says that there is nothing."""
    return page("missing.html", status=404, words=words)


@get("/", operation_id="goHome", include_in_schema=False)
async def home(desk: DeskDep) -> Redirect:
    """To where the house wants its guests to begin."""
    return Redirect(desk.house.home, status_code=302)


@get("/pages.css", include_in_schema=False, sync_to_thread=False)
def style() -> Response[bytes]:
    """The style of the pages made here."""
    return Response((TEMPLATES / "pages.css").read_bytes(), media_type="text/css", headers={"Cache-Control": SOON})


@get("/c/{key:str}", operation_id="openChatPage", include_in_schema=False)
async def chat(desk: DeskDep, key: FromPath[str]) -> Response[str]:
    """The chat as a page of its own, for links, frames and sites that cannot add a script."""
    async with desk.workspace.reading() as uow:
        known = await uow.access.widget_key(key[:80])
    if known is None:
        return missing("This chat link is not in use any more.")
    company = desk.book.company
    framed_by = "*" if "*" in known.origins else " ".join(["'self'", *known.origins])
    return page(
        "chat.html",
        ancestors=framed_by,
        key=known.key,
        company=company.name,
        accent=company.accent,
        contact=company.contact_email,
    )


@get(["/console", "/console/{rest:path}"], include_in_schema=False)
async def console(desk: DeskDep) -> Response[str]:
    """Where the reps' console will be; until then it says how to see the same over the API, and who answers."""
    return page("console.html", company=desk.book.company.name, model=desk.house.model_name)


@get("/widget.js", include_in_schema=False)
async def loader(desk: DeskDep) -> Response[bytes]:
    """The script a site embeds."""
    if desk.house.files is None:
        raise NotFoundException
    return _file(desk.house.files.loader(), SOON)


@get("/assets/{version:str}/{path:path}", include_in_schema=False)
async def asset(desk: DeskDep, version: FromPath[str], path: FromPath[Path]) -> Response[bytes]:
    """A file of the browser side; its address changes with its content, so it may be kept for a year."""
    found = desk.house.files.asset(version, path.as_posix().lstrip("/")) if desk.house.files else None
    if found is None:
        raise NotFoundException
    return _file(found, A_YEAR)


@get("/pages/{name:str}", include_in_schema=False)
async def plain_page(desk: DeskDep, name: FromPath[str]) -> Response[bytes]:
    """A page of the browser side, such as the sample site."""
    found = desk.house.files.page(name) if desk.house.files else None
    if found is None:
        raise NotFoundException
    return _file(found, "no-cache", csp=PAGE_CSP.format(ancestors="'none'"))


def _file(file: StaticFile, cache_control: str, *, csp: str | None = None) -> Response[bytes]:
    headers = {"Cache-Control": cache_control}
    if csp:
        headers["Content-Security-Policy"] = csp
    return Response(file.content, media_type=file.media_type, headers=headers)
