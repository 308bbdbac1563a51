"""What a body holds, whatever it says it is: JSON, a form, PHP's bracketed names. Total: garbage is `Unreadable`."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from multipart import MultipartError, MultipartParser, parse_options_header

from leads.form import Answer
from leads.signal import Property

MOST_PAIRS = 1000
MOST_DEPTH = 12
MOST_ANSWERS = 200
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_CAMPAIGN = re.compile(r"utm_(?:source|medium|campaign|term|content)|gclid|fbclid|msclkid")


class Unreadable(Exception):
    """The body is not what this provider sends. The message is for the person who set the form up."""


def json_of(body: bytes) -> Any:
    """The JSON document. Raises Unreadable."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _lax_json(body)


def _lax_json(body: bytes) -> Any:
    """The same, read by the more patient reader: forms do send halves of characters and numbers without end."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("The body is not well-formed JSON.") from None


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON document, which must be an object. Raises Unreadable."""
    found = json_of(body)
    if not isinstance(found, dict):
        raise Unreadable("The body is JSON, but not an object.")
    return found


def record(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; everything else is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text_of(value: Any) -> str | None:
    """A text or a number as text; None for everything else and for nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip()[:2000] or None


def object_of(body: bytes, content_type: str) -> dict[str, Any]:
    """JSON or a form, nested as PHP would read it; the content type decides, then the first byte. Raises Unreadable."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return nested(multipart_pairs(body, content_type))
    if kind == "application/x-www-form-urlencoded":
        return nested(form_pairs(body))
    if "json" in kind or body.lstrip()[:1] in (b"{", b"["):
        return json_object(body)
    return nested(form_pairs(body))


def form_pairs(body: bytes) -> list[tuple[str, Any]]:
    """Names and values of a form-urlencoded body. Raises Unreadable."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_PAIRS)
    except (UnicodeDecodeError, ValueError):
        raise Unreadable("The body is not a form in UTF-8, or it has more than 1,000 fields.") from None
    if not any("=" in part for part in body.decode("utf-8").split("&")):
        raise Unreadable("The body holds no fields.")
    return list(pairs)


def multipart_pairs(body: bytes, content_type: str) -> list[tuple[str, Any]]:
    """Names and values of a multipart form; of a file its name is kept, its bytes stay in the raw body."""
    _, options = parse_options_header(content_type)
    size = len(body) + 1
    boundary = options.get("boundary", "")
    try:
        parser = MultipartParser(io.BytesIO(body), boundary, part_limit=MOST_PAIRS, spool_limit=size, memory_limit=size)
        return [(part.name, {"filename": part.filename} if part.filename else part.value) for part in parser]
    except (MultipartError, ValueError, LookupError):
        raise Unreadable("The body is not a well-formed multipart form.") from None


def nested(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Pairs as PHP reads them: `fields[email][value]=x` is nested, `a[]` and repeated names are lists."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        head, _, _ = name.partition("[")
        path = [head, *_BRACKETS.findall(name[len(head) :])] if head else [name]
        _put(found, path[:MOST_DEPTH], value)
    return found


def _put(into: dict[str, Any], path: list[str], value: Any) -> None:
    for key in path[:-1]:
        inner = into.get(key)
        if not isinstance(inner, dict):
            inner = into[key] = {}
        into = inner
    last = path[-1] or str(len(into))
    if last in into and not isinstance(into[last], dict):
        earlier = into[last]
        into[last] = [*earlier, value] if isinstance(earlier, list) else [earlier, value]
    else:
        into[last] = value


def flat(value: Any) -> Property:
    """One value as an answer: lists are joined, a file is its name, objects their text or their parts."""
    return _flat(value, MOST_DEPTH)


def _flat(value: Any, depth: int) -> Property:
    """What lies deeper is left out: no form asks for it, and every level costs a call."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case {"filename": str(name)}:
            return name
        case _ if depth == 0:
            return None
        case list():
            return ", ".join(str(p) for p in (_flat(item, depth - 1) for item in value[:100]) if p not in (None, ""))
        case {"value": inner}:
            return _flat(inner, depth - 1)
        case dict():
            return ", ".join(str(p) for p in (_flat(item, depth - 1) for item in list(value.values())[:100]) if p)
    return None


def answers_of(fields: dict[str, Any], labels: dict[str, str] | None = None) -> tuple[Answer, ...]:
    """The fields of an object as answers, in their order."""
    known = labels or {}
    return tuple(
        Answer(str(name)[:200], flat(value), known.get(str(name)))
        for name, value in list(fields.items())[:MOST_ANSWERS]
    )


def instant(value: Any) -> datetime | None:
    """An instant as providers write it: RFC 3339, or seconds or milliseconds since 1970; None when it is none."""
    try:
        if isinstance(value, str) and not value.isdigit():
            at = datetime.fromisoformat(value[:40])
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            number = float(value)
            return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def campaign_of(page: str | None) -> dict[str, str]:
    """The campaign parameters in the address of a page."""
    return dict(_campaign_pairs(page)) if page else {}


def _campaign_pairs(page: str) -> Iterator[tuple[str, str]]:
    try:
        pairs = parse_qsl(urlsplit(page[:2000]).query, max_num_fields=100)
    except ValueError:
        return
    for name, value in pairs:
        if _CAMPAIGN.fullmatch(name.lower()) and value:
            yield name.lower(), value[:200]
