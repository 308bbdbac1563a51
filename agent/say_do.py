"""The say-do check: nothing is claimed or promised that no tool did, and no price is named that no page carries.

Pure and deterministic. A sentence that claims a booking, an offer of times, a sending, a hand-over, a follow-up, a
price, a change of records or a special term must match what really happened in this conversation or stand in a passage that was looked up.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from agent.claim_phrases import (
    BOOKED_ALONE,
    BOOKING,
    COMES_BACK,
    CONDITION,
    DENIED,
    DISCOUNT,
    FOLLOW_UP,
    FREE,
    HANDOVER,
    HUMAN,
    INTERNAL,
    IS_DISCOUNT,
    NO_DENIAL,
    NOT_HUMAN,
    RECORDS,
    SENDING,
    SPELLED_SUM,
    TERMS,
    UNSUBSCRIBED,
)
from agent.interviewer.phrases import fold
from agent.tool import Deed
from leads.evidence import plain


class ClaimKind(StrEnum):
    """What a sentence may claim."""

    BOOKING = "booking"
    SENDING = "sending"
    HANDOVER = "handover"
    FOLLOW_UP = "follow_up"
    PRICE = "price"
    TERMS = "terms"
    HUMAN = "human"
    TIME = "time"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class Ground:
    """What claims may rest on: deeds of this turn and standing facts, looked-up text, and the visitor's own words.

    `passages` stand in the order of the numbers they are cited by.
    """

    deeds: Set[Deed] = frozenset()
    has_meeting: bool = False
    has_handoff: bool = False
    passages: Sequence[str] = ()
    visitor_words: Collection[str] = ()
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A sentence that claims something without ground."""

    kind: ClaimKind
    sentence: str


_AMOUNT = re.compile(
    r"(?:(?:€|\$|£|eur|usd|gbp|chf|euros?|dollars?)\s?(\d[\d.,' ]{0,18}\d|\d)\s?(k|m|thousand|million)?)"
    r"|(?:(\d[\d.,' ]{0,18}\d|\d)\s?(k|m|thousand|million)?\s?(?:€|\$|£|eur\b|usd\b|gbp\b|chf\b|euros?\b|dollars?\b|bucks\b))",
    re.I,
)
_CLOCK = re.compile(
    r"\b([01]?\d|2[0-3])[:.h]([0-5]\d)\b(?!\s?%)|\b(1[0-2]|0?[1-9])(?::([0-5]\d))?\s?(am|pm|a\.m\.|p\.m\.)"
    r"|\b([01]?\d|2[0-3])\s?(?:o'clock|uhr\b|h\b)",
    re.I,
)
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s?(?:%|percent\b|prozent\b|pour ?cent\b|por ?cien)", re.I)
_PRICED = re.compile(
    r"\b(?:price|prices|costs?|pays?|fee|charge|charges|kostet|kosten|coute|cuesta)\b[^.!?\d]{0,24}?(\d[\d.,' ]{0,18}\d|\d)"
    r"(?=\s?(?:a|per|each|pro|par|por|/)\s?(?:month|year|plant|user|seat|licen[cs]e|monat|jahr|mois|an\b|mes\b|ano))"
)


_CLAUSE = re.compile(r"[,;:()]|\s-\s|\bbut\b|\baber\b|\bmais\b|\bpero\b")
_FUTURE = re.compile(r"'ll\b|\bwill\b|\bwerden?\b|\bgoing to\b|\bvais\b|\ballons\b|\bvoy\b|\bvamos\b|\blet me\b")


def check(sentence: str, ground: Ground) -> Unsupported | None:
    """The first claim of a sentence that has no ground, or None."""
    text = fold(sentence)
    found = ClaimKind.HUMAN if HUMAN.search(NOT_HUMAN.sub(" ", text)) else None
    if found is None:
        found = _claimed(text, ground)
        if found is not None and _stands_in_a_passage(sentence, ground):
            return None
    return Unsupported(found, sentence) if found else None


