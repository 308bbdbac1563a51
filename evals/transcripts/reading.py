"""Reading a file of conversations: what kind it is shows by its name and its first character.

Nothing here raises for what stands in a file: what cannot be used is told as a fault with its line, the rest is kept.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.transcripts.columns import Line, chats, read_columns, read_labelled
from evals.transcripts.messages import Tell, turns_of
from evals.transcripts.placed_json import NotJson, Placed, read_json
from evals.transcripts.transcript import Call, Read, Speaker, Transcript, Turn
from playbook.fault import Fault, shown

_MESSAGES = ("messages", "traj", "trajectory", "conversation", "history")
_TURNS = ("turns", "dialogue", "dialog", "chat", "utterances", "transcript")
_BODIES = ("email_thread", "body", "text")
_SHAPES = (
    "a list of messages with role and content, or runs that hold one as messages or traj, or turns [{speaker, text}]"
)


def read_file(path: Path, *, visitor: str | None = None) -> Read:
    """The conversations of one file. `visitor` names the visitor where the names in it do not tell."""
    name = path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        return _nothing(name, f"the file cannot be read ({error.strerror or 'unknown reason'})", "a file that exists")
    try:
        text = raw.decode("utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return Read(name, (), [Fault(name, line, "", "a byte here is no UTF-8", "text in UTF-8")])
    return read_text(text, file=name, visitor=visitor)


def read_text(text: str, *, file: str, visitor: str | None = None) -> Read:
    """The conversations of a text; `file` is its name and by its ending the kind."""
    kind, first = Path(file).suffix.casefold(), text.lstrip()[:1]
    if not first:
        return _nothing(file, "the file is empty", _SHAPES)
    if kind in {".csv", ".tsv"}:
        return read_columns(text, file=file, delimiter="\t" if kind == ".tsv" else None, visitor=visitor)
    if kind in {".jsonl", ".ndjson"}:
        return _Reading(file, visitor).lines(text)
    if kind == ".json" or (first in "[{" and kind not in {".txt", ".md"}):
        return _Reading(file, visitor).document(text)
    return read_labelled(text, file=file, visitor=visitor)


def _nothing(file: str, wrong: str, allowed: str) -> Read:
    return Read(file, (), [Fault(file, 1, "", wrong, allowed)])


class _Reading:
    """One file of JSON being read."""

    def __init__(self, file: str, visitor: str | None) -> None:
        self.file = file
        self.visitor = visitor
        self.transcripts: list[Transcript] = []
        self.faults: list[Fault] = []

    def document(self, text: str) -> Read:
        """A list of messages, a list of runs, one run; or lines of JSON under another name."""
        try:
            placed = read_json(text)
        except NotJson as error:
            if len(text.splitlines()) > 1 and _is_json(text.splitlines()[0]):
                return self.lines(text)
            self._fault(error.line, "", str(error), _SHAPES)
        else:
            self._several(placed.value, placed, "")
        return self._read()

    def lines(self, text: str) -> Read:
        """One value a line: runs, or the messages of one conversation."""
        values: list[tuple[Placed, int]] = []
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                values.append((read_json(line, first_line=number), number))
            except NotJson as error:
                self._fault(error.line, "", str(error), "one JSON value in each line")
        if any(_is_message(placed.value) for placed, _ in values):
            self._messages([p.value for p, _ in values], lambda n: values[n][1], values[0][1], lambda _: "")
        else:
            for placed, number in values:
                self._one(placed.value, placed, "", number)
        return self._read()

    def _read(self) -> Read:
        return Read(self.file, self.transcripts, sorted(self.faults, key=lambda fault: fault.line))

    def _several(self, value: Any, placed: Placed, where: str) -> None:
        """A list of runs, unless the value is one conversation."""
        if not isinstance(value, list) or any(map(_is_message, value)) or any(map(_is_turn, value)):
            self._one(value, placed, where, placed.line(value))
            return
        if not value:
            self._fault(placed.line(value), where, "this list is empty", _SHAPES)
        for number, run in enumerate(value):
            self._one(run, placed, f"[{number}]", placed.line(run, placed.line(value)))

    def _one(self, run: Any, placed: Placed, where: str, line: int) -> None:
        """One conversation in any of the shapes that are known."""
        if isinstance(run, list) and run and any(map(_is_turn, run)) and not any(map(_is_message, run)):
            self._turns(run, placed, where, line)
        elif isinstance(run, list) and run:
            self._messages(run, lambda n: placed.line(run[n], line), line, lambda n: f"{where}[{n}]")
        elif isinstance(run, dict) and (key := _list_in(run, _MESSAGES)) and not any(map(_is_turn, run[key])):
            found, place = run[key], f"{where}.{key}".removeprefix(".")
            self._messages(found, lambda n: placed.line(found[n], line), line, lambda n: f"{place}[{n}]")
        elif isinstance(run, dict) and (key := _list_in(run, (*_TURNS, *_MESSAGES))):
            self._turns(run[key], placed, f"{where}.{key}".removeprefix("."), line)
        elif isinstance(run, dict) and any(isinstance(run.get(body), str) for body in _BODIES):
            self._mail(run, line)
        else:
            self._fault(line, where, f"{_said(run)} is no conversation", _SHAPES)

    def _messages(self, messages: Sequence[Any], line_of: Any, line: int, place: Any) -> None:
        def tell(number: int) -> Tell:
            def told(where: str, wrong: str, allowed: str) -> None:
                at = ".".join(filter(None, (place(number), where)))
                self._fault(line_of(number), at, wrong, allowed)

            return told

        self._keep(Transcript(self.file, line, turns_of(messages, tell)))

    def _turns(self, turns: Sequence[Any], placed: Placed, where: str, line: int) -> None:
        lines: list[Line] = []
        for number, turn in enumerate(turns):
            at = placed.line(turn, line)
            name, text = _speaker_of(turn), _text_of(turn)
            if name and text and text.strip():
                lines.append(Line(at, name, text.strip()))
            else:
                self._fault(at, f"{where}[{number}]", f"{_said(turn)} is no turn", "an object with speaker and text")
        if lines:
            read = chats(lines, file=self.file, visitor=self.visitor)
            self.faults += read.faults
            for transcript in read.transcripts:
                self._keep(transcript)

    def _mail(self, run: Mapping[str, Any], line: int) -> None:
        """A mail and what an assistant was expected to do about it."""
        body = next(run[key] for key in _BODIES if isinstance(run.get(key), str))
        subject, expected = run.get("subject"), run.get("expected_tool_calls")
        said = "\n\n".join(part for part in (subject, body) if isinstance(part, str) and part.strip())
        author = run.get("author")
        turns = [Turn(Speaker.VISITOR, said, author if isinstance(author, str) else "")] if said.strip() else []
        calls = (
            tuple(Call(name, "{}") for name in expected if isinstance(name, str)) if isinstance(expected, list) else ()
        )
        turns += [Turn(Speaker.AGENT, "", calls=calls)] if calls else []
        self._keep(Transcript(self.file, line, tuple(turns)))

    def _keep(self, transcript: Transcript) -> None:
        if transcript.visitor_lines:
            self.transcripts.append(transcript)
        else:
            self._fault(transcript.line, "", "no visitor says anything here", "at least one message of a visitor")

    def _fault(self, line: int, where: str, wrong: str, allowed: str) -> None:
        self.faults.append(Fault(self.file, line, where, wrong, allowed))


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and "role" in value


def _is_turn(value: Any) -> bool:
    is_mail = isinstance(value, dict) and "subject" in value
    return _speaker_of(value) is not None and _text_of(value) is not None and not _is_message(value) and not is_mail


def _speaker_of(turn: Any) -> str | None:
    names = ("speaker", "author", "from", "sender") if isinstance(turn, dict) else ()
    found = next((turn[name] for name in names if isinstance(turn.get(name), str) and turn[name].strip()), None)
    return found.strip() if found else None


def _text_of(turn: Any) -> str | None:
    names = ("text", "utterance", "message", "content", "value") if isinstance(turn, dict) else ()
    return next((turn[name] for name in names if isinstance(turn.get(name), str)), None)


def _list_in(run: Mapping[str, Any], names: Sequence[str]) -> str | None:
    return next((name for name in names if isinstance(run.get(name), list) and run[name]), None)


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object with {', '.join(map(str, list(value)[:5])) or 'nothing'}"
    return f"a list of {len(value)}" if isinstance(value, list) else shown(value)


def _is_json(line: str) -> bool:
    try:
        read_json(line)
    except NotJson:
        return False
    return True
