"""The page that lists the API: made from the very document programs read, with nothing from elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from litestar import Litestar, Response, get

from api.auth import Http
from api.errors import CODES, STATUS
from api.pages import page

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Answer:
    """One way a call ends."""

    status: str
    words: str
    shape: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a call."""

    name: str
    place: str
    required: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One operation."""

    id: str
    method: str
    path: str
    words: str
    shows: str
    parameters: tuple[Parameter, ...]
    body: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Operations that belong together."""

    name: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class ShapeField:
    """One field of a shape."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """One body or answer."""

    name: str
    words: str
    fields: tuple[ShapeField, ...]


@get("/docs", operation_id="readDocs", include_in_schema=False)
async def docs(request: Http) -> Response[str]:
    """Every call, shape and error code. Made once for each app: the document does not change while it runs."""
    state = request.app.state
    if "docs" not in state:
        state["docs"] = _rendered(request.app)
    made: Response[str] = state["docs"]
    return made


def _rendered(app: Litestar) -> Response[str]:
    document = app.openapi_schema.to_schema()
    info = document["info"]
    return page(
        "docs.html",
        title=info["title"],
        version=info["version"],
        description=info.get("description", ""),
        groups=_groups(document),
        shapes=tuple(_shapes(document)),
        codes=sorted(_codes()),
    )


def _codes() -> Iterator[tuple[str, int, str]]:
    for kind, status in STATUS.items():
        yield kind.code, status, (kind.__doc__ or "").strip().splitlines()[0]
    for code, (status, words) in CODES.items():
        yield code, status, words


def _groups(document: dict[str, Any]) -> list[Group]:
    found: dict[str, list[Call]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if operation := item.get(method):
                name = (operation.get("tags") or ["other"])[0]
                found.setdefault(name, []).append(_call(path, method, operation))
    return [Group(name, tuple(calls)) for name, calls in found.items()]


def _call(path: str, method: str, operation: dict[str, Any]) -> Call:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    needs = [name for each in operation.get("security", []) for name in each]
    return Call(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        words=operation.get("description") or operation.get("summary", ""),
        shows=", ".join(needs),
        parameters=tuple(
            Parameter(p["name"], p["in"], bool(p.get("required"))) for p in operation.get("parameters", [])
        ),
        body=_kind(body) if body else "",
        answers=tuple(_answer(status, answer) for status, answer in operation.get("responses", {}).items()),
    )


def _answer(status: str, answer: dict[str, Any]) -> Answer:
    for content in answer.get("content", {}).values():
        if shape := _kind(content.get("schema", {})):
            return Answer(status, answer.get("description", ""), shape)
    return Answer(status, answer.get("description", ""), "")


def _shapes(document: dict[str, Any]) -> Iterator[Shape]:
    for name, schema in sorted(document.get("components", {}).get("schemas", {}).items()):
        required = set(schema.get("required", ()))
        fields = (ShapeField(n, _kind(s), n in required) for n, s in schema.get("properties", {}).items())
        yield Shape(_short(name), schema.get("description", ""), tuple(fields))


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if ref := schema.get("$ref"):
        return _short(ref)
    if several := schema.get("oneOf") or schema.get("anyOf"):
        return " or ".join(dict.fromkeys(_kind(s) for s in several))
    if schema.get("enum"):
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {})) or 'anything'}"
    kinds = schema.get("type", "")
    name = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{name} ({schema['format']})" if schema.get("format") else name


def _short(name: str) -> str:
    return re.split(r"[/._]", name)[-1]
