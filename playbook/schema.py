"""How a file of the playbook is checked: its shape as pydantic models, every fault of it with line and remedy.

A section refuses what it does not know, so that a misspelt key is told and not ignored. What one file says about
another (a meeting a rep hosts, a signal a rule asks for) is checked against `Names`, gathered before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from playbook.fault import Fault, nearest, one_of, shown
from playbook.segments import KnownSegments
from playbook.source import Path, Plain, Source, said


class Section(BaseModel):
    """A mapping with a fixed set of keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    named_by: ClassVar[Mapping[str, str]] = {}
    """For each list of the section the key that names its items; no two items may have the same name."""


@dataclass(frozen=True, slots=True)
class Names:
    """What sections refer to by name. None where the file that defines them cannot be read: then nothing is checked."""

    signals: frozenset[str] | None = None
    meetings: frozenset[str] | None = None
    reps: frozenset[str] | None = None
    queues: frozenset[str] | None = None
    link_hosts: frozenset[str] | None = None
    pools: frozenset[str] | None = None
    destinations: frozenset[str] | None = None
    more_attributes: frozenset[str] = frozenset()
    segments: KnownSegments | None = None

    @classmethod
    def of(cls, info: ValidationInfo) -> "Names":
        """The names given to a validation."""
        return info.context if isinstance(info.context, Names) else cls()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong below the value that is being checked; `path` leads to it from there."""

    wrong: str
    allowed: str
    path: Path = ()


def refuse(*problems: Problem) -> PydanticCustomError:
    """The error to raise in a validator, for one problem or several at once."""
    return PydanticCustomError("playbook", "{problems}", {"problems": problems})


F = TypeVar("F", bound=Section)


def check(source: Source, model: type[F], names: Names) -> tuple[F | None, list[Fault]]:
    """Read a source as this kind of file; the value is None when there are faults."""
    content = source.content if source.content is not None else {}
    faults = [_fault(source, problem) for problem in _namesakes(content, model)]
    try:
        section = model.model_validate(content, context=names)
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, [*faults, *(fault for detail in details for fault in _faults(detail, source, model))]
    return (None if faults else section), faults


def _fault(source: Source, problem: Problem) -> Fault:
    return Fault(source.file, source.line(problem.path), said(problem.path), problem.wrong, problem.allowed)


def _namesakes(content: Plain, model: type[Section]) -> Iterator[Problem]:
    """Items that are called the same. Looked for in what was written, so that other faults do not hide them."""
    for key, name in model.named_by.items():
        items = content.get(key) if isinstance(content, dict) else None
        first: dict[str, int] = {}
        for index, item in enumerate(items if isinstance(items, list) else []):
            value = str(item.get(name) or "").casefold() if isinstance(item, dict) else ""
            if value and (other := first.setdefault(value, index)) != index:
                wrong = f"{shown(value)} is taken (by number {other + 1} of {key})"
                yield Problem(wrong, f"a {name} of its own", (key, index, name))


def _faults(detail: ErrorDetails, source: Source, model: type[Section]) -> Iterator[Fault]:
    path: Path = tuple(step for step in detail["loc"] if step != "[key]")
    for problem in _problems(detail, path, model):
        yield _fault(source, Problem(problem.wrong, problem.allowed, path + problem.path))


def _problems(detail: ErrorDetails, path: Path, model: type[Section]) -> Sequence[Problem]:
    context = detail.get("ctx", {})
    kind, value = detail["type"], detail["input"]
    if kind == "playbook":
        problems: Sequence[Problem] = context["problems"]
        return problems
    if kind == "missing":
        return [Problem("this key is missing", _meaning(model, path))]
    if kind == "extra_forbidden":
        return [Problem(_unknown(path, model), _keys(model, path))]
    if kind == "value_error":  # a rule of the domain said no; its sentence holds the remedy
        wrong, _, allowed = str(context["error"]).partition(": ")
        return [Problem(wrong.rstrip("."), allowed.rstrip(".") or _meaning(model, path))]
    if kind in {"enum", "literal_error"}:
        choices = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        return [Problem(f"{shown(value)} is not a choice", one_of(value, choices))]
    if kind in _KINDS:
        return [Problem(f"{shown(value)} is not {_KINDS[kind].partition(';')[0]}", _KINDS[kind])]
    if kind in _BOUNDS:
        return [Problem(f"{_amount(kind, context, value)} is out of bounds", _BOUNDS[kind].format(**context))]
    return [Problem(detail["msg"], _meaning(model, path))]


_KINDS: Mapping[str, str] = {
    "string_type": "a text; put quotes around a number that is meant as text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list; each item on its own line after '- '",
    "tuple_type": "a list; each item on its own line after '- '",
    "frozen_set_type": "a list; each item on its own line after '- '",
    "model_type": "a mapping; 'name: value' lines below it",
    "dict_type": "a mapping; 'name: value' lines below it",
    "mapping_type": "a mapping; 'name: value' lines below it",
}
_BOUNDS: Mapping[str, str] = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "too_short": "at least {min_length}",
    "too_long": "at most {max_length}",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "finite_number": "a finite number",
}


def _amount(kind: str, context: Mapping[str, Any], value: object) -> str:
    if "actual_length" in context:
        return f"a list of {context['actual_length']}"
    return f"a text of {len(str(value))}" if kind.startswith("string_") else shown(value)


def _unknown(path: Path, model: type[Section]) -> str:
    here = model_at(model, path[:-1])
    meant = nearest(path[-1], here.model_fields) if here else None
    return f'there is no key "{str(path[-1])[:60]}"' + (f', did you mean "{meant}"?' if meant else "")


def _keys(model: type[Section], path: Path) -> str:
    here = model_at(model, path[:-1])
    return f"one of {', '.join(here.model_fields)}" if here else "nothing here"


def _meaning(model: type[Section], path: Path) -> str:
    """What a key is for, from its description in the schema."""
    here = model_at(model, path[:-1])
    known = here.model_fields.get(str(path[-1])) if here and path else None
    return known.description if known is not None and known.description else "a value that fits (see the docs)"


def model_at(model: type[Section], path: Path) -> type[Section] | None:
    """The section that stands at a path, lists and mappings of sections looked through; None when it is no section."""
    here: type[Section] | None = model
    for step in path:
        if here is None:
            return None
        if isinstance(step, str) and step in here.model_fields:
            here = next(sections_in(here.model_fields[step].annotation), None)
        elif isinstance(step, str) and step not in here.model_fields:
            return here  # the key of a mapping of sections
    return here


def sections_in(annotation: Any) -> Iterator[type[Section]]:
    """The kinds of section a field may hold, by itself or in a list or mapping."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in get_args(annotation):
        yield from sections_in(part)
