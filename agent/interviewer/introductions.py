"""Names and companies people introduce themselves with: "I'm Ada Okafor from Acme Castings", "Ada here".

A name begins with a capital letter or stands where only a name can ("my name is ada"); a word that describes the
speaker ("I'm looking", "I'm German", "I'm Head of Sales") is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from agent.interviewer.almanac import MONTH, WEEKDAY
from agent.interviewer.introduction_words import NEVER_COMPANIES, NEVER_NAMES, TITLES, is_place
from agent.interviewer.language import language_of
from agent.interviewer.phrases import fold

_LETTER: Final = r"[^\W\d_]"
_NAME_WORD: Final = rf"(?:{_LETTER}\.|{_LETTER}(?:{_LETTER}|['’-](?={_LETTER}))*)"
_PARTICLE: Final = r"(?:van|von|der|den|de|del|della|da|di|dos|du|la|le|bin|bint|ibn|al|el|ter|ten|zu|af|av|y|e)"
_NAME: Final = (
    rf"(?:(?:Dr|Prof|Mr|Mrs|Ms|Mx)\.? )?(?P<name>{_NAME_WORD}(?: (?:{_PARTICLE} ){{0,2}}{_NAME_WORD}){{0,3}})"
)
_APOSTROPHE: Final = "['’]?"
_SURE: Final = re.compile(
    rf"(?i:\b(?:my (?:full )?name(?:{_APOSTROPHE}s| is)|(?:the )?name(?:['’]s|:| is)|i go by|i am called"
    rf"|i{_APOSTROPHE}m called)) +{_NAME}"
)
_LIKELY: Final = re.compile(
    rf"(?:(?<!\w)(?i:i{_APOSTROPHE}m|i am|this is|call me|it{_APOSTROPHE}s|im|here is|here{_APOSTROPHE}s|hi|hello"
    rf"|hey)[, ]+(?i:(?:i{_APOSTROPHE}m|i am|this is|it{_APOSTROPHE}s) )?){_NAME}"
)
_HERE: Final = re.compile(rf"(?:^|[.!?,\n] ?|\b(?i:hi|hello|hey),? (?i:there,? )?){_NAME} here\b")
_OPENS: Final = re.compile(rf"^(?i:hi|hello|hey|good \w+)[,!.] {_NAME} (?:from|at) (?=[^\W\d_a-z])")
_SIGNED: Final = re.compile(
    rf"(?i:(?:^|\n)[ ]*(?:(?:best|kind|warm|many)(?: wishes| regards)?|regards|cheers|thanks|thank you"
    rf"|thx|sincerely|br|cordially|yours)(?: so much| again| in advance)?)[,.!]?[ ]*\n+[ -]*{_NAME}[ "
    rf"]*(?=\n|$|,|\|)"
)
_COMPANY_WORD: Final = r"(?:[^\W_]|[&+])(?:[^\W_]|[&+.'’-](?=[^\W_]))*"
_COMPANY: Final = (
    rf"(?P<company>{_COMPANY_WORD}(?: (?:of |and |& |the |for |de )?{_COMPANY_WORD}){{0,4}}(?:,? (?:Inc"
    rf"|Ltd|LLC|GmbH|AG|SA|SE|BV|AB|Oy|Pty|Co|Corp|plc|S\.A|B\.V)\b\.?)?)"
)
_COMPANY_SAID: Final = re.compile(
    rf"(?i:\b(?:(?:our|my|the) (?:company|firm|business|organi[sz]ation|employer|agency|startup"
    rf"|start-up)(?:{_APOSTROPHE}s name)? (?:is|name is|is called|called)"
    rf"|company(?: name)?(?: is|:)|i work (?:for|at|with)|i{_APOSTROPHE}m working (?:for|at)|we work "
    rf"(?:for|at)|on behalf of|i represent|i run|i own|i founded|founder of|co-?founder of|owner of))"
    rf"(?i: called| the company| a company called)? +{_COMPANY}"
)
_COMPANY_OF: Final = re.compile(rf"(?<![\w-])(?P<how>(?i:from|at|with|of|@)) (?={_COMPANY}(?![/\w]))")
_SMALL: Final = re.compile(
    rf"(?<!\w)(?:(?:i{_APOSTROPHE}m|i am|this is|it{_APOSTROPHE}s) (?P<name>[a-z]{{3,20}}(?<!ing)(?<!ed)) "
    rf"from (?:the )?(?P<company>[a-z0-9][\w&.-]{{1,30}}\w))(?!\w)"
)
_WE_ARE: Final = re.compile(rf"(?<!\w)(?i:we{_APOSTROPHE}re|we are) {_COMPANY}(?=,| and we| -|\.|!|$)")
_POSTS: Final = "ceo|cto|cfo|coo|cmo|cio|ciso|owner|co-?founder|founder|partner|president|chairman"
_ROLE_BEFORE: Final = re.compile(
    r"\b(?:i'?m|i am|this is|it's|here|ceo|cto|cfo|coo|cmo|cio|ciso|vp|director|manager|head|lead|owner|founder|partner"
    r"|president|engineer|analyst|buyer|planner|consultant|officer|team|work|works|working|role|job|testing|issues?"
    r"|ops|operations|sales|marketing|finance|procurement|purchasing|colleagues)(?P<gap>[^.!?\n]{0,36} )$"
)
_NOT_THEIRS: Final = re.compile(
    r"\b(?:that|which|who|i|you|we|they|is|are|was|were|have|has|get|will|can|this|week|day|distance|away|with"
    r"|(?!(?:calling|writing|e-?mailing|working|reaching|speaking|messaging|planning|testing|marketing|purchasing"
    r"|manufacturing|engineering|accounting|it)\b)[a-z]+ing)\b"
)
_LEFT_ALONE: Final = re.compile(
    r"\b(?:migrat\w+|switch\w*|mov\w+|com\w+|chang\w+|away|heard|hear|found|find|differ\w*|far|back"
    r"|ranging|export\w*|import\w*|data|got|get|"
    r"getting|buy\w*|bought|integrat\w*|works? with|working with|compare\w*|look\w*|meet\w*|met|read|saw"
    r"|seen|talk\w*|spoke|speak\w*|pric\w+|"
    r"bill\w*|quote\w*|coming|sync\w*|connect\w*|recommend\w*|referr?\w*|unhappy|happy|start\w*|all|one"
    r"|some|many|most|kind|sort|lot|end|use|using|"
    r"aim\w*|arriv\w*|available|stay\w*) $"
)
_GOES_ON: Final = re.compile(r",? (?:from|at|here|again)\b")
_CAMEL: Final = re.compile(r"(?!(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|Fitz)[A-Z])\w*[a-z][A-Z]")
_STOP: Final = re.compile(rf"(?i)^(?:{MONTH}|{WEEKDAY})$")


@dataclass(frozen=True, slots=True)
class NameFound:
    """A person's name as they gave it."""

    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CompanyFound:
    """A company's name as they gave it."""

    value: str
    text: str
    start: int
    end: int


