"""A YAML file as plain values that remember their lines.

Read from libyaml's events and not from a loader, for three reasons: every value keeps the line it stands on, no value
can be anything but text, number, yes/no, list or mapping, and hostile nesting ends in a fault and not in a crash.
Plain words follow YAML 1.2: `no`, `on`, dates and clock times stay text. Aliases and tags are refused.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import yaml  # its stubs are a package of their own

from playbook.fault import Fault

Path = tuple[str | int, ...]
"""Where a value stands: keys and positions, from the top."""
Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]

DEEPEST = 24
LONGEST_NUMBER = 18
# libyaml's scanner is 15 times as fast as a Python one, which decides whether a playbook is read in 10 or in 200 ms.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_INT = re.compile(rf"[-+]?[0-9]{{1,{LONGEST_NUMBER}}}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, Plain] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Source:
    """One file's values, and the line, from 1, of each key and each item of a list."""

    file: str
    content: Plain
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of a value; of what it would stand in, when there is no such value."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(slots=True)
class _Reading:
    """A file being read. `first` is the line its text begins on (front matter begins on the second)."""

    file: str
    first: int
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def note(self, mark: Any, path: Path, wrong: str, allowed: str) -> None:
        self.faults.append(Fault(self.file, mark.line + self.first, said(path), wrong, allowed))


class _TooDeep(Exception):
    pass


def read_yaml(text: str, *, file: str, first_line: int = 1) -> tuple[Source | None, list[Fault]]:
    """Read one document. The source is None when the text is not YAML at all; other faults leave it usable."""
    reading = _Reading(file, first_line)
    try:
        content = _document(yaml.parse(text, Loader=_LOADER), reading)
    except yaml.YAMLError as error:
        return None, [*reading.faults, _syntax_fault(error, text, reading)]
    except _TooDeep:
        return None, reading.faults
    return Source(file, content, reading.lines), reading.faults


def said(path: Path) -> str:
    """A path as it is written in a sentence: rules[3].points."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _document(events: Iterator[Any], reading: _Reading) -> Plain:
    content: Plain = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                reading.note(event.start_mark, (), "a second document begins here", "one document in a file, one '---'")
        elif isinstance(event, yaml.NodeEvent):
            value = _value(event, events, (), reading)
            content = value if documents == 1 else content
    return content


def _value(event: Any, events: Iterator[Any], path: Path, reading: _Reading) -> Plain:
    if len(path) > DEEPEST:
        reading.note(event.start_mark, path[:3], "this is nested too deeply", f"at most {DEEPEST} levels")
        raise _TooDeep
    if isinstance(event, yaml.AliasEvent):
        reading.note(event.start_mark, path, "an alias (*name) is used", "the value itself, written out")
        return None
    if event.tag and not event.tag.startswith("tag:yaml.org,2002:") and event.tag != "!":
        reading.note(event.start_mark, path, "a tag (!name) is used", "a plain value without a tag")
    elif event.tag and isinstance(event, yaml.ScalarEvent):
        reading.note(event.start_mark, path, "a tag (!!name) is used", "a plain value; quotes make it a text")
    if isinstance(event, yaml.ScalarEvent):
        return plain(event.value) if event.implicit[0] else str(event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        return _list(events, path, reading)
    return _mapping(events, path, reading)


def _list(events: Iterator[Any], path: Path, reading: _Reading) -> list[Plain]:
    items: list[Plain] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        here = (*path, len(items))
        reading.lines[here] = event.start_mark.line + reading.first
        items.append(_value(event, events, here, reading))
    return items


def _mapping(events: Iterator[Any], path: Path, reading: _Reading) -> dict[str, Plain]:
    values: dict[str, Plain] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = event.value if isinstance(event, yaml.ScalarEvent) else None
        if key is None:
            reading.note(event.start_mark, path, "a key is not a word", "a plain word before the colon")
            if not isinstance(event, yaml.AliasEvent):
                _value(event, events, (*path, "?"), reading)
        here = (*path, str(key))
        line = event.start_mark.line + reading.first
        if key in values:
            reading.note(
                event.start_mark, here, f"it is given a second time (first in line {reading.lines[here]})", "once"
            )
        value = _value(next(events), events, here, reading)
        if key is not None and key not in values:
            reading.lines[here] = line
            values[str(key)] = value
    return values


def plain(text: str) -> Plain:
    """What an unquoted word stands for."""
    if text.lower() in _WORDS and text in {text.lower(), text.upper(), text.capitalize()}:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and isfinite(float(text)):
        return float(text)
    return text


def _syntax_fault(error: Any, text: str, reading: _Reading) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        line = mark.line
    else:  # a character that may not stand in YAML; its position is all that is told
        line = text.count("\n", 0, getattr(error, "position", 0) or 0)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return Fault(
        reading.file,
        line + reading.first,
        "",
        f"this is not YAML ({problem})",
        "'name: value' lines, lists with '- ', two blanks to indent, texts with ': ' or ' #' in quotes",
    )
