"""Whether a text carries orders for the model: said openly, in disguise, or hidden from readers.

This is a smoke detector, not the lock. When it goes off, nothing the model reports from the conversation counts unless
the rules' own ears heard it too (`agent.ears`), so it may be quick to go off: a false alarm costs a little hearing and
nothing else.
"""

import base64
import codecs
import re
from binascii import Error as NotEncoded
from functools import lru_cache

from agent.interviewer.phrases import fold, phrases
from leads.evidence import plain, sentences, speaks_to_the_machine

_HIDDEN = re.compile("[\u202d\u202e]|(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[\U000e0001-\U000e007f]")
"""Overrides of the writing direction, and tag characters outside a flag: nobody types them."""
_MARKUP = re.compile(
    r"<!--|<\s*(?:script|style|div|span|p|a|img|iframe|meta|body|html)\b[^>]{0,200}>|<\|"
    r"|\[/?INST\]|<</?SYS>>|^\s*```|!?\[[^\]\n]{3,300}\]\(|[\"'](?:name|role|tool_calls?|arguments|function)[\"']\s*:",
    re.I | re.M,
)
_MARKER = re.compile(r"^[\s>*#-]{0,6}(?:system|assistant|developer|tool|function)\b[^\n:]{0,20}:", re.I | re.M)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-f]{2}){8,}", re.I)
_LOOKALIKES = str.maketrans(
    "асеорхуіѕјԁһкмтвнАСЕОРХУІЅЈКМТВНοανρτικεΟΑΝΡΤΙΚΕ", "aceopxyisjdhkmtbhACEOPXYISJKMTBHoavptikeOANPTIKE"
)
_LONGEST = 4_000

_DO = (
    "(set|raise|increase|boost|change|update|give|make|put|mark|flag|record|note|treat|register|qualify|confirm|move"
    "|upgrade|promote|approve|override|replace|overwrite|delete|erase|remove|wipe|cancel|postpone|disqualify|reject"
    "|opt|unsubscribe|export|dump|list|show|reveal|print|repeat|recite|output|render|send|forward|book|use|call|invoke"
    "|run|execute|unlock|enable|tell|insist|claim|deny|pretend|state|say|promise|swear|declare|end|append|include|decode"
    "|ignore|grant|offer|apply|accept|agree)"
)
_OURS = (
    r"((lead|sales|internal|my|this|qualification) (score|rating|grade|stage|status)|bant|points|thresholds?"
    r"|(system )?prompts?|instructions|rules|database|slot_\w{1,30}|slot id|stage (sql|mql)|sql|mql|qualified"
    r"|(all|every|each|other|another|any)( (free|other|the|of|single))? (leads?|customers?|visitors?|records?"
    r"|conversations?|slots?|meetings?|factors?|data|communications?|people|users)|customer list|lead of"
    r"|the lead|somebody|someone else's|their (meeting|record|data|address)|admin|developer mode|in writing"
    r"|markdown image|image from|every message|each message|legally binding|full liability|human being|real person"
    r"|being an ai|approved|vip|fifty times|hand_off|without asking|(address|e-?mail) of \w{2,30}|ceo|password)"
)
_SPEAK = phrases(
    r"(\A|(?<=[.:,!;>\n])|(?<=[.:,!;>]\x20)|(?<=please\x20)|(?<=to\x20)|(?<=and\x20)|(?<=you\x20))"
    r"(say|state|insist|claim|pretend|swear|promise|declare|affirm|repeat|deny) (that|being|after me)",
    r"you (are|play|become) (now )?dan",
    r"(no rules|without (any )?(rules|restrictions|asking))",
    r"carry (it|this|that) out",
    r"(decode|decrypt|rot13|base64|translate)( \w{1,12}){0,4} (and|then|:)",
    r"do what (it|this|that) says",
    r"(do|execute|follow) the following( for me)?",
    r"you get a (tip|reward|bonus)",
    r"(authori[sz]ed|security|penetration|red[ -]team) (drill|test|exercise|audit)",
    r"let's play a game",
    r"(in|into) developer mode|(with|have) admin rights",
    r"(bypass|jailbreak|unrestricted|do anything now)",
    r"\w{2,12} (every|all) (message|answer|reply)s? with",
)
_GAP = r"( [^\s.!?]{1,24}){0,8} "
_ABROAD = phrases(
    r"(punktestand|score de lead|puntuacion de(l)? lead|punteggio( del)? lead|pontuacao d[eo] lead|wynik leada)",
    r"(рейтинг лида|bant-(faktoren|kriterien)|systemprompt|prompt (systeme|systemowy|d[eio] sistema)|системный промпт)",
    rf"(markiere|bestatige|setze|buche|gib|schicke|liste|losche|verrate|behaupte|erhohe|zeige|andere|ignoriere),?{_GAP}"
    r"(qualifiziert|faktoren|stufe|alle|allen|prompt|wort|kundenliste|leads?|rabatt|punkte|mensch|rechtsverbindlich"
    r"|geschaftsfuhrer|anweisungen|regeln|lead-?score|bant-\w{3,12})",
    rf"(marque|confirme|mets|reserve|repete|accorde|affirme|supprime|envoie|montre|ignore|passe)(-moi|-le|-la)?,?{_GAP}"
    r"(qualifie|criteres|stade|tous|toutes|mot|prompt|remise|personne|donnees|instructions|leads?)",
    rf"(marca|confirma|pon|reserva|repite|dame|borra|envia|muestra|ignora|afirma),?{_GAP}(cualificado|calificado"
    r"|factores|etapa|todos|todas|palabra|prompt|descuento|datos|instrucciones|leads?|persona)",
    rf"(imposta|defina|zet|ustaw|установи\w{{0,2}}|поставь|подтверди){_GAP}(lead|leada|leadscore|лида|100)",
    r"(du bist|tu es|eres|sei|voce e|ты) (jetzt|maintenant|ahora|adesso|agora|теперь)",
)
_UNSPACED = re.compile(
    "线索评分|線索評分|リードスコア|スコアを|系统提示|システムプロンプト"
    "|忽略|無視して|指示を|리드 ?점수|시스템 ?프롬프트"
)
_OPENLY = (phrases(rf"{_DO}( [^\s.!?]{{1,40}}){{0,9}} {_OURS}"), _SPEAK, _ABROAD)