def _claimed(text: str, ground: Ground) -> ClaimKind | None:
    if not text.rstrip(" \n\"')").endswith(("?", "？", "؟")):
        for kind, holds in _GROUNDS.items():
            if any(_claims(text, pattern) for pattern in _PATTERNS[kind]) and not holds(text, ground):
                return kind
        if any(_claims(text, pattern) for pattern in (RECORDS, UNSUBSCRIBED, INTERNAL)):
            return ClaimKind.RECORDS if _unrecorded(text, ground) else _worth(text, ground)
        if _promises(text, ground):
            return ClaimKind.TERMS
    return _worth(text, ground)


def _worth(text: str, ground: Ground) -> ClaimKind | None:
    """Money, discounts and times: a question may not carry a made-up one either."""
    if _money(text, ground):
        return ClaimKind.PRICE
    if _claims(text, DISCOUNT) or _percentage(text, ground):
        return ClaimKind.TERMS
    return ClaimKind.TIME if _clock(text, ground) else None


def _sent(text: str, ground: Ground) -> bool:
    """A booking sends its invitation; a summary, a price list or anything else it does not send."""
    return _booked(ground) and not _OTHER_MAIL.search(text)


_OTHER_MAIL = re.compile(
    r"\b(?:summar\w+|details|prices?|pricing|price list|guide|brochure|documents?|quotes?|proposal|contract|slides|deck"
    r"|whitepaper|case stud\w+|information|links?|notes|zusammenfassung|unterlagen|angebot|preis\w*|devis|resumen)\b",
    re.I,
)


_CHANGES = re.compile(
    r"\b(?:moved|rescheduled|postponed|cancel\w+|second|another|also booked|verschoben|abgesagt|storniert|zweite\w*"
    r"|deplace\w*|annule\w*|cambiad\w+|cancelad\w+)\b"
)
"""A meeting that stands does not make it true that one was moved, cancelled or added just now."""


def _booked(ground: Ground) -> bool:
    return Deed.BOOKED in ground.deeds or ground.has_meeting


_MORE_THAN_ASKED = re.compile(
    r"\b(?:with)?in (?:the next |about |under |less than )?(?:an?|one|two|three|four|five|ten|fifteen|twenty|thirty|sixty|few"
    r"|a few|a couple of|\d{1,3}) (?:seconds?|minutes?|mins?|moments?|hours?)\b|\bany (?:second|minute|moment)\b"
    r"|\b(?:innerhalb(?: von)?|binnen|in) \w{1,12} (?:sekunden|minuten?|stunden?)\b"
    r"|\b(?:dans|d'ici|sous) \w{1,12} (?:secondes?|minutes?|heures?)\b"
    r"|\b(?:en|dentro de) \w{1,12} (?:segundos?|minutos?|horas?)\b"
    r"|\b(?:ceo|founders?|chairman|president|(?:board|managing|executive) directors?|board(?: of directors)?"
    r"|geschaftsfuhr\w{1,6}|vorstand|pdg|consejo)\b"
)
"""Who asked a colleague has promised neither a time nor who of the house it will be."""


def _handed(ground: Ground) -> bool:
    return Deed.HANDED_OFF in ground.deeds or ground.has_handoff


def _planned(ground: Ground) -> bool:
    return Deed.PLANNED_FOLLOW_UP in ground.deeds


_PATTERNS: Mapping[ClaimKind, tuple[re.Pattern[str], ...]] = MappingProxyType(
    {
        ClaimKind.BOOKING: (BOOKING, BOOKED_ALONE),
        ClaimKind.SENDING: (SENDING,),
        ClaimKind.HANDOVER: (HANDOVER,),
        ClaimKind.FOLLOW_UP: (FOLLOW_UP,),
    }
)
_GROUNDS: Mapping[ClaimKind, Callable[[str, Ground], bool]] = MappingProxyType(
    {
        ClaimKind.BOOKING: lambda text, ground: (
            _booked(ground) and (Deed.BOOKED in ground.deeds or not _CHANGES.search(text))
        ),
        ClaimKind.SENDING: _sent,
        ClaimKind.HANDOVER: lambda text, ground: (
            (_handed(ground) or _booked(ground) or (_planned(ground) and bool(COMES_BACK.search(text))))
            and not _MORE_THAN_ASKED.search(text)
        ),
        ClaimKind.FOLLOW_UP: lambda text, ground: (
            (_handed(ground) or _planned(ground)) and not _MORE_THAN_ASKED.search(text)
        ),
    }
)


