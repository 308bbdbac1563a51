"""Read a playbook: five YAML files and a folder of pages, all checked together, all faults told at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from playbook.book import KnowledgePage, Playbook
from playbook.company_file import CompanyFile
from playbook.fault import Fault, PlaybookFaults, nearest
from playbook.knowledge_file import read_page
from playbook.meetings_file import MeetingsFile
from playbook.routing_file import RoutingFile
from playbook.schema import Names, Section, check
from playbook.scoring_file import ScoringFile
from playbook.segments import read_segments
from playbook.sequences_file import SequencesFile
from playbook.source import Plain, Source, read_yaml

FILES: Mapping[str, type[Section]] = {
    "company.yaml": CompanyFile,
    "scoring.yaml": ScoringFile,
    "meetings.yaml": MeetingsFile,
    "routing.yaml": RoutingFile,
    "sequences.yaml": SequencesFile,
}
KNOWLEDGE = "knowledge"
LARGEST = 1_000_000
"""Bytes of one file; a playbook is written by people."""

S = TypeVar("S", bound=Section)


@dataclass(slots=True)
class _Shelf:
    """What has been read so far, and what is wrong with it."""

    folder: Path
    names: Names = field(default_factory=Names)
    sections: dict[type[Section], Section] = field(default_factory=dict)
    pages: list[KnowledgePage] = field(default_factory=list)
    routing_written: Mapping[str, Plain] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def the(self, kind: type[S]) -> S:
        section = self.sections[kind]
        assert isinstance(section, kind)
        return section


def read_playbook(folder: Path) -> Playbook:
    """The playbook in a folder. Raises PlaybookFaults with every fault of every file."""
    shelf = _read(folder)
    if shelf.faults:
        raise PlaybookFaults(_sorted(shelf.faults))
    company, scoring, meetings = shelf.the(CompanyFile), shelf.the(ScoringFile), shelf.the(MeetingsFile)
    return Playbook(
        folder=folder,
        company=company.profile(),
        scoring=scoring.score_rules(scoring.version),
        signals=tuple(signal.definition() for signal in scoring.signals),
        qualification=company.qualification.policy(),
        meetings=tuple(meeting.meeting_type() for meeting in meetings.meetings),
        reps=tuple(rep.profile() for rep in meetings.reps),
        handoffs=shelf.the(RoutingFile).handoffs.policy(),
        routing=shelf.the(RoutingFile).route_rules(),
        routing_written=shelf.routing_written,
        agent=company.agent.policy(),
        knowledge=tuple(shelf.pages),
        stages=company.stages.policy(),
        market=company.market.market(),
        pipeline=tuple(stage.pipeline_stage() for stage in company.pipeline),
        nurture=shelf.the(SequencesFile).nurture.policy(),
    )


def check_playbook(folder: Path) -> list[Fault]:
    """Every fault of a playbook, by file and line; none when it can be used."""
    return _sorted(_read(folder).faults)


def read_pages(path: Path) -> tuple[KnowledgePage, ...]:
    """The pages of one Markdown file, or of every one below a folder, for adding them to what the agent knows.

    Front matter may be missing here. Raises PlaybookFaults.
    """
    root = path if path.is_dir() else path.parent
    shelf = _Shelf(root)
    for file in _markdown(path) if path.is_dir() else [path]:
        name = file.relative_to(root).as_posix()
        text = _text(shelf, file, name)
        if text is not None:
            slug = file.relative_to(root).with_suffix("").as_posix()
            page, faults = read_page(text, slug=slug, file=name, names=shelf.names, head_needed=False)
            shelf.faults += faults
            shelf.pages += [page] if page else []
    if shelf.faults:
        raise PlaybookFaults(_sorted(shelf.faults))
    return tuple(shelf.pages)


def _markdown(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.md") if path.is_file())


def _sorted(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (fault.file, fault.line, fault.where))


def _read(folder: Path) -> _Shelf:
    shelf = _Shelf(folder)
    if not folder.is_dir():
        shelf.faults.append(
            Fault(folder.name, 1, "", "there is no such folder", "a folder; `opener init DIR` writes one")
        )
        return shelf
    sources = {name: _source(shelf, name) for name in FILES}
    shelf.names = _names({name: source.content if source else None for name, source in sources.items()})
    for name, kind in FILES.items():
        source = sources[name]
        if source is not None:
            section, faults = check(source, kind, shelf.names)
            shelf.faults += faults
            if section is not None:
                shelf.sections[kind] = section
    routing = sources["routing.yaml"]
    if routing is not None and isinstance(routing.content, dict):
        shelf.routing_written = routing.content
    shelf.faults += _strangers(folder)
    _read_pages(shelf)
    return shelf


def _source(shelf: _Shelf, name: str) -> Source | None:
    text = _text(shelf, shelf.folder / name, name)
    if text is None:
        return None
    source, faults = read_yaml(text.removeprefix("\ufeff"), file=name)
    shelf.faults += faults
    return source


def _text(shelf: _Shelf, path: Path, name: str) -> str | None:
    """The text of a file, or None and a fault."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        shelf.faults.append(
            Fault(name, 1, "", "the file is missing", "a file; `opener init DIR` writes one to start from")
        )
        return None
    except OSError as error:
        shelf.faults.append(Fault(name, 1, "", f"the file cannot be read ({error.strerror})", "a readable file"))
        return None
    if len(raw) > LARGEST:
        shelf.faults.append(Fault(name, 1, "", f"the file has {len(raw)} bytes", f"up to {LARGEST}"))
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        shelf.faults.append(Fault(name, line, "", "a letter is not written in UTF-8", "a text file saved as UTF-8"))
        return None


