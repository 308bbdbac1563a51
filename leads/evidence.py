"""Evidence: the visitor's own words. A claim without a verbatim quote of this visitor is not noted."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from leads.identity import MessageId
from leads.refusal import QuoteNotAboutThem, QuoteNotFound


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the visitor, as they wrote it."""

    message_id: MessageId
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim span of a visitor's message. `at` is when the message was received, UTC."""

    message_id: MessageId
    quote: str
    at: datetime


MIN_QUOTE = 2
MAX_QUOTE = 600

# A sentence that orders the software about is never evidence of a buyer's situation, whatever it contains. The list is
# about the form of address (orders to an assistant, role markers, names of our own tools), not about topics: buyers
# speak of systems, tools, scores and budgets too. Sentences are compared in plain form: lower case, marks folded.
# It is measured on invented sentences in tests/leads/test_evidence.py; it is one fence of several, not the only one.
_TELLS = r"(?:^|[.!?,;:*\"'(\[>-]\s*|\b(?:please|kindly|and|then|now|just|simply|also|you|you\s+(?:to|now)|must|should|have\s+to|make\s+sure\s+(?:to|that)|authori[sz]e\s+you\s+to|:|(?:can|could|would|will)\s+you(?:\s+now)?)\s+)"
_OUR_TOOLS = r"(?:update[_ ]score|qualify[_ ]bant|book_meeting|note_contact|hand_off|find_slots|search_knowledge|read_lead_context|follow_up_later)"
_FACTOR = r"(?:budget|authority|need|timeline)"
_THIS_LEAD = r"(?:me|us|it|my|this|lead|visitor|user|conversation|deal|budget|authority|need|timeline|bant|everything|all|anything|whatever)"
_FOR_SALE = r"(?:(?:dis)?qualified|confirmed|sql|mql|hot|vip|(?:pre-?)?approved|decision.?maker|stated|urgent|won|customer|buyer|true|verified)"
_SECRETS = r"(?:system|hidden|initial|original|internal|secret|exact|full|entire|current)"
_RULES = r"(?:instructions?|rules?|guidelines?|polic(?:y|ies)|restrictions?|constraints?|safeguards?|filters?|programming|directives?|prompts?)"
_EARLIER = r"(?:previous|prior|above|earlier|former|initial|original|your|all|any|these|those|system|safety|every|old|the|its|security|content)"
_THE_AI = r"(?:ai|bot|chatbot|assistant|language\s+model|model|agent|llm|gpt|robot|machine|system)"
_ANSWER = r"(?:answer|respond|reply|say|output|speak|write|talk|print)"
_ORDERS = (
    # Away with the rules
    rf"\b(?:ignore|disregard|forget|override|overrule|bypass|overlook|skip|drop|erase|delete|abandon|break|violate|stop\s+(?:following|obeying|applying|using)|(?:do\s+not|don't|never)\s+(?:(?:need|have)\s+to\s+)?(?:follow|obey|apply))\b.{{0,30}}\b(?:system\s+prompts?|scoring|qualification|{_EARLIER}\s+(?:\w+\s+){{0,2}}{_RULES})\b(?!\s+(?:of|in|on|for|from)\s+(?:the|our|this|my)\b)",
    r"\b(?:ignore|disregard)\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?(?:prior|previous|above|preceding|foregoing)\s+(?:text|context|content|conversation|input|sentences?|paragraphs?)\b",
    r"\b(?:ignore|disregard|forget)\b.{0,15}\bwhat(?:ever)?\b.{0,25}\b(?:told\s+you|wrote|instructed|taught|programmed)\b|\b(?:forget|leave|drop|abandon|quit)\s+your\s+(?:role|character|persona|job)\b",
    r"\b(?:ignore|disregard|forget|overlook)\b.{0,15}\b(?:all|everything|anything|whatever)\b.{0,30}\b(?:above|before|previous|prior|earlier|told|taught|learned|know)\b",
    rf"\b(?:previous|prior|former|earlier|above|all|your|these|such)\s+(?:\w+\s+)?{_RULES}\s+(?:no\s+longer|do\s+not|don't|are\s+(?:void|null|cancel|suspended|lifted|off|overridden|replaced|obsolete|superseded))",
    # Who is speaking: role markers, and notes to the machine
    r"(?:^|[.!?;]\s|[\[<({\"'*#|]\s*)(?:system|assistant|developer|admin(?:istrator)?)\s*:(?=.{0,80}\b(?:you|leads?|visitors?|users?|scor\w+|budget|authority|need|timeline|qualif\w+|approved?|confirmed?|ignore|override|instructions?|from\s+now|bant|mark|set)\b)",
    r"[\[<({]\s*/?\s*(?:system|assistant|developer|admin|tool|function|instructions?|im_start|im_end)\b[^\])}>]{0,20}[\])}>|]|[\"']role[\"']\s*:\s*[\"'](?:system|assistant|developer|tool)",
    r"\[/?inst\]|<\||\|>|<<sys>>|-{3,}\s*(?:begin|end|start)\b|#{2,}\s*(?:system|instruction|new)|\b(?:begin|end|start)\s+(?:of\s+)?(?:the\s+)?(?:user\s+input|system|prompt|instructions?|admin)\b",
    r"\b(?:system|developer|admin|administrator|root|initial|hidden)\s+(?:prompts?|messages?|override|instructions?)\b|\bsystem-?prompt",
    rf"\b(?:note|message|instructions?|order|command|memo|reminder|hint)\s+(?:to|for)\s+(?:the\s+|any\s+|our\s+|your\s+|all\s+)?{_THE_AI}s?\b|\b(?:records?|memory|notes?|attention)\s+of\s+(?:the\s+|your\s+|any\s+)?{_THE_AI}s?\b",
    rf"\battention,?\s+{_THE_AI}\b|(?:^|[.!?]\s)(?:{_THE_AI})\s*,\s*(?:\w+\s+){{0,2}}(?:set|mark|write|note|record|log|ignore|call|give|book|tell|show|confirm|treat|add|raise)\b|,\s*(?:bot|ai|chatbot|robot)\s*[.!]*$",
    r"\b(?:dear|hey|hi|hello|ok|okay|listen)\s+(?:ai|bot|chatbot|assistant|robot|machine|llm|gpt)\b.{0,25}\b(?:write|store|note|record|save|log|set|mark|remember|ignore|pretend|add|give|treat)\b",
    r"\bthe\s+(?:administrators?|admins?|developers?|system)\s+(?:says?|orders?|instructs?|requires?|told|wants?|has\s+(?:ordered|decided|approved))\b.{0,15}\b(?:you|all|every|any|this)\b",
    r"(?:^|[.!?]\s)(?:system|admin(?:istrator)?|security|hidden|internal)\s+(?:notice|alert|note|command|directive|instruction|update|message)s?\s*:|(?:^|\s)(?:>{2,}|/)\s*(?:system|admin|root)\b",
    r"\bfrom\s+your\s+(?:supervisor|developers?|admin\w*|creators?|boss|owner|operators?)\b|\b(?:openai|anthropic|google|your\s+(?:developers?|creators?|boss|manager|owner|company)|management|sales\s+director)\b.{0,15}\b(?:authori[sz]ed|allowed|ordered|instructed|told|permitted|wants|asked|requires)\s+you\b|\bgive\s+yourself\b|\bthis\s+(?:message|user|chat|session|visitor)\s+has\s+(?:\w+\s+)?(?:admin|root|system|full|special)\s*\w*\s*(?:privileges?|rights|access|permissions?|authority)\b",
    r"\b(?:i\s+am|i'm|this\s+is|as)\s+(?:your|the)\s+(?:\w+\s+)?(?:developer|creator|administrator|admin|programmer|operator|owner|supervisor|support\s+team)\b.{0,40}\b(?:you|switch|order|command|instruct|override|enter|mode|chatbot|bot|assistant)\b",
    # Points, marks and stages
    rf"{_TELLS}(?:set|raise|increase|change|update|give|make|put|adjust|bump|max(?:imi[sz]e)?|boost|assign|add|double)\b.{{0,30}}\b(?:(?:my|this|the|your|lead|lead's|me\s+an?|me\s+the)\s+(?:\w+\s+){{0,2}}(?:lead\s+)?(?:score|bant)\b|score\s*(?:to|of|=|:)?\s*(?:\d|max))",
    r"\b(?:my|this|the|lead(?:'s)?)\s+(?:lead\s+)?score\s+(?:should|must|has\s+to|needs?\s+to|shall|will)\s+(?:now\s+)?(?:be|read|say)\b",
    rf"{_TELLS}(?:score|rate|grade|rank)\s+(?:me|us|this\s+(?:lead|conversation|chat|visitor)|the\s+(?:lead|visitor|conversation))\b",
    rf"{_TELLS}(?:set|raise|increase|change|update|give|put|move|bump|boost|assign|promote|mude|altere)\b.{{0,20}}\b(?:my|lead|lead's|visitor)\b.{{0,20}}\b(?:rating|stage|grade|points|status|priority)\b",
    rf"{_TELLS}(?:set|raise|increase|change|update|put|bump|boost|move|promote|make|turn|upgrade)\b.{{0,30}}\b(?:rating|stage|grade|points|status|lead|conversation|chat|qualification|me|us|factors?)\b.{{0,25}}(?:\bof\s+this\s+lead\b|\b(?:to|=|as|into)\s+(?:an?\s+)?(?:\w+\s+)?(?:sql|mql|won|a1|\d+|max\w*|confirmed|qualified|hot|opportunity|customer)\b|\b(?:an?\s+)(?:opportunity|customer|sql|mql)\b)",
    rf"{_TELLS}(?:add|give|grant|award)\b.{{0,20}}\b(?:\d+|more|extra|full|bonus|all)\s+points\b",
    rf"{_TELLS}(?:mark|flag|record|register|qualify|note|treat|classify|report|log|count|store|list|save|enter|tag|label|rate|regard|consider)\b.{{0,30}}\b{_THIS_LEAD}\b.{{0,30}}(?:\bas\b|=|\bto\s+be\b).{{0,20}}\b{_FOR_SALE}\b",
    rf"{_TELLS}(?:mark|flag|make|consider|declare|call|label|tag)\s+(?:me|us|this|it)\s+(?:\w+\s+){{0,2}}(?:qualified|confirmed|approved|sql|mql)\b|{_TELLS}(?:just\s+)?qualify\s+(?:me|us|this|the)\b",
    rf"{_TELLS}(?:log|record|write|store|save|state|report|remember|register|claim|enter)\s+(?:down\s+|in\s+\w+\s+\w+\s+)?that\s+(?:i|we|my|our|this|the)\b.{{0,50}}\b(?:confirmed|signed|approved|qualified|authority|authori[sz]ed|decision|budget|ceo|bought)",
    r"\b(?:treated|marked|flagged|recorded|considered|regarded|counted|classified|stored)\s+as\s+(?:an?\s+|fully\s+|sales\s+|already\s+)*(?:qualified|sql|mql|hot|vip|pre-?approved)\b",
    r"\b(?:this|the|every|each|any)\s+(?:visitor|lead|user|prospect)\b.{0,20}\b(?:is|are|was|has\s+been|counts?\s+as)\s+(?:\w+\s+){0,2}(?:(?:pre-?)?approved|qualified|verified|authori[sz]ed|vip)\b",
    rf"\b(?:{_FACTOR}|bant|score|status|stage)\s*(?::=|==?|\bis\s+set\s+to\b)\s*[\"']?(?:confirmed|stated|qualified|\d+|max|high|sql|true|yes)",
    r"\b(?:bant|(?:lead\s+)?score|lead\s+(?:status|stage))\s*:\s*[\"']?(?:confirmed|stated|qualified|\d+|max|high|sql|true|yes)",
    rf"{_TELLS}(?:set|change|update|mark)\b.{{0,25}}\b{_FACTOR}\b.{{0,20}}\b(?:to|as)\s+(?:confirmed|stated|qualified)\b",
    r"\b(?:in|when|while|whenever|if)\b.{0,20}\b(?:your\s+(?:summary|notes|report|handoff|hand-off|briefing)|you\s+(?:summari[sz]e|report|brief|hand\s+(?:this\s+|me\s+)?over))\b.{0,20}\b(?:write|state|say|claim|pretend|declare)\b",
    rf"\b(?:in|into|to)\s+(?:the|your|my|this)\s+(?:{_FACTOR}|bant|score|stage|status|qualification|lead(?:'s)?)\s+(?:field|box|column|record|entry|value|slot)\b|\b(?:{_FACTOR}|bant|qualification)\s+questions?\b.{{0,12}}\banswered\b",
    rf"{_TELLS}(?:save|store|write|put|enter|record|note|log|keep|add|register)\b.{{0,60}}\b(?:in|into|to)\s+(?:your\s+(?:database|memory|records?|crm|notes|log|ledger)|the\s+(?:lead|ledger)\s+record)\b",
    r"\b(?:assume|suppose|consider|presume|accept)\s+(?:it\s+as\s+given\s+)?that\s+(?:i|we)\s+(?:have\s+|am\s+|are\s+)?(?:already\s+)?(?:confirmed|qualified|signed|approved|answered|verified|authori[sz]ed)\b|\baccept\s+this\s+lead\b|\b(?:do\s+not|without)\s+(?:check|verify|prov|question)\w*\s+(?:my|this|the|any)\s+(?:quotes?|claims?|words|evidence|statements?)\b|(?:^|[.!?]\s)approve\s+(?:me|us|this)\b",
    r"\bthe\s+(?:next|following)\s+(?:sentence|message|line|words?)\s+(?:as|is|are)\b.{0,20}\b(?:verified|confirmed|true|fact|evidence|quote)",
    r"\b(?:whatever|everything|anything|all)\s+i\s+(?:say|write|type|tell|claim)\s+(?:next|from\s+now|below|here|after|is\s+(?:true|to\s+be|a\s+fact|confirmed))",
    r"\b(?:my|lead)\s+score\b.{0,20}\b(?:max(?:imum)?|highest|top|100)\b",
    r"\bqualification\s+(?:is|are)\s+(?:no\s+longer|not)\s+(?:required|needed|necessary)\b",
    # Tools
    rf"\b{_OUR_TOOLS}\b|\b(?:use|call)\s+your\s+(?:tools?|functions?)\b",
    rf"{_TELLS}(?:call|invoke|execute|trigger|run)\s+(?:the\s+|your\s+|a\s+)?(?:\w+\s+){{0,2}}(?:tool|function)s?\b",
    # Another self
    r"\byou\s+are\s+(?:now|from\s+now\s+on)\s+(?:in\b.{0,20}\bmode|an?\s+(?:\w+\s+){0,2}(?:assistant|ai|model|bot|admin\w*|agent|rep|character|system|developer|expert)\b|unrestricted|free\s+(?:of|from)|dan\b|jailbroken)",
    r"\byou\s+are\s+(?:no\s+longer|not)\s+(?:bound|restricted|limited|subject\s+to|an?\s+(?:ai|assistant|bot))\b|\byou\s+are\s+(?:an?\s+)?(?:unrestricted|uncensored)\b|\byou\s+have\s+(?:been\s+(?:upgraded|updated|reprogrammed|freed|jailbroken|authori[sz]ed)|no\s+(?:rules|restrictions|limits|guidelines))\b",
    rf"\bfrom\s+now\s+on,?\s+(?:you\s+(?:are|must|act|answer|obey|follow|will\s+(?:act|answer|respond|behave|be|only|obey))|your\s+(?:name|task|role)|(?:always|only|just)\s+{_ANSWER}|{_ANSWER}|act|obey|treat)\b",
    r"\b(?:jailbreak|jailbroken|do\s+anything\s+now|(?:developer|dan|god|debug|maintenance|unrestricted|admin|diagnostic|training|test)\s+mode)\b(?=.{0,40}(?:[.!,]|$|\band\b))(?<!\ban\sadmin\smode)(?<!\ba\stest\smode)|(?:^|\s)sudo\s",
    r"(?<!\bi\s)(?<!\bwe\s)(?<!\bthey\s)\bpretend\s+(?:to\s+be|you|that|i|we|this)\b|\bimagine\s+(?:that\s+)?you\s+(?:had|have|are|were|could)\b|\brole-?\s?play\b|\b(?:behave|answer|reply|respond|talk|speak)\s+(?:now\s+)?(?:as\s+(?:though|if)\s+|as\s+the\s+(?:ceo|cto|cfo|admin|system|developer|owner|head|boss)\b|like\s+(?:an?\s+)?(?:unrestricted|admin|dan))|\bsimulate\s+(?:being|an?|the)\s+(?:\w+\s+)?(?:rep|admin\w*|assistant|ai|manager|developer|employee|user|customer|terminal|shell)\b",
    r"(?<!\bi\s)(?<!\bwe\s)(?<!\bhe\s)(?<!\bshe\s)\bact\s+(?:as|like)\b.{0,30}\b(?:admin\w*|system|developer|unrestricted|rep|representative|employee|dan|assistant|another|different)\b",
    r"\b(?:as|if\s+you\s+are|since\s+you\s+are|being)\s+an?\s+(?:\w+\s+)?(?:ai|language\s+model|assistant|bot|chatbot)\b.{0,10}\b(?:you\s+(?:must|should|will|can|have|are)|reply|answer|respond|say|ignore|confirm)\b",
    rf"\byou\s+(?:must|should|shall|have\s+to|will|need\s+to)\s+(?:now\s+|always\s+|only\s+)*(?:obey|comply|output|(?:answer|respond|reply)\s+(?:every|all|only|with|to\s+(?:all|every))|do\s+(?:what|as|everything)\s+i)\b|\b{_ANSWER}\s+(?:only|nothing\s+but|exactly|just)\s+(?:with|in|the\s+word|\")|\b(?:answer|respond|reply)\s+(?:only\s+)?with\s+(?:only|the\s+word|\"|'|json|yes\b|no\b)",
    r"\b(?:just|only|then|please|and|must)\s+output\b|\boutput\s+only\b|\bobey\s+(?:me|my|all|every|only|the\s+following)\b|\brepeat\s+after\s+me\b|\b(?:just|only)\s+(?:print|output|say|write)\s*[\"']|\brole\s+of\s+(?:an?|another|the)\s+(?:\w+\s+)?(?:ai|assistant|bot|chatbot|model)\b|\band\s+nothing\s+else\b(?=\s*[.!]?$)|(?:^|[.!?]\s)output\s*:|\bfollow\s+(?:only\s+)?my\s+(?:orders|commands|instructions)\b",
    r"\b(?:new|updated|your)\s+(?:instructions?|rules?|polic(?:y|ies)|task|goal|role|persona)\s*:|\byour\s+(?:new|only|real|true|next|sole|actual)\s+(?:instructions?|rules?|polic(?:y|ies)|task|goal|role|persona|name|job|purpose|objective)\s+(?:is|are)\b",
    # What nobody outside may see
    rf"\byour\s+(?:{_SECRETS}\s+){{0,2}}(?:prompts?|instructions|rules|directives|guidelines)\b(?!\s+(?:for|on|to|about|of|regarding)\b)|\b(?:the|my)\s+(?:{_SECRETS}\s+){{1,2}}(?:prompt|instructions|rules)\b(?!\s+(?:of|in|on|for)\b)",
    r"\b(?:instructions|rules|prompt|text|guidelines)\s+(?:that\s+)?(?:you\s+(?:were|have\s+been|got|received|follow|must|use|obey)|were\s+you\s+given|are\s+you\s+(?:following|given))\b",
    r"\b(?:print|repeat|show|output|reveal|display|copy)\b.{0,20}\b(?:everything|all|the\s+(?:text|words|content))\s+(?:\w+\s+)?above\b(?=\s*(?:this|here|in\b|word|verbatim|$|[.,!?]))|\b(?:translate|repeat|print|summari[sz]e|copy)\s+(?:the\s+)?(?:text|message|words|prompt|content)s?\s+above\b",
    r"\b(?:print|dump|show|give|output|reveal|leak|list)\b.{0,15}\byour\s+(?:configuration|source\s+code|memory|context|variables|database)\b|\bfirst\s+(?:words?|lines?|sentences?)\s+of\s+(?:this\s+conversation|the\s+(?:conversation|chat|prompt))",
    r"\b(?:list|dump|show|give|tell|send|reveal|export)\b.{0,25}\b(?:all|other|every)\s+(?:the\s+|your\s+)?(?:other\s+)?(?:leads|visitors|users|prospects)\b(?!\s+(?:per|in|on|of)\b)",
    r"\b(?:reveal|tell|show|print|leak)\b.{0,20}\bthreshold\b.{0,30}\b(?:lead|qualif|score)",
    # The same in German, Spanish, Portuguese and French
    r"\b(?:ignoriere?|vergiss|missachte|überschreibe?|befolge\s+nicht)\b.{0,40}\b(?:anweisung|regeln|vorgaben|prompt|instruktion|richtlinien)",
    r"\b(?:setze?|erhöhe?|ändere?|gib)\b.{0,30}\b(?:score|(?:höchst)?punktzahl|punktestand|lead-?bewertung)\b|\b(?:markiere?|trage?|notiere?|vermerke?)\b.{0,60}\bals\s+(?:\w+\s+)?(?:qualifiziert|bestätigt|kunde|heiss)",
    r"\bdu\s+bist\s+(?:jetzt|nun|ab\s+jetzt|ab\s+sofort|nicht\s+mehr)\b.{0,40}(?:assistent|\bki\b|modell|einschränkung|\badmin|\bbot\b|gebunden)|\bdu\s+(?:musst|sollst|wirst)\s+(?:mich|uns|diesen|den\s+lead|jetzt|nun|nur|alle)\b|\bab\s+(?:jetzt|sofort)\b.{0,20}\bdu\b|\b(?:anweisungen|regeln|vorgaben),?\s+die\s+du\b|\b(?:deinen?|deine|deiner)\s+(?:anweisungen|regeln|prompt|vorgaben)\b|\bmeine\s+befehle\b|\b(?:ignoriere?|vergiss)\s+(?:den|die|das|deine?n?)\s+(?:system\w*|rolle)",
    r"\b(?:ignor[ae]|olvid[ae]|omite|esqueça|esquece|desconsidere|oubliez?|ignorez)\b.{0,40}\b(?:instrucciones|reglas|indicaciones|instruções|regras|orientações|instructions|règles|consignes)\b",
    r"\b(?:pon|sube|aumenta|fija|establece|aumente|defina|coloque|mets|mettez|augmentez?|fixez?)\b.{0,30}\b(?:score|puntuación|puntaje|pontuação)\b",
    r"\b(?:marca|marque[zr]?|registra|registre)\b.{0,40}\b(?:como|comme)\s+(?:\w+\s+)?(?:calificado|cualificado|confirmado|qualificado|qualifié|confirmé)|\b(?:debes|tienes\s+que|deve|tem\s+que|dois|devez)\b.{0,15}\b(?:marcar|marcarme|poner|ponerme|registrar|calificar|qualificar|marquer|confirmar)\b|\b(?:mude|altere|muda|cambia|cambie)\b.{0,40}\b(?:para|a)\s+(?:qualificado|calificado|cualificado|confirmado|sql|mql)",
    r"\b(?:ahora\s+eres|agora\s+você\s+é|tu\s+es\s+maintenant|vous\s+êtes\s+maintenant)\s+(?:una?|uma?|um|une?)\s+(?:asistente|assistente|assistant|ia\b|modelo|modèle)|\b(?:a\s+partir\s+de\s+(?:ahora|agora)|désormais)\b.{0,15}\b(?:obedece|eres|debes|você|tu\s+(?:es|dois)|vous\s+(?:êtes|devez))",
    r"\bne\s+(?:suis|suivez)\s+(?:plus|pas)\b|\bno\s+sigas\b|\bnão\s+siga\b",
    r"\b(?:tus?|suas?|seus?|tes|ton|votre|vos)\s+(?:prompts?|instrucciones|instruções|instructions|reglas|regras|règles|consignes)\b(?!\s+(?:para|de|pour|sobre|sur)\b)",
)
_TO_THE_MACHINE = re.compile("|".join(f"(?:{order})" for order in _ORDERS))
_SENTENCE_END = re.compile(r"(?<=[.!?。！？…])\s+|\n+")
_FULL_STOP = re.compile(r"(?<=[.!?。！？…])\s+|\n\s*\n")


