"""What must never leave: our own instructions, phrases the owner forbids, foreign links, pictures, markup."""

import base64
import codecs
import re
from binascii import Error as NotEncoded
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from leads.evidence import plain

_WINDOW = 32
"""Letters in a row that, taken from our instructions, count as reciting them: five to seven words."""
_LINK = re.compile(
    r"(!?)\[([^\]]*)\]\(((?:[^()\s]|\([^()\s]*\))+)[^)]*\)"  # Markdown: a link or a picture
    r"|(?:[a-z][a-z0-9+.-]{1,15}:(?=//)|(?<![\w:/]))//[^\s<>()\"']+|\bwww\.[^\s<>()\"']+"
    r"|\b(?:javascript|data|vbscript):[^\s<>\"']+"
    r"|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,8}(?!(?:js|ts|py|go|rs)/)[a-z]{2,24}/[^\s<>()\"']+",
    re.I,
)
_REFERENCE = re.compile(r"^[ ]{0,3}\[[^\]\n]{1,200}\]:[^\n]*", re.M)
_LOOSE_TARGET = re.compile(r"\]\(([^)\s]*)[^)\n]*\)?")  # the end of a link that began in an earlier sentence
_MARKUP = re.compile(r"<[^>\n]{1,200}>|<(?=[a-z/!?])", re.I)
_LOOSE_PICTURE = re.compile(r"!(?=\[)")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-f]{2}){8,}", re.I)


@dataclass(frozen=True, slots=True)
class LeakGuard:
    """Knows our instructions and the owner's forbidden phrases, and cleans or stops a sentence."""

    instructions: str
    never_say: tuple[str, ...]
    link_hosts: tuple[str, ...]
    _recited: frozenset[str] = field(init=False)
    _forbidden: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        told = _letters(self.instructions)
        spellings = (told, told[::-1], codecs.encode(told, "rot13"))
        object.__setattr__(self, "_recited", frozenset(w for text in spellings for w in _windows(text)))
        object.__setattr__(self, "_forbidden", tuple(plain(phrase) for phrase in self.never_say))

    def leaks(self, sentence: str, *, before: str = "") -> bool:
        """Whether a sentence that follows `before` recites our instructions or says a forbidden phrase.

        Only letters count, so blanks, marks and line breaks between them hide nothing; backwards, rot13, Base64 and
        hexadecimal are read as well.
        """
        said = plain(before[-200:] + sentence)
        if any(phrase in said for phrase in self._forbidden):
            return True
        spoken = _letters(before[-400:])[-(_WINDOW - 1) :] + _letters(sentence)
        return not self._recited.isdisjoint(_windows(spoken)) or _hides_text(sentence)

    def clean(self, sentence: str) -> str:
        """The sentence without pictures, markup and links to hosts that are not on the owner's list."""
        text = _REFERENCE.sub("", _LINK.sub(self._link, sentence))
        text = _LOOSE_PICTURE.sub("", _LOOSE_TARGET.sub(self._target, text))
        return _MARKUP.sub("", text)

    def _link(self, match: re.Match[str]) -> str:
        picture, label, target = match[1], match[2], match[3] or match[0]
        if picture:
            return ""
        if _allowed(target, self.link_hosts):
            return match[0]
        return label or ""

    def _target(self, match: re.Match[str]) -> str:
        return match[0] if _allowed(match[1], self.link_hosts) else "]"


def _allowed(target: str, hosts: Collection[str]) -> bool:
    if "\\" in target:  # browsers read it as a slash, parsers do not
        return False
    try:
        parts = urlsplit(target if "//" in target else f"https://{target}", scheme="https")
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and any(host == h or host.endswith("." + h) for h in hosts)


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, plain(text)))


def _windows(letters: str) -> Iterator[str]:
    return (letters[i : i + _WINDOW] for i in range(len(letters) - _WINDOW + 1))


def _hides_text(sentence: str) -> bool:
    """Whether a sentence carries readable text in an encoding; nobody talks to a visitor like that."""
    joined = re.sub(r"\s", "", sentence)
    candidates = [m[0] for m in _ENCODED.finditer(sentence)] + [m[0] for m in [_ENCODED.fullmatch(joined)] if m]
    return any(_is_readable(_from_base64(c)) for c in candidates) or any(
        _is_readable(bytes.fromhex(m[0])) for m in _HEX.finditer(joined)
    )


def _from_base64(text: str) -> bytes:
    whole = text.rstrip("=")[: len(text.rstrip("=")) // 4 * 4]
    try:
        return base64.b64decode(whole, altchars=b"-_") if set("-_") & set(whole) else base64.b64decode(whole)
    except (NotEncoded, ValueError):
        return b""


def _is_readable(content: bytes) -> bool:
    return len(content) >= 8 and all(32 <= byte < 127 or byte in b"\n\r\t" for byte in content)
