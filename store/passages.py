"""Cutting a Markdown page into passages: one thought each, long enough to answer from, short enough to quote.

A passage is plain text (see markdown.py) and keeps the path of headings it stands under.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from store.markdown import Block, blocks_of, inline_text, parsed

CUT_FORMAT = "1"
"""Changes when pages are to be cut anew."""
HEADING_MARK = "## "
"""Begins a heading that stands inside a passage."""
LEAST_WORDS = 60
MOST_WORDS = 180
MOST_JOINED = 120  # short neighbours are put together up to here
MOST_WORDS_WHOLE = 300  # lists and tables are kept whole up to here
_LETTERS_A_WORD = 9  # scripts without spaces: no "word" may be longer than this
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|no|nr|mr|mrs|ms|dr|st|jr|inc|ltd|co)|\b\w)\.$", re.I)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^\Wa-z_])|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class Document:
    """A page of the company's knowledge. `body` is Markdown; `source` says where it came from (file, console, …)."""

    slug: str
    title: str
    url: str | None
    body: str
    source: str = ""
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage before it is stored: the headings it stands under ("Plans > Team") and its plain text."""

    heading: str
    text: str


def read_markdown(slug: str, text: str, *, source: str = "") -> Document:
    """A document from a Markdown file; `title` and `url` of its front matter are honoured.

    Without a title the first heading of level one gives it, or else the slug. Front matter that is not YAML is text.
    """
    found = _FRONT_MATTER.match(text)
    fields = _fields(found.group(1)) if found else None
    body = text[found.end() :] if found and fields is not None else text
    title = str((fields or {}).get("title") or "") or _first_title(body) or slug
    url = (fields or {}).get("url")
    return Document(slug, title, str(url) if url else None, body, source)


def cut(document: Document) -> list[Piece]:
    """The passages of a document, in reading order, of about 60 to 180 words."""
    pieces: list[Piece] = []
    for path, blocks in _sections(document):
        pieces += [Piece(" > ".join(path), text) for text in _packed(blocks)]
    return _joined(pieces)


def sentences(text: str) -> list[str]:
    """The sentences of plain text, a line break ending one too; abbreviations and initials end none."""
    found: list[str] = []
    for line in text.splitlines():
        begun = ""
        for part in _SENTENCE_END.split(line):
            begun = f"{begun} {part}".strip()
            if not _ABBREVIATED.search(begun):
                found.append(begun)
                begun = ""
        found.append(begun)
    return [sentence for sentence in found if sentence]


def size_of(text: str) -> int:
    """About how many words; scripts without spaces are counted by their letters."""
    return max(len(text.split()), len(text) // _LETTERS_A_WORD)


def _fields(front_matter: str) -> Mapping[str, object] | None:
    try:
        loaded = YAML(typ="safe", pure=True).load(front_matter)
    except YAMLError:
        return None
    return loaded if isinstance(loaded, dict) else None


def _first_title(body: str) -> str:
    return next(
        (inline_text(node) for node in parsed(body).children if node.type == "heading" and node.tag == "h1"), ""
    )


def _sections(document: Document) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    path: dict[int, str] = {}
    blocks: list[Block] = []
    for node in parsed(document.body).children:
        if node.type != "heading":
            blocks += blocks_of(node)
            continue
        yield _path(path, document.title), blocks
        level = int(node.tag[1:])
        path = {depth: name for depth, name in path.items() if depth < level} | {level: inline_text(node)}
        blocks = []
    yield _path(path, document.title), blocks


def _path(path: Mapping[int, str], title: str) -> tuple[str, ...]:
    return tuple(name for _, name in sorted(path.items()) if name and name.casefold() != title.casefold())


def _packed(blocks: Sequence[Block]) -> Iterator[str]:
    """Blocks put together to passages; what is too long is cut between sentences, items or rows."""
    held: list[str] = []
    for text in (part for block in blocks for part in _fitting(block)):
        if held and size_of("\n".join(held)) + size_of(text) > MOST_WORDS and _holds_enough(held):
            yield "\n".join(held)
            held = []
        held.append(text)
    if held:
        yield "\n".join(held)


def _holds_enough(held: Sequence[str]) -> bool:
    return size_of("\n".join(held)) >= LEAST_WORDS // 2


def _fitting(block: Block) -> Iterator[str]:
    if size_of(block.text) <= (MOST_WORDS_WHOLE if block.whole else MOST_WORDS):
        yield block.text
        return
    parts = block.lines if block.whole else tuple(part for line in block.lines for part in sentences(line))
    held: list[str] = []
    glue = "\n" if block.whole else " "
    for part in (short for long in parts for short in _short(long)):
        if held and size_of(glue.join(held)) + size_of(part) > MOST_WORDS:
            yield glue.join(held)
            held = [block.lead] if block.lead else []
        held.append(part)
    yield glue.join(held)


def _short(text: str) -> Iterator[str]:
    """A sentence that alone is longer than a passage, cut between words or, where there are none, anywhere."""
    if size_of(text) <= MOST_WORDS:
        yield text
        return
    room = MOST_WORDS * _LETTERS_A_WORD // 2
    while len(text) > room:
        end = text.rfind(" ", room // 2, room) + 1 or room
        yield text[:end].strip()
        text = text[end:]
    yield text


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Short neighbours become one passage under the headings they share; the others are kept as lines ("## Limits")."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and _belong_together(joined[-1], piece):
            joined[-1] = _together(joined[-1], piece)
        else:
            joined.append(piece)
    return joined


def _belong_together(first: Piece, second: Piece) -> bool:
    if first.heading and not _shared(first.heading, second.heading) and " > " in first.heading + second.heading:
        return False  # another chapter
    sizes = size_of(first.text), size_of(second.text)
    return min(sizes) < LEAST_WORDS and sum(sizes) <= MOST_JOINED


def _together(first: Piece, second: Piece) -> Piece:
    heading = _shared(first.heading, second.heading)
    parts = [_under(first, heading)]
    parts.append(second.text if first.heading == second.heading else _under(second, heading))
    return Piece(heading, "\n".join(parts))


def _shared(first: str, second: str) -> str:
    names = []
    for one, other in zip(first.split(" > "), second.split(" > "), strict=False):
        if one != other:
            break
        names.append(one)
    return " > ".join(names)


def _under(piece: Piece, heading: str) -> str:
    own = piece.heading[len(heading) :].removeprefix(" > ")
    return f"{HEADING_MARK}{own}\n{piece.text}" if own else piece.text
