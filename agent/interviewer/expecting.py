"""What the agent asked last, and the short answers that only make sense against it ("me", "30k", "rather not")."""

from enum import StrEnum

from agent.interviewer.phrases import opening, phrases, whole


class Expecting(StrEnum):
    """What the agent's last message asked for."""

    BUDGET = "budget"
    AUTHORITY = "authority"
    NEED = "need"
    TIMELINE = "timeline"
    EMAIL = "email"
    NAME = "name"
    COMPANY = "company"
    SLOT_CHOICE = "slot_choice"
    CONFIRM_BOOKING = "confirm_booking"
    CONFIRM_CORRECTION = "confirm_correction"
    ANYTHING = "anything"


WHICH_MONTH = "Which month should we write to you in?"
"""Asked when they named a quarter, which means other months in other companies."""

_POLITE = (
    r"(?:[\s,.!]{1,4}(?:please|thanks|thank you|pls|thx|bitte|danke|merci|gracias"
    r"|grazie|por favor|obrigado))?"
)
_YES_WORDS = (
    "(yes|yep|yeah|yup|yea|ya|aye|sure|sure thing|of course|ok|okay|okey|okey dokey"
    "|alright|all right|absolutely"
    "|certainly|definitely|correct|right|that's right|exactly|indeed|please do|go"
    " ahead|do it|book it|confirmed?"
    "|sounds (good|great|fine|perfect)|works for me|that works|it works|perfect|fine"
    "|great|deal|agreed|why not"
    "|(that|it|this)('?s| is| sounds?| looks?| works| will be| will| would be| would)( just| very| really| all)?"
    " (good|great|fine|nice|cool|perfect|correct|right|ok|okay|confirmed|wonderful|lovely|excellent|work|do"
    "|be (fine|great|good))"
    "|(try|do|take|book|reserve|schedule) (it|that|this)|please (try|do|take|book) (it|that|this)"
    "|that's it|that is it|good|go on|awesome|you got (it|that) right|i like (that|it)"
    "|by all means|for sure|y|ja|jawohl|klar|gerne|genau|passt|stimmt|oui|d'accord"
    "|volontiers|bien sur|si|claro|vale"
    "|de acuerdo|certo|va bene|prego|sim|pode ser|com certeza|tak|jasne|да|так|конечно"
    "|sicher|graag|natuurlijk|akkoord"
    "|はい|是|是的|好|好的|可以|نعم|네|예|evet|hai|kylla|igen|ano)"
)
_NO_WORDS = (
    "(no|nope|nah|nay|not really|no way|not at all|negative|don't|do not|never|no"
    " thanks|no thank you|not needed|n|nein"
    "|nee|nej|nei|non|pas du tout|no gracias|no grazie|nao|nie|нет|ні|いいえ|不|不是|不要|لا|아니요|hayir|ei|nem)"
)
_YES = opening(_YES_WORDS)
_NO = opening(_NO_WORDS)
_ONLY_YES = whole(f"{_YES_WORDS}(?:[\\s,.!]{{1,4}}{_YES_WORDS}){{0,3}}{_POLITE}")
_ONLY_NO = whole(f"{_NO_WORDS}(?:[\\s,.!]{{1,4}}{_NO_WORDS}){{0,3}}{_POLITE}")
_NO_OPENS_SOMETHING_ELSE = opening(
    "no (problem|worries|idea|clue|rush|budget|deadline|doubt|matter|one|hurry|need"
    "|timeline|decision|fixed|set|plans?)",
    "not (sure|yet|now|only)",
    "never mind",
    "n[/-]a",
    "don't (know|have|worry|mind|think)",
    "do not (know|have)",
)
_STRONG_YES = opening(
    "(yes|yep|yeah|yup|absolutely|of course|exactly|go ahead|please do|book it|definitely"
    "|correct|ja|oui|sim)(?! (but|and no))(?!,? but)"
)
_SHORT = 6  # words
_YES_OPENS_SOMETHING_ELSE = opening(
    "(right|fine|great|ok|okay|sure|si|ya) now", "right away", "si (on|nous)", "great question"
)

