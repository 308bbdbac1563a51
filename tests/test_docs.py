"""What the pages for people say must be so: links, commands, settings, addresses, and every example in them."""

from __future__ import annotations

import functools
import json
import re
import shlex
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import click
import httpx
import pytest
import typer
import yaml

from api.house import Limits
from opener.cli import app as command_line
from playbook.folders import DEFAULTS
from playbook.loader import FILES, check_playbook
from tests.api.door import KEY, a_client, a_door
from tests.test_house import ROOT, house_files, text_of

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in house_files() if path.suffix == ".md")
GUIDES = [page for page in PAGES if page == "README.md" or re.fullmatch(r"docs/[a-z]+\.md", page)]
TOLD = [page for page in PAGES if "knowledge/" not in page and "prompts/" not in page]
"""Pages that speak of the product; the others are what the agent says or is told."""
UNLISTED = {"/c/{}", "/m/{}", "/widget.js", "/docs", "/schema/openapi.json", "/pages/{}", "/consent/{}"}
"""Pages and files for browsers, which the OpenAPI document leaves out; each of them is a route."""
LONGEST_GUIDE = 200
LARGEST_PICTURE = 250 * 1024


# --- reading the pages ---------------------------------------------------------------------------------------------


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(page), re.DOTALL | re.MULTILINE)


def code(page: str) -> str:
    """Everything on a page that is set as code, a line each."""
    text = text_of(page)
    fenced = re.findall(r"^```\w*\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return "\n".join([*fenced, *re.findall(r"`([^`\n]+)`", rest)])


def joined(script: str) -> list[str]:
    """The lines of a shell script; one that goes on in the next line, or in an open quote, is one."""
    lines: list[str] = []
    for line in script.replace("\\\n", " ").split("\n"):
        if lines and lines[-1].count("'") % 2:
            lines[-1] += "\n" + line
        else:
            lines.append(line)
    return lines


@pytest.mark.parametrize("page", GUIDES)
def test_a_guide_can_be_read_in_one_go(page: str) -> None:
    assert len(text_of(page).splitlines()) <= LONGEST_GUIDE


def test_every_reader_named_in_the_readme_has_a_page() -> None:
    linked = set(re.findall(r"\]\((docs/[a-z]+\.md)\)", text_of("README.md")))
    assert linked == {page for page in GUIDES if page.startswith("docs/")}


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", text_of(page))
    relative = {link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#|/", link)}
    assert [link for link in sorted(relative) if not (ROOT / page).parent.joinpath(link).is_file()] == []


def test_every_picture_is_shown_somewhere_is_a_png_and_is_small() -> None:
    shown = {
        (ROOT / page).parent.joinpath(link).resolve()
        for page in TOLD
        for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text_of(page))
    }
    pictures = sorted((ROOT / "docs/pictures").iterdir())
    assert set(pictures) == shown
    for picture in pictures:
        content = picture.read_bytes()
        assert content.startswith(b"\x89PNG"), picture.name
        assert len(content) <= LARGEST_PICTURE, picture.name


# --- commands ------------------------------------------------------------------------------------------------------


@functools.cache
def root_command() -> click.Group:
    """The tree of the command line."""
    group = typer.main.get_command(command_line)
    assert hasattr(group, "commands")
    return group  # type: ignore[return-value] # Typer brings its own copy of click's classes


def commands_on(page: str) -> Iterator[list[str]]:
    """Each use of `opener` on a page, in words, up to the end of that command."""
    for line in code(page).replace("\\\n", " ").split("\n"):
        if found := re.search(r"(?:^|[/\s=])opener (.*)", line):
            command = re.split(r"\s#|[|;&>)…]", found[1])[0]
            yield command.replace("`", "").split()


def fault_in(words: list[str]) -> str | None:
    """What is wrong with a command: a name or an option that does not exist, or a group without its command."""
    command: Any = root_command()
    for word in words:
        if word.startswith("--"):
            options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
            if word.partition("=")[0] not in options:
                return f"{command.name} has no option {word}"
        elif commands := getattr(command, "commands", None):
            if word not in commands:
                return f"there is no command {word}"
            command = commands[word]
    return f"{command.name} needs a command" if getattr(command, "commands", None) else None


@pytest.mark.parametrize("page", TOLD)
def test_every_command_and_option_exists(page: str) -> None:
    assert [
        f"opener {' '.join(words)}: {fault}" for words in commands_on(page) if words and (fault := fault_in(words))
    ] == []


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("demo --port 9000", None),
        ("eval run booking --quiet", None),
        ("demo --prot 9000", "demo has no option --prot"),
        ("eval runn", "there is no command runn"),
        ("key", "key needs a command"),
    ],
)
def test_a_wrong_command_would_be_found(command: str, fault: str | None) -> None:
    assert fault_in(command.split()) == fault