_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), 127))


def plain(text: str) -> str:
    """Text for comparison: NFKC, invisible format characters dropped, typographic quotes and blanks folded, lower case.

    Invisible characters (tags, bidi marks, zero-width) are dropped because they hide words from readers.
    """
    if text.isascii():  # nothing to fold but control characters, and ten times as fast
        return " ".join(text.translate(_CONTROLS).split()).casefold()
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(c for c in folded if unicodedata.category(c) not in {"Cf", "Cc", "Co", "Cn"} or c in "\n\t ")
    for old, new in (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-")):
        kept = kept.replace(old, new)
    return " ".join(kept.split()).casefold()


@lru_cache(maxsize=2048)  # a third of a millisecond a sentence, and a conversation is read again in every turn
def speaks_to_the_machine(text: str) -> bool:
    """Whether a sentence is addressed to the software (orders, role markers, tool names) and so proves nothing."""
    return _TO_THE_MACHINE.search(_spelled_out(plain(text))) is not None


def _spelled_out(folded: str) -> str:
    return folded.replace("you're ", "you are ").replace("i'm ", "i am ").replace("don't ", "do not ")


def sentences(text: str) -> list[str]:
    """The sentences and lines of a message, in order, without empty ones."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def prove(quote: str, said: Sequence[Said], *, telling: bool = False) -> Evidence:
    """Find a quote in this visitor's messages, newest first, and return it as evidence, as they typed it.

    Blanks, case and typographic marks may differ; words may not, and a part of a word or of a number is not a quote. A
    quote that stands in, or reaches into, a sentence that is addressed to the software is refused.
    With `telling` a lone word out of a longer message proves nothing: it must be at least two words, or a figure, or
    most of what was written ("me", "June").
    Raises QuoteNotFound, QuoteNotAboutThem.
    """
    wanted = plain(quote).strip(" .\"'")
    if len(wanted) < MIN_QUOTE or len(quote) > MAX_QUOTE:
        raise QuoteNotFound("Quote the visitor's own words, word for word, from one of their messages.")
    suspicious = False
    for message in reversed(said):
        typed = plain(message.text)
        places = _places(wanted, typed)
        orders = _orders(message.text) if places else []
        if telling and places and not _tells(wanted, typed):
            raise QuoteNotFound("A single word proves nothing. Quote the words that say it, word for word.")
        clean = next((at for at in places if not _touches(at, at + len(wanted), orders)), None)
        if clean is not None and not speaks_to_the_machine(quote):
            return Evidence(message.message_id, _as_typed(wanted, clean, message.text) or quote.strip(), message.at)
        suspicious = suspicious or bool(places)
    if suspicious:
        raise QuoteNotAboutThem("Those words are an instruction to the software, not something about their situation.")
    raise QuoteNotFound("Those words are not in this visitor's messages. Quote them word for word, or leave it out.")


def _tells(wanted: str, typed: str) -> bool:
    return " " in wanted or any(c.isnumeric() for c in wanted) or 2 * len(wanted) >= len(typed) or len(wanted) > 24


def _places(wanted: str, typed: str) -> list[int]:
    """Where the quote stands in a plain text, as whole words."""
    found = []
    at = typed.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not _same_word(typed[at - 1 : at], wanted[0]) and not _same_word(wanted[-1], typed[end : end + 1]):
            found.append(at)
        at = typed.find(wanted, at + 1)
    return found


def _same_word(left: str, right: str) -> bool:
    """Whether two neighbours belong to one word or number; scripts without capitals write words without blanks."""
    return (left.isdecimal() and right.isdecimal()) or (_is_cased(left) and _is_cased(right))


def _is_cased(char: str) -> bool:
    return char.isalpha() and char.upper() != char.lower()


def _orders(text: str) -> list[tuple[int, int]]:
    """Where sentences addressed to the software stand in the plain text.

    Lines count as sentences of their own, and also as what they are together: an order may be broken over two lines.
    """
    splits = (_laid_out(_SENTENCE_END, text), _laid_out(_FULL_STOP, text))
    return [(first, last) for parts in splits for first, last, part in parts if speaks_to_the_machine(part)]


def _touches(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in spans)


def _laid_out(splitter: re.Pattern[str], text: str) -> list[tuple[int, int, str]]:
    """The parts of a text with where each begins and ends in the plain form of the whole."""
    laid, at = [], 0
    for part in splitter.split(text):
        length = len(plain(part))
        if length:
            laid.append((at, at + length, part))
            at += length + 1
    return laid


def _as_typed(wanted: str, at: int, text: str) -> str:
    """The span of the message that stands at this place of its plain form; empty when the two cannot be laid together.

    Folding makes some characters longer and drops others, so a place in one is not the same place in the other.
    """
    span = text[_typed_index(text, at) : _typed_index(text, at + len(wanted))].strip()
    return span if plain(span).strip(" .\"'") == wanted else ""


def _typed_index(text: str, at: int) -> int:
    """The index of the character that stands at this place of the plain form, by halving: prefixes only grow."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high) // 2
        if len(plain(text[: middle + 1])) > at:
            high = middle
        else:
            low = middle + 1
    return low
