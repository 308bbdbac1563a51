"""Words of strangers in lines of ours: names go into headers, calendars and notices as plain single lines."""

import unicodedata

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the reading direction of what follows them, and so can make a name look like another."""


def one_line(text: str, *, most: int = 200) -> str:
    """The text in one line: no controls, no line ends, no turning characters, at most so many characters."""
    kept = "".join(char if _shows(char) else " " for char in text if char not in _TURNING)
    line = " ".join(kept.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def some_lines(text: str, *, most: int) -> str:
    """The same for a text of several lines; what is too long ends in an ellipsis."""
    kept = "\n".join(one_line(line, most=most) for line in text.splitlines()).strip()
    return kept if len(kept) <= most else f"{kept[: most - 1].rstrip()}…"


def _shows(char: str) -> bool:
    # Cc: control, Cs: half a character, Zl and Zp: line ends outside ASCII
    return unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}