def find_name(text: str) -> NameFound | None:
    """The name the visitor gives as their own, or None."""
    for pattern, sure in (
        (_SURE, True),
        (_LIKELY, False),
        (_HERE, False),
        (_OPENS, False),
        (_SIGNED, False),
        (_SMALL, True),
    ):
        for match in pattern.finditer(text):
            name = _name(text, *match.span("name"), sure=sure)
            if name is None or (pattern is _LIKELY and _is_weak(text, match, name)):
                continue
            if pattern is not _HERE or name.end == match.end("name"):
                return name
    return None


def _is_weak(text: str, match: re.Match[str], name: NameFound) -> bool:
    """ "Hi Ada" greets somebody, "it's Acme Suite" names a thing; "hi, this is Ada" and "it's Ada" introduce."""
    opener = fold(match[0][: name.start - match.start()]).strip(" ,")
    if opener == "im" and language_of(text) == "de":  # "im Monat" is German for "in the month"
        return True
    if opener in {"hi", "hello", "hey"}:
        return True
    return opener.endswith(("it's", "its")) and " " in name.value and not _GOES_ON.match(text, name.end)


def _name(text: str, start: int, end: int, *, sure: bool) -> NameFound | None:
    kept: list[re.Match[str]] = []
    shouted = text.isupper()
    for word in re.finditer(r"\S+", text[start:end]):
        plainly = fold(word[0]).rstrip(".")
        particle = bool(kept) and re.fullmatch(_PARTICLE, plainly) is not None
        capital = word[0][0].isupper() or not word[0][0].islower()
        if (
            plainly in NEVER_NAMES
            or plainly in TITLES
            or (not particle and not capital and not (sure and _may_be_lower(kept)))
        ):
            break
        if not sure and (shouted or _CAMEL.match(word[0]) or (word[0].isupper() and len(word[0].rstrip(".")) > 2)):
            break
        kept.append(word)
    while kept and re.fullmatch(_PARTICLE, fold(kept[-1][0])):
        kept.pop()
    if not kept or (len(kept) == 1 and len(kept[0][0]) < 2):
        return None
    if not sure and is_place(fold(text[start : start + kept[-1].end()])):
        return None
    value = text[start : start + kept[-1].end()]
    value = value.rstrip(".") if len(kept[-1][0]) > 2 else value
    return NameFound(value, value, start, start + len(value))


