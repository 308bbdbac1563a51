"""The catalogue: every case there is, by topic and name, and the ones a person asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.case import Case
from evals.modes import Mode
from evals.tape import TAPES, Tape, read_tape
from evals.twins import MARK, Twin, born, sibling
from playbook.fault import Fault, nearest
from playbook.folders import SAMPLE
from playbook.schema import Names, check
from playbook.source import Source, read_yaml

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an exam is kept: the cases by topic, their recordings by topic, and the playbook that is examined."""

    cases: Path = CASES
    tapes: Path = TAPES
    playbook: Path = SAMPLE


OURS = Place()
"""The exam that comes with Opener, on the sample playbook."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A case under its name: the topic is its folder, the title its file. `tape` is its recording, if it has one."""

    topic: str
    title: str
    case: Case
    tape: Tape | None = None

    @property
    def name(self) -> str:
        """How it is asked for: `booking/slot_taken_meanwhile`."""
        return f"{self.topic}/{self.title}"

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The models that can sit it: those it names, what was recorded, and a live one where no script is needed."""
        if self.case.draft:
            return ()
        if self.case.persona is not None:
            return (Mode.LIVE,)
        replayed = (Mode.REPLAY,) if self.tape else ()
        live = (Mode.LIVE,) if set(self.case.models) - {Mode.SCRIPTED} else ()
        return (*(mode for mode in self.case.models if mode is not Mode.REPLAY), *replayed, *live)


@dataclass(frozen=True, slots=True)
class Family:
    """What one file holds: a case, and its twins by name."""

    case: Case
    twins: Mapping[str, Case]


class CaseFaults(Exception):
    """Some cases cannot be read. `faults` holds everything that was found, by file and line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        listed = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"{len(self.faults)} fault(s) in the cases:\n{listed}")


class NoSuchCase(ValueError):
    """Nothing in the catalogue is called that."""


def read_cases(folder: Path = CASES, tapes: Path = TAPES) -> list[Entry]:
    """Every case, by topic and title, with its recording. Raises CaseFaults with every fault of every file."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*/*.yaml")):
        found = read_family(path.read_text(encoding="utf-8"), file=path.relative_to(folder).as_posix())
        recorded = tapes / path.parent.name / f"{path.stem}.json"
        tape = read_tape(recorded) if recorded.exists() else None
        if isinstance(tape, Fault):
            faults.append(tape)
        elif isinstance(found, Family):
            entries.append(Entry(path.parent.name, path.stem, found.case, tape))
            entries += [Entry(path.parent.name, f"{path.stem}{MARK}{name}", twin) for name, twin in found.twins.items()]
        else:
            faults += found
    if faults:
        raise CaseFaults(faults)
    return entries


def read_case(text: str, *, file: str) -> Case | list[Fault]:
    """One case, or everything that is wrong with it, by line."""
    found = read_family(text, file=file)
    return found.case if isinstance(found, Family) else found


def read_family(text: str, *, file: str) -> Family | list[Fault]:
    """A case with its twins, or everything that is wrong with them, by line."""
    source, faults = read_yaml(text, file=file)
    if source is None or faults:
        return faults
    case, faults = check(source, Case, Names())
    if case is None:
        return faults
    twins: dict[str, Case] = {}
    for name, twin in case.twins.items():
        made = _twin(source, name, twin)
        if isinstance(made, Case):
            twins[name] = made
        else:
            faults += made
    return faults or Family(case, twins)


def _twin(source: Source, name: str, twin: Twin) -> Case | list[Fault]:
    """The twin as a case; what is wrong with it is told at the line of its name."""
    line, where = source.line(("twins", name)), f"twins.{name}"
    try:
        content = born(source.content if isinstance(source.content, dict) else {}, twin)
    except ValueError as error:
        return [Fault(source.file, line, where, str(error), "a text that stands in the case")]
    case, faults = check(Source(source.file, content, {}), Case, Names())
    return case or [Fault(source.file, line, where, fault.wrong, fault.allowed) for fault in faults]


def chosen(entries: Sequence[Entry], wanted: Sequence[str]) -> list[Entry]:
    """The cases whose topic, title or full name was asked for; all when nothing was. Raises NoSuchCase.

    A case brings its twins along, and a twin the case it is compared with.
    """
    for name in wanted:
        names = {one for e in entries for one in (e.topic, e.title, e.name)}
        if name not in names:
            meant = nearest(name, names)
            hint = f" Did you mean {meant}?" if meant else ""
            raise NoSuchCase(f"There is no case or topic called {name!r}.{hint} `opener eval list` shows them all.")
    families = {sibling(e.name) for e in entries if {e.topic, e.title, e.name} & set(wanted)}
    return [e for e in entries if not wanted or sibling(e.name) in families]
