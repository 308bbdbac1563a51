"""The house rules that a machine can keep: what the documents say about the structure is true, and stays true."""

from __future__ import annotations

import ast
import fnmatch
import functools
import importlib
import importlib.metadata
import os
import pkgutil
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

# Oldest release without a known hole that matters to us, from the advisories (GitHub Advisory Database, 2024-2026).
SAFE_SINCE = {
    "litestar": "2.22.0",  # CVE-2024-52581, CVE-2025-59152, CVE-2026-25478..25480, CVE-2026-48060, CVE-2026-48061
    "langchain-core": "1.3.3",  # CVE-2025-68664, CVE-2025-65106, CVE-2026-34070, CVE-2026-40087, CVE-2026-44843
    "langchain": "1.3.9",  # CVE-2026-55443
    "langgraph": "1.0.10",  # CVE-2025-64439, CVE-2026-28277
    "langgraph-checkpoint": "4.1.1",  # CVE-2026-27794, CVE-2026-48775
    "langgraph-checkpoint-sqlite": "3.1.1",  # CVE-2025-8709, CVE-2025-64104, CVE-2025-67644, CVE-2026-71433
    "langgraph-checkpoint-postgres": "3.1.1",  # CVE-2026-71433
    "starlette": "1.0.1",  # CVE-2026-48710, should a dependency bring it
}
VAGUE_NAMES = {"util", "utils", "helper", "helpers", "common", "base", "manager", "data", "info", "misc"}


# --- reading the house ---------------------------------------------------------------------------------------------


@functools.cache
def house_files() -> tuple[Path, ...]:
    """List every file that belongs to the repository, by the rules of .gitignore (git itself need not be there)."""
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().split()] + [".git", ".venv-uv"]
    found: list[Path] = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not any(fnmatch.fnmatch(name, rule) for rule in ignored)]
        found += [Path(folder, name) for name in files if not any(fnmatch.fnmatch(name, rule) for rule in ignored)]
    return tuple(sorted(found))


def python_files(*folders: str) -> list[Path]:
    return [
        path
        for path in house_files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders and len(path.relative_to(ROOT).parts) > 1
    ]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))


# --- rooms ---------------------------------------------------------------------------------------------------------


def test_every_room_stands_in_the_architecture_page_on_its_floor_and_no_other_does() -> None:
    described = {
        room: int(floor) for room, floor in re.findall(r"^\| `(\w+)/` \| (\d) \|", text_of("ARCHITECTURE.md"), re.M)
    }
    layers = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    kept = {room: floor for floor, layer in enumerate(reversed(layers)) for room in layer.split(" | ")}
    assert described == kept


def test_the_packages_shipped_are_the_packages_that_exist() -> None:
    existing = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert set(ROOMS) == existing == set(PYPROJECT["tool"]["importlinter"]["root_packages"])


def test_no_module_has_a_name_that_says_nothing() -> None:
    paths = python_files(*ROOMS, "tests", "bench")
    assert [named(path) for path in paths if VAGUE_NAMES & {path.stem, *path.relative_to(ROOT).parts[:-1]}] == []


def test_every_public_module_class_and_function_says_what_it_is_for() -> None:
    assert [gap for path in python_files(*ROOMS, "bench") for gap in undocumented(path)] == []


def undocumented(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not path.stem.startswith("_") or path.stem in ("__init__", "__main__"):
        if ast.get_docstring(tree) is None:
            yield named(path)
        for node in tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith(
                "_"
            ):
                is_overload = any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)
                if ast.get_docstring(node) is None and not is_overload:
                    yield f"{named(path)}:{node.lineno} {node.name}"


