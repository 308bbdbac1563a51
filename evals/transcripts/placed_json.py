"""JSON whose objects and lists remember the line they begin on, so that a fault can be told with its line."""

import json
import json.decoder
import json.scanner
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Placed:
    """A value, and the line (from 1) that each object and list in it begins on, by identity."""

    value: Any
    lines: Mapping[int, int]

    def line(self, part: object, otherwise: int = 1) -> int:
        """The line of an object or list of the value."""
        return self.lines.get(id(part), otherwise)


class NotJson(ValueError):
    """The text is not JSON; `line` says where it stops being so, counted from 1."""

    def __init__(self, wrong: str, line: int) -> None:
        super().__init__(wrong)
        self.line = line


def read_json(text: str, *, first_line: int = 1) -> Placed:
    """Read one JSON text. Raises NotJson, also for what is nested beyond reason."""
    starts = [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]
    decoder = _Decoder(lambda at: bisect_right(starts, at) - 1 + first_line)
    try:
        return Placed(decoder.decode(text), decoder.lines)
    except json.JSONDecodeError as error:
        raise NotJson(
            f"this is not JSON ({error.msg[0].lower()}{error.msg[1:]})", error.lineno - 1 + first_line
        ) from None
    except RecursionError:
        raise NotJson("this is nested too deeply", first_line) from None
    except ValueError:
        raise NotJson("a number here is longer than any number may be", first_line) from None


class _Decoder(json.JSONDecoder):
    """The standard decoder, noting where each object and list begins."""

    def __init__(self, line_at: Callable[[int], int]) -> None:
        super().__init__()
        self.lines: dict[int, int] = {}
        self.parse_object = self._noting(json.decoder.JSONObject, line_at)  # type: ignore[attr-defined]
        self.parse_array = self._noting(json.decoder.JSONArray, line_at)  # type: ignore[attr-defined]
        # The C scanner does not ask these two.
        self.scan_once = json.scanner.py_make_scanner(self)  # type: ignore[attr-defined]

    def _noting(self, parse: Callable[..., Any], line_at: Callable[[int], int]) -> Callable[..., Any]:
        def noted(where: tuple[str, int], *rest: Any) -> Any:
            value, end = parse(where, *rest)
            self.lines[id(value)] = line_at(where[1] - 1)
            return value, end

        return noted