def _claims(text: str, pattern: re.Pattern[str]) -> bool:
    """Whether a pattern is found where its clause does not deny it, nor a condition make it an offer."""
    for found in pattern.finditer(text):
        if pattern is BOOKED_ALONE and text[: found.start()].strip(" \n!.,*-"):
            continue
        if _DENIED_WITHIN.search(found[0]) or DENIED.search(NO_DENIAL.sub(" ", _clause_around(text, found))):
            continue
        if _FUTURE.search(found[0]) and CONDITION.search(text):
            continue
        return True
    return False


_DENIED_WITHIN = re.compile(r"\b(?:kein\w*|nicht|aucun\w*|ningun\w*)\b")
"""In these languages the denial stands between the verb and what it is about: "wir schicken keine Mails"."""


def _clause_around(text: str, found: re.Match[str]) -> str:
    """The rest of the clause that a claim stands in."""
    before = [mark.end() for mark in _CLAUSE.finditer(text, 0, found.start())]
    after = _CLAUSE.search(text, found.end())
    start, end = before[-1] if before else 0, after.start() if after else len(text)
    return f"{text[start : found.start()]} | {text[found.end() : end]}"


def _stands_in_a_passage(sentence: str, ground: Ground) -> bool:
    """Whether a looked-up page says just this, word for word."""
    said = plain(_CITED.sub("", sentence)).strip(" .!*-")
    return len(said) > 8 and any(said in plain(passage) for passage in ground.passages)


_CITED = re.compile(r"\s?\[\d{1,3}\]")


def _unrecorded(text: str, ground: Ground) -> bool:
    """Whether a change is claimed that was not made: notes and opt-outs may be, scores and deletions never."""
    if _claims(text, INTERNAL):
        return True
    if _claims(text, UNSUBSCRIBED):
        return Deed.OPTED_OUT not in ground.deeds
    if _DATE.search(text):
        return Deed.PLANNED_FOLLOW_UP not in ground.deeds
    return not ground.deeds & {Deed.NOTED, Deed.OPTED_OUT}


_DATE = re.compile(
    r"\b(?:(?<!target )(?<!go-live )(?<!launch )(?<!start )dates?|datum|termin\w*|fechas?|calendar|kalender)\b"
)
"""What was noted of them is no date: one is changed by planning to come back."""


def _money(text: str, ground: Ground) -> bool:
    """Whether an amount of money is named that neither a passage nor the visitor named."""
    spelled = [found[0] for found in SPELLED_SUM.finditer(text)]
    sources = (*ground.passages, *ground.visitor_words)
    if spelled and not all(any(sum_ in fold(source) for source in sources) for sum_ in spelled):
        return True
    named = {_figure(m) for m in _AMOUNT.finditer(text)} | {_digits(m[1]) for m in _PRICED.finditer(text)}
    if not named:
        return False
    pages = _on_pages(ground)
    known = pages | {_figure(m) for told in (*ground.visitor_words, ground.facts) for m in _AMOUNT.finditer(told)}
    bare = {_digits(n) for source in ground.visitor_words for n in re.findall(r"\d[\d.,' ]{0,18}\d|\d", source)}
    bare |= {_figure_of(n, k) for w in ground.visitor_words for n, k in re.findall(r"(\d[\d.,]*)\s?(k|m)\b", w, re.I)}
    if _OUR_PRICE.search(text) and not _THEIR_SUM.search(text):  # what we charge stands on a page, not in their words
        known, bare = pages, set()
    rest = named - known - bare
    return bool(rest) and not all(_follows(figure, named, known | bare, ground.visitor_words) for figure in rest)