@pytest.mark.parametrize("room", ["agent", "store"])
def test_importing_a_room_does_not_load_chroma(room: str) -> None:
    """Chroma costs 0.8 s and 45 MB, and most processes never search: it is loaded by the first search."""
    program = (
        "import importlib, pkgutil, sys\n"
        f"import {room}\n"
        f"for module in pkgutil.walk_packages({room}.__path__, '{room}.'):\n"
        "    if '.migrations.' not in module.name:\n"  # those need Alembic's context to be imported
        "        importlib.import_module(module.name)\n"
        "sys.exit('chromadb' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr or f"importing {room} loaded chromadb"


# --- tools, refusals, settings -------------------------------------------------------------------------------------


def tool_names() -> list[str]:
    return [
        path.stem
        for path in python_files("agent")
        if path.parent == ROOT / "agent/tools" and path.stem not in ("__init__", "catalogue")
    ]


def test_every_tool_file_is_in_the_catalogue() -> None:
    catalogue = ROOT / "agent/tools/catalogue.py"
    tree = ast.parse(
        (catalogue if catalogue.exists() else ROOT / "agent/tools/__init__.py").read_text(encoding="utf-8")
    )
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            imported |= {(node.module or "").rpartition(".")[2], *(alias.name for alias in node.names)}
        elif isinstance(node, ast.Import):
            imported |= {alias.name.rpartition(".")[2] for alias in node.names}
    assert tool_names(), "agent/tools holds no tool"
    assert [name for name in tool_names() if name not in imported] == []


def test_every_tool_has_a_conversation_that_examines_it() -> None:
    cases = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "evals/cases").rglob("*.yaml"))
    assert [name for name in tool_names() if not re.search(rf"\b{name}\b", cases)] == []


def refusals() -> set[type]:
    """Find every way the rulebook can say no."""
    leads = importlib.import_module("leads")
    for module in pkgutil.walk_packages(leads.__path__, "leads."):
        importlib.import_module(module.name)
    found, open_ends = set(), [importlib.import_module("leads.refusal").LeadRefusal]
    while open_ends:
        kinds = open_ends.pop().__subclasses__()
        found.update(kinds)
        open_ends += kinds
    return {kind for kind in found if kind.__module__.startswith("leads.")}


@pytest.mark.parametrize(("module", "table"), [("api.errors", "STATUS"), ("agent.guard", "SENTENCES")])
def test_every_refusal_has_its_answer_for_programs_and_for_the_model(module: str, table: str) -> None:
    answers = getattr(importlib.import_module(module), table)
    assert {kind.__name__ for kind in refusals()} - {kind.__name__ for kind in answers} == set()
    assert all(answers.values())


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    read = set(re.findall(r"[\"']((?:OPENER|OPENAI)_[A-Z0-9_]+)[\"']", text_of("playbook/settings.py")))
    documented = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", text_of(".env.example"), re.MULTILINE))
    assert read == documented


# --- documents -----------------------------------------------------------------------------------------------------

DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
FILE_SUFFIXES = (".md", ".py", ".toml", ".yaml", ".lock", ".html", ".js", ".css", ".sh", ".png", ".svg")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_only_files_that_exist(document: str) -> None:
    assert [name for name in files_named_in(text_of(document)) if not exists(name)] == []


def files_named_in(text: str) -> set[str]:
    linked = {link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link}
    linked |= {link for link in re.findall(r"(?:src|href)=\"([^\"#]+)\"", text) if "://" not in link}
    quoted = {word for word in re.findall(r"`([^`\s]+)`", text) if re.fullmatch(r"\.?\w[\w.<>*/-]*", word)}
    ours = {entry.name for entry in ROOT.iterdir() if entry.is_dir()}
    paths = {
        word for word in quoted if ("/" in word and word.partition("/")[0] in ours) or word.endswith(FILE_SUFFIXES)
    }
    return {name for name in linked | paths if name}


def exists(name: str) -> bool:
    pattern = re.sub(r"<[^>]*>", "*", name).rstrip("/")
    return any(ROOT.glob(pattern)) or ("/" not in pattern and any(path.match(pattern) for path in house_files()))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_only_make_targets_that_exist(document: str) -> None:
    assert commands_in(text_of(document), "make") - make_targets() == set()