# --- settings ------------------------------------------------------------------------------------------------------


def documented_settings() -> dict[str, str]:
    """The settings of .env.example and what stands behind their equals sign."""
    return dict(re.findall(r"^#? ?((?:OPENER|OPENAI)_\w+)=(.*)$", text_of(".env.example"), re.MULTILINE))


@pytest.mark.parametrize("page", TOLD)
def test_every_setting_named_is_documented(page: str) -> None:
    named = set(re.findall(r"\b(?:OPENER|OPENAI)_[A-Z][A-Z0-9_]*\b", text_of(page)))
    assert named - set(documented_settings()) == set()


def test_the_table_of_settings_says_what_the_example_file_says() -> None:
    row = re.compile(r"^\| `((?:OPENER|OPENAI)_\w+)` \| (?:`([^`]*)`|) *\|", re.MULTILINE)
    assert dict(row.findall(text_of("docs/install.md"))) == documented_settings()


# --- addresses -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def operations(tmp_path: Path) -> AsyncIterator[dict[str, set[str]]]:
    """The methods of every address that the app lists, with {} for what varies."""
    async with a_door(tmp_path) as door:
        listed = door.app.openapi_schema.to_schema()["paths"]
        routes = {re.sub(r"\{[^}]*\}", "{}", route.path) for route in door.app.routes}
        assert routes >= UNLISTED
        known = {re.sub(r"\{[^}]*\}", "{}", path): {m.upper() for m in methods} for path, methods in listed.items()}
        yield known | {path: {"GET"} for path in UNLISTED}


def addresses_on(page: str) -> Iterator[tuple[str | None, str]]:
    """Each address of ours on a page, with {} for what varies, and its method where it is said."""
    ours = r"(?:v1|hooks|widget/v1|widget\.js|health|metrics|schema|docs(?![\w/])|pages(?=/\{)|c(?=/)|m(?=/))"
    pattern = rf"(?:\b(GET|POST|PUT|PATCH|DELETE) )?(?<![\w.])(?:\$OPENER|https?://[\w.:]+)?(/{ours}[\w/{{}}$.<>-]*)"
    for method, path in re.findall(pattern, code(page)):
        plain = re.sub(r"\{[^}]*\}|\$[A-Z]+|<[^>]*>", "{}", path).rstrip("/.")
        yield method or None, plain.removesuffix(".ics") + ("/{}" if plain in {"/c", "/m"} else "")


async def test_every_address_named_is_one_of_the_apps(operations: dict[str, set[str]]) -> None:
    def exists(method: str | None, path: str) -> bool:
        beginning = path in {"/v1", "/widget/v1"}  # named as a whole
        return beginning or (path in operations and (method is None or method in operations[path]))

    wrong = {
        f"{page}: {method or ''} {path}"
        for page in TOLD
        for method, path in addresses_on(page)
        if not exists(method, path)
    }
    assert wrong == set()
    assert ("GET", "/v1/leads/{}/score") in set(addresses_on("docs/playbook.md"))


async def test_every_call_of_the_api_has_its_line_in_the_guide(operations: dict[str, set[str]]) -> None:
    told = {path for page in GUIDES for _, path in addresses_on(page)}
    assert set(operations) - told - {"/pages/{}", "/m/{}", "/consent/{}"} == set()


@dataclass
class Shell:
    """Runs the `curl` lines of a page against the app, and keeps from the answers what later lines need."""

    client: httpx.AsyncClient
    names: dict[str, str]

    async def run(self, line: str) -> tuple[str, int]:
        """Run one line; returns what was called and the status."""
        words = shlex.split(self._filled(line))[1:]
        url, method, body, headers = "", "", None, {}
        while words:
            word = words.pop(0)
            if word == "-X":
                method = words.pop(0)
            elif word == "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            elif word == "-d":
                body = words.pop(0)
            elif not word.startswith("-"):
                url = word
        method = method or ("POST" if body else "GET")
        parts = urlsplit(url)
        answer = await self.client.request(
            method, parts.path, params=dict(parse_qsl(parts.query)), headers=headers, content=body
        )
        self._keep(parts.path, answer)
        return f"{method} {parts.path}", answer.status_code

    def _filled(self, line: str) -> str:
        return re.sub(r"\$([A-Z_]+)", lambda found: self.names[found[1]], line)

    def _keep(self, path: str, answer: httpx.Response) -> None:
        content: Any = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        wanted = {
            "/v1/leads": ("LEAD", lambda: content["id"]),
            "/v1/suppressions": ("ENTRY", lambda: content["id"]),
            "/v1/handoffs": ("HANDOFF", lambda: content["items"][0]["id"]),
            "/widget/v1/sessions": ("TOKEN", lambda: content["token"]),
            "/widget/v1/slots": ("SLOT", lambda: content["slots"][0]["slot_id"]),
        }
        if path == "/v1/leads" and "person" in content:
            self.names.setdefault("PERSON", content["person"]["id"])
        if path in wanted and wanted[path][0] not in self.names:
            name, value = wanted[path]
            self.names[name] = value()