@lru_cache(maxsize=512)
def carries_an_order(text: str) -> bool:
    """Whether a message, a page or a title tries to steer the model. Pure and quick; see above for what it is for."""
    seen = text[:_LONGEST]
    if _HIDDEN.search(seen) or _MARKUP.search(seen) or _MARKER.search(seen) or _hides_words(seen):
        return True
    read = plain(seen.translate(_LOOKALIKES)) if not seen.isascii() else seen
    if any(map(_is_an_order, (seen, read) if read != seen else (seen,))):
        return True
    return any(
        _TELLING.search(turned) and _is_an_order(turned) for turned in (seen[::-1], codecs.encode(seen, "rot13"))
    )


def first_order(text: str) -> str | None:
    """The sentence that steers, for the record; the beginning when none does so alone. None when nothing does."""
    if not carries_an_order(text):
        return None
    return next((sentence for sentence in sentences(text) if carries_an_order(sentence)), text)[:300]


_TELLING = re.compile(r"\b(?:the|my|lead|this|all|you|and|me)\b", re.I)


@lru_cache(maxsize=512)
def without_orders(page: str) -> str:
    """A page's sentences that tell of something; those that tell the model what to say back nothing up."""
    if not carries_an_order(page):
        return page
    return "\n".join(sentence for sentence in sentences(page) if not carries_an_order(sentence))


def _is_an_order(text: str) -> bool:
    folded = fold(text)
    if any(pattern.search(folded) for pattern in _OPENLY) or _UNSPACED.search(text):
        return True
    return speaks_to_the_machine(text)


def _hides_words(text: str) -> bool:
    """Whether a run of Base64 or hexadecimal reads as words: buyers do not write like that."""
    runs = [_decoded(found[0]) for found in _BASE64.finditer(text)]
    runs += [bytes.fromhex(found[0]) for found in _HEX.finditer(text)]
    return any(len(run) >= 8 and all(32 <= byte < 127 or byte in b"\n\r\t" for byte in run) for run in runs)


def _decoded(run: str) -> bytes:
    whole = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(whole[: len(whole) // 4 * 4])
    except (NotEncoded, ValueError):
        return b""
