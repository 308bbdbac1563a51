"""What is logged: by keys that are allowed, so that no line says anything about anybody, and none says nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from opener.logs import _KEYS

HOUSE = Path(__file__).parents[2]
ROOMS = ("actions", "agent", "api", "channels", "opener", "store", "worker")


def logged() -> Iterator[tuple[str, str]]:
    """Every key that a line of the log is written with, and where."""
    for path in (file for room in ROOMS for file in (HOUSE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
                yield from (
                    (keyword.arg or "**", f"{path.relative_to(HOUSE)}:{node.lineno}") for keyword in node.keywords
                )


def test_no_line_is_written_with_a_key_that_would_be_blacked_out() -> None:
    found = list(logged())
    assert len(found) > 50
    assert [place for key, place in found if key not in _KEYS] == []