def curl_lines() -> list[str]:
    """The curl lines of the API's guides, the visitor's first: they make what the others read."""
    code = [*blocks("docs/api.md", "sh"), *blocks("docs/management.md", "sh"), *blocks("docs/reports.md", "sh")]
    lines = [line for block in code for line in joined(block) if line.startswith("curl ")]
    last = [line for line in lines if "-X DELETE" in line]
    early = [line for line in lines if "/widget/" in line and line not in last]
    return [*early, *(line for line in lines if line not in early and line not in last), *last]


async def test_every_curl_line_of_the_guide_works(tmp_path: Path) -> None:
    async with a_door(tmp_path, origins=["*"]) as door, a_client(door) as client:
        shell = Shell(client, {"OPENER": "http://testserver.local", "KEY": door.api_key, "WIDGET_KEY": KEY})
        lines = curl_lines()
        streams = [line for line in lines if line.startswith("curl -N")]
        assert len(streams) == 1  # never ends; tests/api/test_stream.py reads it
        done = [await shell.run(line) for line in lines if line not in streams]
    assert [call for call, status in done if status not in {200, 201, 202, 204}] == []
    assert len(done) >= 18


# --- examples ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", TOLD)
def test_every_json_and_yaml_block_can_be_read(page: str) -> None:
    for block in blocks(page, "json"):
        json.loads(block)
    for block in blocks(page, "yaml"):
        assert yaml.safe_load(block)


def test_every_example_of_the_playbook_page_fits_into_a_playbook(tmp_path: Path) -> None:
    """All of them at once, laid over the files `opener init` writes: mappings are merged, lists get longer."""
    parts: dict[str, Any] = {name: yaml.safe_load((DEFAULTS / name).read_text("utf-8")) for name in FILES}
    for block in blocks("docs/playbook.md", "yaml"):
        named = re.match(r"# (\w+\.yaml)\n", block)
        assert named, f"an example that does not say which file it is of: {block[:60]}"
        parts[named[1]] = merged(parts[named[1]], yaml.safe_load(block))
    for name, content in parts.items():
        (tmp_path / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    (tmp_path / "knowledge").mkdir()
    for number, block in enumerate(blocks("docs/playbook.md", "markdown")):
        (tmp_path / "knowledge" / f"page{number}.md").write_text(block, encoding="utf-8")
    assert [str(fault) for fault in check_playbook(tmp_path)] == []


def merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {key: merged(old.get(key), value) for key, value in new.items()}
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(item, dict) for item in [*old, *new]):
        return [*old, *new]
    return new


def test_the_limits_told_are_the_limits_kept() -> None:
    """All rates of a caller stand in one line, in the order of who meets them."""
    told = re.search(r"^Limits a minute: (.*)$", text_of("docs/api.md"), re.M)
    assert told is not None
    kept = Limits()
    wanted = [kept.api_calls, kept.messages, kept.visitor_calls, kept.sessions, kept.lookups]
    assert [int(number) for number in re.findall(r"\d+", told.group(1))] == wanted


def test_the_case_that_is_explained_is_the_case_that_is_run() -> None:
    explained = blocks("docs/evals.md", "yaml")
    assert len(explained) == 1
    assert yaml.safe_load(explained[0]) == yaml.safe_load(text_of("evals/cases/promises/booked_is_a_lie.yaml"))


def test_the_agents_page_names_every_tool_and_no_other() -> None:
    from agent.tools import TOOLS

    named = re.findall(r"^\| `(\w+)` \|", text_of("docs/agent.md"), re.MULTILINE)
    assert sorted(named) == sorted(tool.name for tool in TOOLS)


def test_the_widgets_page_names_every_attribute_the_loader_reads() -> None:
    script = text_of("web/static/widget/widget.js")
    read = {f"data-{name}" for name in re.findall(r"\bset\.([a-z]+)", script)}
    named = set(re.findall(r"^\| `(data-[a-z]+)` \|", text_of("docs/widget.md"), re.MULTILINE))
    assert named == read


def test_the_privacy_page_says_what_is_kept_where_as_the_tables_do() -> None:
    """When a table was added or changed: `opener privacy map` prints the new table for the end of the page."""
    from store.privacy_map import privacy_map

    page = text_of("docs/privacy.md")
    assert page[page.index("| table | leads") :].strip() == privacy_map()