_REFUSES = phrases(
    "(rather|prefer|prefer to) (not|don't)( to)? (say|share|tell|disclose|discuss"
    "|answer|give|go into|reveal|talk|get into"
    "|mention|comment|specify|put)",
    "prefer to keep",
    "(rather|prefer) keep",
    "(i'd|i would|would|i) rather not",
    "(i'd|i would|i) prefer not",
    "(can't|cannot|can not|won't|not able to|not allowed to|not going to|not comfortable"
    "|don't want to|not willing to|not ready to|not at liberty to|unable to) (say"
    "|share|sharing|tell|disclos(e|ing)"
    "|discuss(ing)?|answer|reveal|talk about|give you that|comment|go into)",
    "(it's|that's|is|are|this is|stays?) (confidential|private|secret|internal|sensitive|personal)",
    "confidential",
    "none of your business",
    "not (your|any of your) business",
    "no comment",
    "why do you (need|want) (to know|that)",
    "skip (this|that|it)",
    "next question",
    "pass on (this|that)",
    "mochte ich nicht (sagen|nennen|angeben)",
    "(keine angabe|vertraulich)",
    "je prefere ne pas",
    "confidentiel",
    "prefiero no",
    "preferisco (di )?non",
    "prefiro nao",
    "confidencial",
    "liever niet",
    "vertrouwelijk",
    "wole nie",
)
_IS_SECRET = phrases(
    "our (?!budgets?|spend(ing)?|fund(s|ing)|money|financ(es|ials|ing)|timelines?|deadlines?|dates?|numbers?"
    "|figures?|plans?|planning|timing|decision|answer|needs?)\\w{2,16}"
    "( \\w{2,12})? (is|are|must (stay|be|remain)|stays?) (very |strictly |highly )?(confidential|private|secret"
    "|sensitive)",
)
_ONLY_REFUSES = whole("(pass|skip|private|secret|(i'd |i would )?(rather|prefer) not( to)?)")
_UNKNOWN = phrases(
    "(don't|do not|didn't|dont) (yet )?know",
    "(not|isn't|aren't|am not) (\\w{1,10} )?(sure|certain|clear|decided|defined)",
    "no (idea|clue|specifics|specific number|number yet|figure yet)",
    "not (a clue|yet known|known yet|decided|clear yet)",
    "unsure",
    "undecided",
    "idk",
    "dunno",
    "(hard|difficult|too early|too soon) to (say|tell|know)",
    "haven't (decided|thought|figured|worked|set|discussed|looked)( \\w{1,10}){0,3}",
    "have not (decided|thought|figured|worked|set|discussed)",
    "couldn't (say|tell)",
    "can't (say|tell) yet",
    "(i|we) need to (check|find out|look into)",
    "(i'll|will|would) have to (check|find out)",
    "(weiss|wissen) (ich |wir |es )?(noch )?nicht",
    "keine ahnung",
    "(je|on|nous) ne (sais|sait|savons) pas",
    "aucune idee",
    "no (lo )?(se|sabemos)",
    "ni idea",
    "non (lo )?(so|sappiamo)",
    "nao (sei|sabemos)",
    "(weet|weten) (ik|we|het)? ?(nog )?niet",
    "geen idee",
    "nie wiem",
    "tbd",
    "to be (decided|defined|determined|confirmed)",
    "n/a",
)


def says_yes(plain: str, *, asked: bool = False) -> bool:
    """Whether a folded message opens with agreement ("yes", "sounds good", "gerne"), not with "right now".

    A mere "okay, …" or "great, …" before something longer agrees only where the agent had `asked` for a yes, and never
    when a "but" follows.
    """
    if _YES_OPENS_SOMETHING_ELSE.match(plain) or not _YES.match(plain):
        return False
    if _ONLY_YES.match(plain) or _STRONG_YES.match(plain):
        return True
    return (asked or len(plain.split()) <= _SHORT) and " but " not in plain and "?" not in plain


def says_no(plain: str) -> bool:
    """Whether a folded message opens with a no; "no problem", "no idea" and "not sure" are none."""
    return bool(_NO.match(plain)) and not _NO_OPENS_SOMETHING_ELSE.match(plain)


def only_yes(plain: str) -> bool:
    """Whether agreement is all that a folded message says."""
    return bool(_ONLY_YES.match(plain))


def only_no(plain: str) -> bool:
    """Whether a no is all that a folded message says."""
    return bool(_ONLY_NO.match(plain))


def refuses(plain: str) -> bool:
    """Whether folded words decline to answer ("I'd rather not say", "that's confidential").

    "Our recipes are confidential" tells of their recipes and declines nothing.
    """
    return bool(_REFUSES.search(_IS_SECRET.sub(" ", plain)) or _ONLY_REFUSES.match(plain))


def does_not_know(plain: str) -> bool:
    """Whether folded words say that the visitor cannot tell ("not sure yet", "no idea")."""
    return bool(_UNKNOWN.search(plain))
