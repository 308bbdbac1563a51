"""Plain chats: two columns of speaker and text, or a text in which every line of a speaker begins with the name."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from evals.transcripts.speakers import WhoIsWho, known, told_apart
from evals.transcripts.transcript import Read, Transcript, Turn
from playbook.fault import Fault, shown

_SPEAKERS = frozenset("speaker author role from sender name who participant party user_type sprecher".split())
_TEXTS = frozenset("text message content body utterance line said words transcript msg nachricht".split())
_TALKS = frozenset(
    "conversation conversation_id chat chat_id session session_id thread thread_id call_id dialogue dialogue_id".split()
)
_LABEL = re.compile(
    r"\s{0,8}(?P<mark>(?:\[[^\]\n]{1,30}\]\s?|\(?\d{1,2}:\d{2}(?::\d{2})?\)?\s[-–]?\s?)?\*{0,2})"
    r"(?P<name>[^\W\d_][^:\n*\[\]]{0,39})\*{0,2}:\*{0,2}(?:\s(?P<text>.*)|$)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chat: where it stands, whose it is, and the conversation it belongs to where a file has several."""

    number: int
    name: str
    text: str
    talk: str = ""


def read_columns(text: str, *, file: str, delimiter: str | None, visitor: str | None) -> Read:
    """Speaker and text in two columns, with or without a first line that names them."""
    faults: list[Fault] = []
    try:
        lines = list(_rows(text, file, delimiter or _delimiter(text), faults))
    except csv.Error as error:
        faults.append(Fault(file, 1, "", f"the columns cannot be read ({error})", "speaker and text, quoted as in CSV"))
        lines = []
    return _chats(lines, file, visitor, faults)


def read_labelled(text: str, *, file: str, visitor: str | None) -> Read:
    """`Sales Rep: Good morning!`, one speaker after the other; lines without a name go on with the one before."""
    faults: list[Fault] = []
    return _chats(list(_labelled(text, file, visitor, faults)), file, visitor, faults)


def chats(lines: list[Line], *, file: str, visitor: str | None) -> Read:
    """The conversations that some lines make up."""
    return _chats(lines, file, visitor, [])


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return min("\t,;", key=lambda mark: first.find(mark) if mark in first else len(first))


def _rows(text: str, file: str, delimiter: str, faults: list[Fault]) -> Iterator[Line]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    at: tuple[int, int, int | None] | None = None
    begins = 1
    for row in reader:
        number, begins = begins, reader.line_num + 1
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if at is None:
            at = _named(cells)
            if at is not None:
                continue
            at = (0, 1, None)
        speaker, said, talk = at
        if len(cells) <= max(speaker, said) or (talk is None and at == (0, 1, None) and len(cells) > 2):
            faults.append(_wrong_row(file, number, len(cells)))
            continue
        if not cells[speaker] or not cells[said]:
            faults.append(Fault(file, number, "", "the speaker or the text is missing", "both in each line"))
            continue
        yield Line(number, cells[speaker], cells[said], cells[talk] if talk is not None and talk < len(cells) else "")


def _wrong_row(file: str, number: int, columns: int) -> Fault:
    allowed = "two columns, speaker and text, or a first line that names the columns speaker and text"
    return Fault(file, number, "", f"this line has {columns} column{'s' if columns != 1 else ''}", allowed)


def _named(cells: list[str]) -> tuple[int, int, int | None] | None:
    """Which columns hold speaker, text and conversation, if this is the line that names them."""
    names = [cell.casefold().replace(" ", "_") for cell in cells]
    place = {kind: next((i for i, n in enumerate(names) if n in known_as), None) for kind, known_as in _HEADS.items()}
    speaker, said = place["speaker"], place["text"]
    return (speaker, said, place["talk"]) if speaker is not None and said is not None and speaker != said else None


_HEADS = {"speaker": _SPEAKERS, "text": _TEXTS, "talk": _TALKS}


def _labelled(text: str, file: str, visitor: str | None, faults: list[Fault]) -> Iterator[Line]:
    rows = text.splitlines()
    speakers = _speakers([row for row in rows if row.strip()], visitor)
    open_: Line | None = None
    for number, row in enumerate(rows, 1):
        found = _LABEL.match(row)
        if found and found["name"].strip() in speakers:
            if open_ is not None:
                yield open_
            open_ = Line(number, found["name"].strip(), (found["text"] or "").strip())
        elif open_ is not None:
            open_ = Line(open_.number, open_.name, f"{open_.text}\n{row.strip()}".strip())
        elif row.strip():
            faults.append(Fault(file, number, "", f"{shown(row)} comes before anybody speaks", "Name: what they say"))
    if open_ is not None:
        yield open_


def _speakers(rows: list[str], visitor: str | None) -> set[str]:
    """Which of the words before a colon are names; "Note: …" amid somebody's lines is none."""
    labels = [found for row in rows if (found := _LABEL.match(row))]
    times = Counter(label["name"].strip() for label in labels)
    sure = {label["name"].strip() for label in labels if label["mark"] or len(labels) == len(rows)}
    given = visitor.strip().casefold() if visitor else None
    return sure | {n for n, often in times.items() if often > 1 or known(n) is not None or n.casefold() == given}


def _chats(lines: list[Line], file: str, visitor: str | None, faults: list[Fault]) -> Read:
    spoken = [line for line in lines if line.text]
    faults += [Fault(file, x.number, "", f"{shown(x.name)} says nothing", "a text") for x in lines if not x.text]
    if not spoken and not faults:
        faults.append(Fault(file, 1, "", "nothing is said here", "speaker and text, line by line"))
    talks: dict[str, list[Line]] = {}
    for line in spoken:
        talks.setdefault(line.talk, []).append(line)
    transcripts = []
    for talk in talks.values():
        try:
            who = told_apart((line.name for line in talk), visitor)
        except WhoIsWho as unclear:
            allowed = "names such as visitor and agent, or --visitor with the visitor's name"
            faults.append(Fault(file, talk[0].number, "", str(unclear), allowed))
            continue
        turns = tuple(Turn(who[line.name], line.text, line.name) for line in talk)
        transcripts.append(Transcript(file, talk[0].number, turns))
    return Read(file, transcripts, sorted(faults, key=lambda fault: fault.line))