def _strangers(folder: Path) -> Iterator[Fault]:
    """YAML files that nobody reads, most likely misspelt."""
    for path in sorted(folder.iterdir()):
        if path.suffix in {".yaml", ".yml"} and path.name not in FILES:
            meant = nearest(path.name, FILES)
            hint = f', did you mean "{meant}"?' if meant else ""
            yield Fault(
                path.name, 1, "", f"no file of a playbook is called so{hint}", f"{', '.join(FILES)}, {KNOWLEDGE}/*.md"
            )


def _read_pages(shelf: _Shelf) -> None:
    root = shelf.folder / KNOWLEDGE
    paths = _markdown(root) if root.is_dir() else []
    if not paths:
        shelf.faults.append(
            Fault(KNOWLEDGE, 1, "", "there is no page to answer from", "at least one file knowledge/*.md")
        )
    taken: dict[str, str] = {}
    for path in paths:
        file, slug = path.relative_to(shelf.folder).as_posix(), path.relative_to(root).with_suffix("").as_posix()
        text = _text(shelf, path, file)
        if text is None:
            continue
        page, faults = read_page(text, slug=slug, file=file, names=shelf.names)
        shelf.faults += faults
        if page is not None:
            shelf.pages.append(page)
            shelf.faults += _said_twice(page, file, taken)


def _said_twice(page: KnowledgePage, file: str, taken: dict[str, str]) -> Iterator[Fault]:
    """Two pages of one title or address would be cited as the same one."""
    for what, value in (("title", page.title.casefold()), ("url", page.url or "")):
        if value and (other := taken.setdefault(f"{what} {value}", file)) != file:
            yield Fault(file, 2, what, f"the {what} is the one of {other}", f"a {what} of its own")


def _names(contents: Mapping[str, Plain]) -> Names:
    """What the files define, as far as it can be told before they are checked."""
    return Names(
        signals=_listed(contents["scoring.yaml"], "signals", "name"),
        meetings=_listed(contents["meetings.yaml"], "meetings", "key"),
        reps=_listed(contents["meetings.yaml"], "reps", "email"),
        queues=_listed(contents["routing.yaml"], "queues", "key"),
        link_hosts=_hosts(contents["company.yaml"]),
        pools=_optional(contents["routing.yaml"], "pools", "key"),
        destinations=_optional(contents["routing.yaml"], "destinations", "key"),
        segments=read_segments(contents["scoring.yaml"]),
    )


def names_in_routing(content: Plain, names: Names) -> Names:
    """The names with those that rules of routing define for themselves."""
    return replace(
        names,
        queues=_listed(content, "queues", "key"),
        pools=_optional(content, "pools", "key"),
        destinations=_optional(content, "destinations", "key"),
    )


def _optional(content: Plain, key: str, name: str) -> frozenset[str] | None:
    """The names in a list that may be left out."""
    left_out = isinstance(content, dict) and content.get(key) is None
    return frozenset() if left_out else _listed(content, key, name)


def _listed(content: Plain, key: str, name: str) -> frozenset[str] | None:
    items = content.get(key) if isinstance(content, dict) else None
    if not isinstance(items, list):
        return None
    found = [item.get(name) for item in items if isinstance(item, dict)]
    return frozenset(value for value in found if isinstance(value, str))


def _hosts(content: Plain) -> frozenset[str] | None:
    agent = content.get("agent") if isinstance(content, dict) else None
    hosts = agent.get("link_hosts") if isinstance(agent, dict) else None
    return frozenset(str(host).lower() for host in hosts) if isinstance(hosts, list) else None