def commands_in(text: str, program: str, words: str = "[a-z]+") -> set[str]:
    """Find what follows `program` in code, inline or fenced."""
    code = "\n".join(re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text))
    return set(re.findall(rf"(?:^|[/\s$]){program} ({words})", code, re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_only_commands_that_exist(document: str) -> None:
    known = cli_commands()
    wrong = [
        command
        for command in commands_in(text_of(document), "opener", "[a-z]+(?: [a-z]+)?")
        if command not in known and (command.partition(" ")[0] not in known or is_group(command.partition(" ")[0]))
    ]
    assert wrong == []


@functools.cache
def cli_commands() -> frozenset[str]:
    """Every command of the command line: "demo", "db", "db upgrade", ..."""
    import typer

    app = importlib.import_module("opener.cli").app
    top = getattr(typer.main.get_command(app), "commands", {})
    return frozenset(top) | {
        f"{name} {sub}" for name, command in top.items() for sub in getattr(command, "commands", {})
    }


def is_group(command: str) -> bool:
    return any(known.startswith(f"{command} ") for known in cli_commands())


def test_every_decision_is_in_the_index_and_fits_on_a_page() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    indexed = re.findall(r"\(docs/decisions/([^)]+)\)", text_of("ARCHITECTURE.md"))
    assert indexed == [page.name for page in pages]
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for page in pages:
        lines = page.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 40, f"{page.name} has {len(lines)} lines"
        for part in ("## Context", "## Decision", "## Consequences", "## Alternatives"):
            assert part in lines, f"{page.name} lacks {part!r}"


def test_no_file_names_a_machine_or_a_package_host() -> None:
    machine = r"(?<![\w./~}-])/(?:root|home/\w+|Users/\w+|work/(?:main|shared|scratch)|opt/wheels)\b"
    hosts = "|".join(
        [
            "pypi" + r"\.org",
            "python" + "hosted",
            "npm" + r"js\.",
            "deb" + r"\.debian\.",
            "jsde" + "livr",
            "un" + r"pkg\.",
        ]
    )
    found = [
        f"{named(path)}: {match.group()}"
        for path in house_files()
        for match in re.finditer(f"{machine}|{hosts}", path.read_bytes().decode("utf-8", "ignore"))
        if path != Path(__file__)
    ]
    assert found == []


# --- packages ------------------------------------------------------------------------------------------------------


def locked() -> dict[str, list[Version]]:
    versions: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.+!-]+)", text_of("requirements.lock"), re.MULTILINE):
        versions.setdefault(canonicalize_name(name), []).append(Version(version))
    return versions


def test_the_lock_holds_a_fitting_version_of_everything_that_is_asked_for() -> None:
    asked = [Requirement(line) for line in PYPROJECT["project"]["dependencies"] + PYPROJECT["dependency-groups"]["dev"]]
    versions = locked()
    missing = [
        str(need)
        for need in asked
        if not any(need.specifier.contains(version) for version in versions.get(canonicalize_name(need.name), []))
    ]
    assert missing == [], "run `make lock`"


def test_every_locked_package_is_held_by_its_hash() -> None:
    entries = re.split(r"\n(?=\S)", text_of("requirements.lock").strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("package", SAFE_SINCE)
def test_no_package_is_older_than_its_last_known_hole(package: str) -> None:
    for version in locked().get(package, []):
        assert version >= Version(SAFE_SINCE[package])
    if package in {canonicalize_name(found.name) for found in importlib.metadata.distributions()}:
        assert Version(importlib.metadata.version(package)) >= Version(SAFE_SINCE[package])


def test_chroma_is_only_ever_used_inside_our_own_process() -> None:
    """Its server has unfixed holes in 1.5.9 (CVE-2026-45829, -45830, -45831, -45833), so nothing here speaks to one."""
    server = re.compile(r"\b(?:Async)?HttpClient\b|chroma_server|chroma\s+run|CHROMA_SERVER")
    assert [named(path) for path in python_files(*ROOMS) if server.search(path.read_text(encoding="utf-8"))] == []


# --- the test run itself -------------------------------------------------------------------------------------------


def test_a_test_cannot_reach_another_machine() -> None:
    with pytest.raises(RuntimeError, match="this machine only"):
        socket.getaddrinfo("host.example.com", 443)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line,
        pytest.raises(RuntimeError, match="this machine only"),
    ):
        line.sendto(b"?", ("192.0.2.1", 53))


def test_a_skip_fails_in_ci_and_only_there(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests/conftest.py", tmp_path)
    (tmp_path / "test_one.py").write_text(
        "import pytest\n\n@pytest.mark.skip(reason='no server')\ndef test_it(): ...\n"
    )
    (tmp_path / "test_two.py").write_text("import pytest\npytest.skip('whole file', allow_module_level=True)\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    for ci in ("true", ""):
        env = {**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        run = subprocess.run(
            [*command, str(tmp_path)], env=env, capture_output=True, text=True, timeout=60, check=False
        )
        assert run.returncode == (1 if ci else 0), run.stdout + run.stderr
        assert ("which CI counts as a failure: no server" in run.stdout) is bool(ci)
        assert ("which CI counts as a failure: whole file" in run.stdout) is bool(ci)