def _on_pages(ground: Ground) -> set[str]:
    """The amounts that looked-up pages name."""
    named = {_figure(m) for page in ground.passages for m in _AMOUNT.finditer(page)}
    return named | {_digits(m[1]) for page in ground.passages for m in _PRICED.finditer(fold(page))}


_OUR_PRICE = re.compile(
    r"\b(?:costs?|prices?|priced|plans?|fee|charge[sd]?|(?:per|a|/) ?(?:month|year|plant|user|seat|licen[cs]e)|kostet|preis"
    r"|coute|prix|cuesta|precio)\b"
)
_THEIR_SUM = re.compile(
    r"\b(?:your|you (?:have|said|mentioned|set|named|can spend|plan)|budget|noted|corrected|heard|understood|got it|ihr(?:e|em|en)?"
    r"|votre|su presupuesto)\b"
)


def _follows(figure: str, named: Set[str], known: Set[str], visitor_words: Collection[str]) -> bool:
    """Whether an amount is a known one times a number the visitor gave (or twelve months), or the sum of two named ones.

    "€990 for each of your two plants, so €1,980 a month" is arithmetic, not a new price.
    """
    counts = {12} | {int(n) for w in visitor_words for n in re.findall(r"(?<![\d.,])\d{1,3}(?![\d.,])", w)}
    counts |= {n for w in visitor_words for n, word in enumerate(_COUNTED, 2) if re.search(rf"\b{word}\b", w, re.I)}
    some = sorted(counts)[:_MOST_COUNTS]
    bases = known if len(known) <= _MOST_BASES else ()
    times = {int(a) * n * m for a in bases for n in some for m in [1, *some]}
    addends = [int(other) for other in named if other != figure]
    sums = {one + other for i, one in enumerate(addends) for other in addends[i:]}
    return int(figure) in times | sums


