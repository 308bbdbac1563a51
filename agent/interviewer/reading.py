"""Reading a message: what of it is the visitor's own, and the clauses it is made of.

Quoted mail, quoted speech and markup are blanked out, never cut, so that every offset still points into the message as
it was sent and a quote is always a verbatim span of it.
"""

import re
from dataclasses import dataclass

from agent.interviewer.phrases import fold, opening, phrases
from leads.evidence import speaks_to_the_machine

_QUOTED_LINE = re.compile(r"^[ \t]{0,8}>[^\n]*", re.MULTILINE)
_ATTRIBUTION = re.compile(  # "On 3 March, Ana wrote:" in the languages mail programs speak
    r"^[ \t]{0,8}(?:on|am|le|el|il|op|em|den|w dniu|a la|il giorno)\s[^\n]{4,200}(?:\n[^\n]{0,200}){0,2}"
    r"?"
    r"(?:wrote|schrieb|a ecrit|escribio|ha scritto|schreef|escreveu|skrev|napisal\(?a?\)?)[^\n]{0,80}:["
    r" \t]*$",
    re.MULTILINE,
)
_FORWARDED = re.compile(
    r"^[ \t]{0,8}(?:-{2,}\s{0,4}(?:original message|forwarded message|ursprungliche"
    r" nachricht|weitergeleitete nachricht"
    r"|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht"
    r"|mensagem original)[^\n]*"
    r"|(?:from|von|de|da|van): [^\n]{1,200}\n(?:[^\n]{0,200}\n)?(?:sent|date|gesendet"
    r"|envoye|enviado|inviato|verzonden"
    r"|to|an|a|para|subject)[^\n:]{0,4}:)",
    re.MULTILINE,
)
_SPEECH = re.compile(r'"(?:[^"\n]{12,400})"')
_MARKUP = re.compile(r"<[/!a-z][^<>\n]{0,200}>")
_FILLERS = re.compile(
    r",\s?(?:um+|uh+|like|you know|y'know|ya know|i mean),?(?=\s)|(?<![\w'])(?:um+"
    r"|uh+|er+m|hm+|kinda|kind of|sorta|sort of|honestly|basically"
    r"|really|totally|literally|tbh"
    r"|y'know|ya know|(?<!do )(?<!did )you know|just|def|definitely|super|obviously|frankly|currently|simply|also|still"
    r"|well,|like,|(?<=[a-z], )like)(?![\w'])"
)
_SENTENCE_END = re.compile(r"[.!?…]+(?=[\s\"')\]]|$)|[。！？؟]+|\n+")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:e\.g|i\.e|approx|inc|ltd|mr|mrs|ms|dr|vs|st|no|ca|z\.b|p\.a|p\.m|a\.m)$")
_SUBJECT = (
    r"(?:my|our|we|i|i'?m|i'?ve|i'?d|i'?ll|we'?re|we'?ve|we'?d|we'?ll|the|it|it'?s"
    r"|its|they|this|that'?s|there|you"
    r"|he|she|can|could|do|does|is|are|what|what'?s|how|when|would|will|please|actually"
    r"|sorry|scratch|no)"
)
_ASKING = (
    r"(?:what|what'?s|how|how'?s|when|where|who|who'?s|why|which|can|could|do|does"
    r"|did|is|are|would|will|should|any"
    r" (?:chance|idea))"
)
_CLAUSE_END = re.compile(
    rf"\s?[;:]\s|\s-{{1,2}}\s|,?\s(?:but|however|although|though|except|yet)\s(?!i was wondering)"
    rf"|,?\s(?:and|so|plus|then|or|cause|coz)\s(?={_SUBJECT}\b)|,\s(?=(?:and|so)\s)"
    rf"|,\s(?=(?:we|i|i'?m|we'?re|we'?ve|i'?ve|please|actually|sorry|scratch|it'?s|{_ASKING})\b)"
    rf"|,\s(?=(?:my|our)\s[a-z-]{{2,20}}\s(?:is|are|has|decides|signs|needs|wants|keeps)\b)"
)
_INTERROGATIVE = opening(
    r"(?:and |so |but |ok |okay |hi |hey |hello |well |yes |no |thanks |also )?"
    r"(?:what|what's|whats|how|how's|when|when's|where|where's|who|who's|why|which"
    r"|can|could|do|does|did|is|are|am i"
    r"|would|will|should|may|might i|any chance|any idea|have you|has your|tell me"
    r"|let me know|i was wondering"
    r"|wondering|wie|was|wann|kann|konnen|gibt|haben sie|quel|quelle|combien|est-ce"
    r"|comment|pouvez|avez-vous|cuanto"
    r"|como|que|cual|tienen|quanto|avete|hoeveel|hoe|kunnen|qual|voces tem)"
)
_ASKS_WITHOUT_A_MARK = opening(  # in chat the question mark is often missing
    r"(?:and |so |but |ok |okay |hi |hey |hello |well |yes |no |thanks |also )?"
    r"(?:(?:what|how|where|who|which) (?:is|are|was|do|does|did|can|could|would|will"
    r"|should|much|many|long|about|kind|sort|type|plan|plans|often|fast|soon|quickly"
    r"|secure|happens|if)"
    r"|what's|whats|how's|hows|where's|who's|why (?:is|are|do|does|did|should|would"
    r"|can)|when (?:can|could|will|would|is|are|do|does)"
    r"|(?:can|could|do|does|did|is|are|would|will|should|may) (?:you|i|we|it|this"
    r"|that|the|there|they|your|our|a|an|any|anyone|somebody|someone|opener|these"
    r"|those|my)"
    r"|any chance|any idea|have you|has your|tell me|let me know (?:if|whether|how"
    r"|what|when)|i was wondering|wondering|i wonder"
    r"|wie (?:viel|lange|teuer|funktioniert|sieht)|was kostet|haben sie|konnen sie"
    r"|gibt es|combien|est-ce que|pouvez-vous|avez-vous|cuanto (?:cuesta|vale)|tienen"
    r"|quanto costa|hoeveel kost|kunnen jullie|qual)"
)
_SUPPOSING = phrases(
    "if (we|i|you|they|it|he|she|there|our|my|the|someone|somebody|only)",
    "suppose",
    "supposing",
    "imagine",
    "let's say",
    "lets say",
    "say we",
    "assuming",
    "what if",
    "hypothetically",
    "for example",
    "for instance",
    "in case",
    "in theory",
    "wish we had",
    "i wish",
    "unless",
    "even if",
    "wenn wir",
    "falls wir",
    "si nous",
    "si on",
    "si tuvieramos",
    "se avessimo",
    "se tivessemos",
    "als we",
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the visitor.

    `own` is the message with everything that is not theirs blanked out; `plain` is `own` folded for matching. All
    three have the same length.
    """

    index: int
    sent: str
    own: str
    plain: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a message that makes one statement or asks one thing.

    `asks`: it is (part of) a question. `supposes`: it speaks of what is not so ("if we had 50k").
    `start` and `end` are offsets into the message, `sentence_start` and `sentence_end` those of its sentence.
    """

    message: Message
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    asks: bool
    supposes: bool

    @property
    def plain(self) -> str:
        """The clause, folded, for matching."""
        return self.message.plain[self.start : self.end]

    @property
    def sentence(self) -> str:
        """The whole sentence, folded."""
        return self.message.plain[self.sentence_start : self.sentence_end]

    @property
    def states(self) -> bool:
        """Whether it says something about how things are, and so may prove a claim."""
        return not self.asks and not self.supposes

    def quote(self, *, whole_sentence: bool = False) -> str:
        """The words as sent, without the blanks and marks around them."""
        start, end = (self.sentence_start, self.sentence_end) if whole_sentence else (self.start, self.end)
        return self.message.sent[start:end].strip(" \t\n\r,;:-–—")


def read(text: str, index: int = 0) -> Message:
    """A message with quoted mail, quoted speech, markup and fillers blanked out."""
    own = _without_what_others_wrote(text)
    plain = _FILLERS.sub(_blank, fold(own))
    return Message(index, text, own, plain)


def _without_what_others_wrote(text: str) -> str:
    folded = fold(text)
    spans = [m.span() for m in _QUOTED_LINE.finditer(folded)]
    spans += [m.span() for m in _SPEECH.finditer(folded) if m.group().count(" ") >= 2]
    spans += [m.span() for m in _MARKUP.finditer(folded)]
    spans += _history(folded)
    return _blanked(text, spans)


def _history(folded: str) -> list[tuple[int, int]]:
    """Spans of "On … wrote:" and forwarded heads, to the end unless marked lines follow (those are the quote then)."""
    spans = []
    for found in _ATTRIBUTION.finditer(folded):
        marked = folded[found.end() :].lstrip().startswith(">")
        spans.append((found.start(), found.end() if marked else len(folded)))
    spans += [(found.start(), len(folded)) for found in _FORWARDED.finditer(folded)]
    return spans


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = ["\n" if c == "\n" else " " for c in letters[start:end]]
    return "".join(letters)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def clauses(message: Message) -> list[Clause]:
    """The clauses of a message in order. Sentences that order the software about are left out: they prove nothing."""
    found = []
    for start, end, asked in _sentences(message.plain):
        if not speaks_to_the_machine(message.own[start:end]):
            found += _clauses_of(message, start, end, asked=asked)
    return found


def _sentences(plain: str) -> list[tuple[int, int, bool]]:
    spans = []
    start = 0
    for mark in _SENTENCE_END.finditer(plain):
        if mark.group() == "." and _ABBREVIATION.search(plain[max(0, mark.start() - 8) : mark.start()]):
            continue
        if plain[start : mark.start()].strip():
            spans.append((start, mark.start(), any(q in mark.group() for q in "?？؟")))
        start = mark.end()
    if plain[start:].strip():
        spans.append((start, len(plain), False))
    return spans


def _clauses_of(message: Message, start: int, end: int, *, asked: bool) -> list[Clause]:
    spans = _split(message.plain, start, end)
    opening_of = _INTERROGATIVE if asked else _ASKS_WITHOUT_A_MARK
    opens = [opening_of.match(message.plain[s:e]) is not None for s, e in spans]
    first_asking = opens.index(True) if True in opens else (0 if asked else len(spans))
    supposing = _SUPPOSING.search(message.plain, start, end) is not None
    return [
        Clause(message, s, e, start, end, asks=(i >= first_asking if asked else opens[i]), supposes=supposing)
        for i, (s, e) in enumerate(spans)
    ]


def _split(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    at = start
    for mark in _CLAUSE_END.finditer(plain, start, end):
        if plain[at : mark.start()].strip(" ,"):
            spans.append((at, mark.start()))
        at = mark.end()
    if plain[at:end].strip(" ,"):
        spans.append((at, end))
    return spans or [(start, end)]
