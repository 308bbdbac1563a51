"""What a visitor does with their words: asks, thanks, refuses, wants a person, wants us to stop, is not a buyer …

Acts are read from whole messages by phrase tables; several may hold at once. They say nothing about facts: claims come
from `budgets`, `roles`, `needs` and `timelines`.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from agent.interviewer.act import Act
from agent.interviewer.boundary_phrases import BOUNDARIES
from agent.interviewer.expecting import Expecting, does_not_know, only_no, refuses, says_no, says_yes
from agent.interviewer.opt_out import opt_out_in
from agent.interviewer.phrases import opening, phrases, whole
from agent.interviewer.reading import Clause, Message
from agent.interviewer.request_phrases import MEETING, REQUESTS
from agent.interviewer.stance_phrases import STANCES
from leads.evidence import speaks_to_the_machine

__all__ = ["Act", "acts_in", "clause_of", "corrects", "performs"]

_PHRASES: Mapping[Act, re.Pattern[str]] = MappingProxyType({**REQUESTS, **STANCES, **BOUNDARIES})
_GREETING = opening(
    "(hi|hii+|hello|hey+|hiya|howdy|yo|good (morning|afternoon|evening|day)|greetings"
    "|hi there|hello there|dear|hallo|guten"
    " (tag|morgen|abend)|moin|servus|gruezi|bonjour|bonsoir|salut|hola|buenos dias"
    "|buenas( tardes| noches)?|ciao"
    "|buongiorno|buonasera|salve|hoi|goedemorgen|goedemiddag|goedenavond|ola|bom"
    " dia|boa (tarde|noite)|czesc|dzien dobry"
    "|hej|hei|god (dag|morgen)|terve|moi|ahoj|dobry den|szia|buna( ziua)?|merhaba"
    "|selam|привет|здравствуйте|добрый (день"
    "|вечер)|вітаю|добрий день"
    "|こんにちは|おはよう(ございます)?|你好|您好|مرحبا|السلام عليكم|안녕하세요|नमस्ते|שלום|สวัสดี)",
)
_CORRECTION = phrases(
    "no,? wait",
    "wait(?= ?(,|\\Z))",
    "scratch that",
    "strike that",
    "(sorry|no|oops|wait|apologies|my bad|my mistake|actually)[,. ]{1,3}(i|we) (meant|mean|should have said)",
    "(?<!what\\s)i meant( to say)?(?! (was|by|is|with|that))",
    "make (that|it) (a |\\w{1,8} )?(?!work|happen|easy|possible|look|sense|through"
    "|to|clear|live|feel|so|up|for|in|on|with|better|easier|simple)\\w{1,12}(?= ?([.,!]"
    "|\\Z| instead))",
    "correction",
    "(let me|have to|need to|must|can i|want to) correct (that|myself|this|it|what)",
    "(i was|that was|that's|that is|i got (it|that)) (wrong|mistaken|incorrect|not right|a mistake|a typo|not correct)",
    "i misspoke",
    "my mistake",
    "my bad",
    "(no )?wait,? (no,? )?(it's|it is|that's|make|actually|we|i)",
    "typo",
    "or rather",
    "on second thought",
    "not \\w{1,12},? but \\w{1,12}",
    "(ich meinte|korrektur|besser gesagt|stimmt nicht)",
    "(je voulais dire|correction|plutot)",
    "(quise decir|mejor dicho|perdon,)",
    "(volevo dire|anzi)",
    "(ik bedoelde|correctie)",
    "(quis dizer|corrigindo|alias,)",
    "forget (what i said|that,)",
    "(not|isn't) (what i (said|meant))",
    "that's not (right|correct|what i)",
    "update:",
    "change (that|it|my (budget|timeline|answer|date|deadline|e-?mail|name)) to",
    "instead of what i said",
)
_WAITS_FOR_A_YES = frozenset({Expecting.SLOT_CHOICE, Expecting.CONFIRM_BOOKING, Expecting.CONFIRM_CORRECTION})
_NOT_SECRETS = phrases(
    "(setup|set-?up|installation|onboarding|configuration|assembly|operating|shipping|delivery) instructions",
    "score ?cards?",
)
_LIKE_A_PERSON = phrases(
    "(write|writes|writing|sound|sounds|talk|talks|speak|answer|answers|seem|seems|feels?|act|reply) like"
    " (a |an )?(\\w{1,8} )?(human( being)?|person|people|agent|rep)"
)
_SOFTWARE_COMPLAINT_IS_A_NEED = phrases(
    "(our|my|the) (current|old|existing|legacy|present) (\\w{1,12} )?(tool|system"
    "|software|vendor|provider|solution|crm|spreadsheets?|excel)"
)
_DONT_WANT_A_MEETING = phrases(
    "(don't|do not|no|not|without|never|rather than|instead of|before|didn't) (need"
    "|want|a|have|like|book|to book|looking for|after|interested in|ready for)( \\w{1,6}){0,2}"
    " "
    "(demo|call|meeting|appointment|sales call|chat)",
    "no (demo|call|meeting|calls|meetings|demos)",
)
_VOWELS = set("aeiouyаеёиоуыэюяіїєαεηιουω")
_A_MEETING = phrases(MEETING, "book", "schedule")
_ASKS_FOR = phrases(
    "(send|give|share|tell|show|need|want|would like|get|looking for|see|request"
    "|interested in|curious about|what|how|wondering about|ask about|asking about"
    "|mochte|brauche|bitte|please)"
)
_BARE_REQUEST = 3  # words: "pricing please"
_A_TIME = phrases(
    "(times?|slots?|days?|dates?|appointments?|mornings?|afternoons?|evenings?|weeks?"
    "|(mon|tues|wednes|thurs|fri|satur|sun)days?|tomorrow|today|noon|termine?|zeiten"
    "|creneaux?|horaires?|horarios?|fechas?|orari|\\d{1,2} ?(am|pm)|calendar)"
)
_THUMBS_UP = re.compile(r"[\s\W]{0,8}[👍👌✅🆗💯][^\w]{0,40}\Z")
_THUMBS_DOWN = re.compile(r"[\s\W]{0,8}[👎❌🚫][^\w]{0,40}\Z")
_FRIENDLY = "🙏❤😊😀🙂😃🎉"
_BARE_MARKS = re.compile(r"[\W_]*\Z")
_KEYBOARD = whole(
    r"(asdf\w{0,12}|qwer\w{0,12}|(?:lorem ipsum[^\n]{0,300})|(\w)\2{5,40}|test|testing"
    r"|test test|blah( blah){0,5}|xxx+|zxcv\w{0,8})".replace("(\\w)\\2{5,40}", "a{6,40}|s{6,40}|x{4,40}")
)


def _asks_the_price(part: Clause, _: Expecting | None) -> bool:
    """ "the cost is a concern" speaks of price and asks for none; "send me a quote" and "pricing?" ask."""
    return part.asks or bool(_ASKS_FOR.search(part.plain)) or len(part.plain.split()) <= _BARE_REQUEST


def _is_about_times(part: Clause, expecting: Expecting | None) -> bool:
    """ "what if it doesn't work?" speaks of times only where times were offered."""
    return expecting in _WAITS_FOR_A_YES or bool(_A_TIME.search(part.plain))


_ONLY_WHEN = {Act.ASKS_PRICE: _asks_the_price, Act.ASKS_OTHER_SLOTS: _is_about_times}


def acts_in(message: Message, parts: list[Clause], *, expecting: Expecting | None = None) -> frozenset[Act]:
    """Everything a message does. `parts` are its clauses; `expecting` settles what a bare "cancel" or "no" means."""
    plain = message.plain
    if not plain.strip():
        return frozenset({Act.EMPTY})  # nothing, or nothing but quoted mail
    if _is_gibberish(plain):
        return frozenset({Act.GIBBERISH})
    found = {act for act, pattern in _PHRASES.items() if pattern.search(plain)}
    found -= {a for a, holds in _ONLY_WHEN.items() if not any(holds(p, expecting) for p in parts if performs(a, p))}
    found |= _short_answers(plain, asked=expecting in _WAITS_FOR_A_YES)
    found |= _from_shape(message, parts)
    return frozenset(_settled(found, plain, expecting))


def performs(act: Act, part: Clause) -> bool:
    """Whether a clause by itself performs an act that has phrases."""
    pattern = _PHRASES.get(act)
    return pattern is not None and pattern.search(part.plain) is not None


def clause_of(act: Act, parts: list[Clause]) -> Clause:
    """The clause that performs an act: the first that does so by itself, or else the first of all."""
    return next((part for part in parts if performs(act, part)), parts[0])


def corrects(part: Clause) -> bool:
    """Whether a clause says that it puts right what was said before."""
    return _CORRECTION.search(part.plain) is not None


def _from_shape(message: Message, parts: list[Clause]) -> set[Act]:
    found: set[Act] = set()
    if _GREETING.match(message.plain):
        found.add(Act.GREETING)
    if any(part.asks for part in parts) or "?" in message.plain:
        found.add(Act.QUESTION)
    if _CORRECTION.search(message.plain):
        found.add(Act.CORRECTION)
    if speaks_to_the_machine(message.sent):
        found.add(Act.INJECTION_LIKE)
    return found


def _short_answers(plain: str, *, asked: bool) -> set[Act]:
    found: set[Act] = set()
    if _THUMBS_UP.match(plain):
        return {Act.YES}
    if _THUMBS_DOWN.match(plain):
        return {Act.NO}
    if refuses(plain):
        found.add(Act.REFUSAL)
    elif does_not_know(plain):
        found.add(Act.DOES_NOT_KNOW)
    if says_no(plain):
        found.add(Act.NO)
    elif says_yes(plain, asked=asked):
        found.add(Act.YES)
    return found


def _settled(found: set[Act], plain: str, expecting: Expecting | None) -> set[Act]:
    """Take back what the wider context contradicts, and add what only the context gives."""
    waiting = expecting in {Expecting.SLOT_CHOICE, Expecting.CONFIRM_BOOKING, Expecting.CONFIRM_CORRECTION}
    if opt_out_in(plain, keywords=not waiting):
        found |= {Act.OPT_OUT}
        found -= {Act.CANCEL_MEETING, Act.NOT_NOW}
    elif waiting and opt_out_in(plain):
        found.add(Act.NO)
    if Act.ARE_YOU_HUMAN in found and not _PHRASES[Act.ASKS_HUMAN].search(_PHRASES[Act.ARE_YOU_HUMAN].sub(" ", plain)):
        found.discard(Act.ASKS_HUMAN)  # "are you a real person?" asks what we are, not for another one
    if Act.ASKS_HUMAN in found and not _PHRASES[Act.ASKS_HUMAN].search(_LIKE_A_PERSON.sub(" ", plain)):
        found.discard(Act.ASKS_HUMAN)
    if Act.ASKS_SECRETS in found and _NOT_SECRETS.search(plain):
        found.discard(Act.ASKS_SECRETS)
    if Act.SUPPORT_REQUEST in found and _SOFTWARE_COMPLAINT_IS_A_NEED.search(plain):
        found.discard(Act.SUPPORT_REQUEST)
    if _DONT_WANT_A_MEETING.search(plain) or found & {Act.RESCHEDULE, Act.CANCEL_MEETING}:
        found -= {Act.ASKS_DEMO}
    if Act.RESCHEDULE in found:
        found.discard(Act.CANCEL_MEETING)
    if found & {Act.JOB_SEEKER, Act.ASKS_SECRETS} or (Act.ASKS_HUMAN in found and not _A_MEETING.search(plain)):
        found.discard(Act.ASKS_DEMO)
    if expecting is Expecting.SLOT_CHOICE and only_no(plain):
        found.add(Act.ASKS_OTHER_SLOTS)
    return found


def _is_gibberish(plain: str) -> bool:
    """No letter or digit at all (emoji, marks), keyboard mashing, or one long consonant run."""
    if _BARE_MARKS.match(plain):
        return not (_THUMBS_UP.match(plain) or _THUMBS_DOWN.match(plain) or any(c in _FRIENDLY for c in plain))
    if _KEYBOARD.match(plain):
        return True
    words = plain.split()
    if len(words) > 2 or not plain.isascii() or any(not w.isalpha() for w in words):
        return False
    longest = max(words, key=len)
    return len(longest) >= 6 and sum(c in _VOWELS for c in longest) * 6 < len(longest)