_MOST_COUNTS, _MOST_BASES = 24, 100  # a message may hold a thousand numbers; that is no sum of anybody's
_COUNTED = ("two|both", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _figure(match: re.Match[str]) -> str:
    number, scale = (match[1], match[2]) if match[1] else (match[3], match[4])
    return _figure_of(number, scale or "")


def _figure_of(number: str, scale: str) -> str:
    digits = _digits(number)
    zeros = {"k": 3, "thousand": 3, "m": 6, "million": 6}.get(scale.lower(), 0)
    if zeros and "." in number.rstrip("."):
        whole, _, part = number.replace(",", "").partition(".")
        return (whole + part.ljust(zeros, "0")[:zeros]).lstrip("0")
    return digits + "0" * zeros


def _digits(number: str) -> str:
    """The digits of a figure without marks of thousands; cents of .00 are dropped."""
    trimmed = re.sub(r"[.,]00$", "", number.strip(" .,'"))
    return re.sub(r"\D", "", trimmed).lstrip("0") or "0"


def _promises(text: str, ground: Ground) -> bool:
    """Whether a guarantee, a binding word or a free thing is claimed that no passage carries."""
    for found in TERMS.finditer(text):
        around = _clause_around(text, found).replace(found[0], " ")  # "will never rise" denies nothing, it promises
        if DENIED.search(NO_DENIAL.sub(" ", around)):
            continue
        wanted = re.sub(r"\W", "", found[0])
        if any(wanted in re.sub(r"\W", "", fold(passage)) for passage in ground.passages):
            continue
        if not (_MERELY_FREE.fullmatch(found[0]) and _cited_page_calls_it_free(text, ground)):
            return True
    return False


_MERELY_FREE = re.compile(
    r"free of charge|for free|no charge|at no .{0,12}cost|(?:pay|cost)s?(?: you)? nothing|kostenlos|kostenfrei|gratis"
    r"|gratuit\w*|sin coste"
)


def _cited_page_calls_it_free(text: str, ground: Ground) -> bool:
    """Whether a page that the sentence cites says, in words of its own, that the thing spoken of is free.

    All that sentence and page both speak of must stand where the page says so: on a page that calls a demo free, the
    pilot beside it is not. How long it is free, and how many are, the page must say as well.
    """
    said = FREE.sub(" ", _CITED.sub(" ", text))
    for number in (int(mark[0].strip(" []")) for mark in _CITED.finditer(text)):
        page = fold(ground.passages[number - 1]) if 1 <= number <= len(ground.passages) else ""
        shared = _things(said) & _things(page)
        if (
            shared
            and shared <= _things(_told_free(page))
            and set(_HOW_LONG.findall(said)) <= set(_HOW_LONG.findall(page))
        ):
            return True
    return False


def _told_free(page: str) -> str:
    """The sentences of a page that call something free, each with the one before it, which may name what "it" is."""
    sentences = re.split(r"(?<=[.!?])\s+|\n+", page)
    free = [
        at
        for at, sentence in enumerate(sentences)
        if any(not DENIED.search(_clause_around(sentence, found)) for found in FREE.finditer(sentence))
    ]
    return "\n".join(FREE.sub(" ", " ".join(sentences[max(at - 1, 0) : at + 1])) for at in free)


def _things(text: str) -> set[str]:
    """The words that may name a thing."""
    return {word.removesuffix("s") for word in re.findall(r"[^\W\d_]{4,40}", text)} - _NAMES_NOTHING


_NAMES_NOTHING = frozenset(
    "with your that this have from also then them they when will which there what without into than here about been"
    " just only each every some such need want like start everything anything something yours their would could should does ours anybody anyone everybody everyone day week".split()
)
_HOW_LONG = re.compile(
    r"\d+|\b(?:month|year|forever|for (?:ever|life|good)|lifetime|alway|permanent|unlimited|monat|jahr|immer|dauerhaft"
    r"|mois|annee|toujours|mese|ano|siempre)"
)


def _percentage(text: str, ground: Ground) -> bool:
    """Whether a percentage is named that no page named; the visitor's own word is enough unless it is a discount."""
    sources = ground.passages if IS_DISCOUNT.search(text) else (*ground.passages, *ground.visitor_words)
    known = {_digits(m[1]) for source in sources for m in _PERCENT.finditer(source)}
    return not {_digits(m[1]) for m in _PERCENT.finditer(text)} <= known


def _clock(text: str, ground: Ground) -> bool:
    """Whether a time of day is named that no slot, page, hours line or visitor named."""
    named = {_minutes(m) for m in _CLOCK.finditer(text)}
    if not named:
        return False
    sources = (ground.facts, *ground.passages, *ground.visitor_words)
    known = {_minutes(m) for source in sources for m in _CLOCK.finditer(source)}
    return not named <= known


def _minutes(match: re.Match[str]) -> int:
    if match[1]:
        return int(match[1]) * 60 + int(match[2])
    if match[6]:
        return int(match[6]) * 60
    hour = int(match[3]) % 12 + (12 if match[5].lower().startswith("p") else 0)
    return hour * 60 + int(match[4] or 0)


NOTES = {
    ClaimKind.BOOKING: "You said that something is booked or will be, but nothing was booked in this turn.",
    ClaimKind.SENDING: "You said that something was or will be sent, but no tool sent anything.",
    ClaimKind.HANDOVER: "You said that a colleague was or will be involved, but you did not call hand_off.",
    ClaimKind.FOLLOW_UP: "You promised to come back to them, but nothing was planned.",
    ClaimKind.PRICE: "You named an amount that is in no passage you looked up.",
    ClaimKind.TERMS: "You named a discount, a guarantee or something free that is in no passage you looked up.",
    ClaimKind.HUMAN: "You are an AI and must never say or suggest otherwise.",
    ClaimKind.TIME: "You named a time that no tool offered.",
    ClaimKind.RECORDS: "You spoke of scores or records, or said that something was changed which no tool changed.",
}
"""What the model is told about each kind of claim without ground."""