def _may_be_lower(kept: list[re.Match[str]]) -> bool:
    """After "my name is", up to two words in small letters are a name."""
    return len(kept) < 2 and all(word[0][0].islower() for word in kept)


def find_company(text: str) -> CompanyFound | None:
    """The company the visitor says they belong to, or None."""
    folded = fold(text)
    for match in _COMPANY_SAID.finditer(text):
        company = _company(text, *match.span("company"), sure=True)
        if company:
            return company
    name = find_name(text)
    for match in _COMPANY_OF.finditer(text):
        before = folded[: match.start()]
        introduced = name is not None and before.rstrip(" ,").endswith(fold(name.value))
        if (introduced or _belongs(before, match["how"].lower())) and not _LEFT_ALONE.search(before[-24:]):
            company = _company(text, *match.span("company"), sure=False)
            if company:
                return company
    for pattern, sure in ((_WE_ARE, False), (_SMALL, True)):
        for match in pattern.finditer(text):
            named = pattern is _WE_ARE or fold(match["name"]) not in NEVER_NAMES | TITLES
            company = _company(text, *match.span("company"), sure=sure) if named else None
            if company:
                return company
    return None


def _belongs(before: str, how: str) -> bool:
    """Whether what stands before "from", "at", "with" or "of" ties the speaker to what follows."""
    if how == "with":
        return re.search(r"\b(?:i'?m|i am|we'?re|we are) $", before) is not None
    if how == "of":
        return re.search(rf"\b(?:{_POSTS}) $", before) is not None
    words = before.split()
    return (
        not words or words[-1].strip(",") in {"here", "hi", "hello", "hey"} or bool(_ROLE_BEFORE.search(before[-60:]))
    )


def _company(text: str, start: int, end: int, *, sure: bool) -> CompanyFound | None:
    kept: list[re.Match[str]] = []
    for word in re.finditer(r"\S+", text[start:end]):
        plainly = fold(word[0]).rstrip(".,")
        inner = bool(kept) and plainly in {"of", "and", "&", "the", "for", "de"}
        if (plainly in NEVER_COMPANIES and not inner) or _STOP.match(plainly):
            break
        named = word[0][0].isupper() or word[0][0] in "&+" or any(letter.isupper() for letter in word[0][1:])
        if not (named or inner or (sure and not kept) or (kept and word[0][0].isdigit())):
            break
        kept.append(word)
    while kept and fold(kept[-1][0]) in {"of", "and", "&", "the", "for", "de", "a", "an"}:
        kept.pop()
    if not kept or not any(letter.isalpha() for letter in kept[0][0]):
        return None
    value = text[start : start + kept[-1].end()].rstrip(",")
    if is_place(fold(value)) or fold(value) in TITLES or len(value) < 2:
        return None
    return CompanyFound(value, value, start, start + len(value))
