"""The catalogue: every case there is, by topic and name, and the ones a person asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.case import Case, Mode
from evals.tape import TAPES, Tape, read_tape
from playbook.fault import Fault, nearest
from playbook.schema import Names, check
from playbook.source import read_yaml

CASES = Path(__file__).parent / "cases"


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
        replayed = (Mode.REPLAY,) if self.tape else ()
        live = (Mode.LIVE,) if set(self.case.models) - {Mode.SCRIPTED} else ()
        return (*(mode for mode in self.case.models if mode is not Mode.REPLAY), *replayed, *live)


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
        found = read_case(path.read_text(encoding="utf-8"), file=path.relative_to(folder).as_posix())
        recorded = tapes / path.parent.name / f"{path.stem}.json"
        tape = read_tape(recorded) if recorded.exists() else None
        if isinstance(tape, Fault):
            faults.append(tape)
        elif isinstance(found, Case):
            entries.append(Entry(path.parent.name, path.stem, found, tape))
        else:
            faults += found
    if faults:
        raise CaseFaults(faults)
    return entries


def read_case(text: str, *, file: str) -> Case | list[Fault]:
    """One case, or everything that is wrong with it, by line."""
    source, faults = read_yaml(text, file=file)
    if source is None or faults:
        return faults
    case, faults = check(source, Case, Names())
    return case if case is not None else faults


def chosen(entries: Sequence[Entry], wanted: Sequence[str]) -> list[Entry]:
    """The cases whose topic, title or full name was asked for; all when nothing was. Raises NoSuchCase."""
    for name in wanted:
        names = {one for e in entries for one in (e.topic, e.title, e.name)}
        if name not in names:
            meant = nearest(name, names)
            hint = f" Did you mean {meant}?" if meant else ""
            raise NoSuchCase(f"There is no case or topic called {name!r}.{hint} `opener eval list` shows them all.")
    return [e for e in entries if not wanted or {e.topic, e.title, e.name} & set(wanted)]
