"""A suggested reply made by rules: what the built-in interviewer drafts, and what is there when no model can be asked.

It greets, answers from a page of the company where one does, asks at most one open question, and promises nothing.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from actions.note_contact import ContactKind
from actions.read_context import Context
from leads.conversation import AuthorKind
from leads.handoff import SALES, HandoffReason
from playbook.book import Playbook
from store.knowledge import Passage

LONGEST = 420
"""Characters of a page that are quoted."""
_MARKDOWN = re.compile(r"[*_`#>|]|\[(?P<label>[^\]]*)\]\([^)]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

_PHRASES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "hello": "Hello{name},",
            "person": "you asked to talk to a person. I have read your conversation with our assistant.",
            "sorry": "I am sorry about the trouble. I have read what you wrote.",
            "meeting": "thank you for booking a call. Is there anything you would like us to prepare?",
            "thanks": "thank you for your message. I have read what you wrote.",
            "page": "About your question: {text}",
            "open": "You asked: “{question}”",
        },
        "de": {
            "hello": "Guten Tag{name},",
            "person": "Sie wollten mit jemandem aus dem Team sprechen. Ich habe Ihr Gespräch mit unserer Assistentin gelesen.",
            "sorry": "es tut mir leid, dass es Ärger gab. Ich habe gelesen, was Sie geschrieben haben.",
            "meeting": "danke für Ihre Terminbuchung. Gibt es etwas, das wir vorbereiten sollen?",
            "thanks": "danke für Ihre Nachricht. Ich habe gelesen, was Sie geschrieben haben.",
            "page": "Zu Ihrer Frage: {text}",
            "open": "Sie fragten: „{question}“",
        },
        "fr": {
            "hello": "Bonjour{name},",
            "person": "vous souhaitiez parler à une personne. J'ai lu votre conversation avec notre assistante.",
            "sorry": "je suis désolé pour ce désagrément. J'ai lu ce que vous avez écrit.",
            "meeting": "merci d'avoir réservé un rendez-vous. Que pouvons-nous préparer pour vous ?",
            "thanks": "merci pour votre message. J'ai lu ce que vous avez écrit.",
            "page": "À propos de votre question : {text}",
            "open": "Vous demandiez : « {question} »",
        },
        "es": {
            "hello": "Hola{name}:",
            "person": "quería hablar con una persona. He leído su conversación con nuestra asistente.",
            "sorry": "siento las molestias. He leído lo que ha escrito.",
            "meeting": "gracias por reservar una llamada. ¿Hay algo que debamos preparar?",
            "thanks": "gracias por su mensaje. He leído lo que ha escrito.",
            "page": "Sobre su pregunta: {text}",
            "open": "Preguntaba: «{question}»",
        },
    }
)
_OPENINGS = MappingProxyType(
    {
        HandoffReason.ASKED_FOR_PERSON: "person",
        HandoffReason.COMPLAINT: "sorry",
        HandoffReason.SUPPORT_REQUEST: "sorry",
        HandoffReason.AGENT_FAULT: "sorry",
        HandoffReason.MEETING_BOOKED: "meeting",
    }
)


def draft_by_rules(
    context: Context,
    book: Playbook,
    *,
    reason: HandoffReason,
    language: str,
    question: str,
    passages: Sequence[Passage],
) -> str:
    """The draft. `question` is what the person asked last, `passages` what the knowledge says about it."""
    said = _PHRASES.get(language, _PHRASES["en"])
    name = (context.detail(ContactKind.NAME) or "").split()
    lines = [said["hello"].format(name=f" {name[0]}" if name else ""), said[_OPENINGS.get(reason, "thanks")]]
    if passages:
        lines.append(said["page"].format(text=_excerpt(passages[0].text)))
    elif question:
        lines.append(said["open"].format(question=question))
    asks = _open_question(context, book) if language == "en" and reason in SALES and "?" not in lines[1] else None
    return "\n\n".join([" ".join(lines[:2]), *lines[2:], *([asks] if asks else [])])


def last_question(texts: Sequence[str]) -> str:
    """The last question in what they wrote, or an empty text."""
    asked = [part.strip() for text in texts for part in re.findall(r"[^.!?\n]+[?？؟]", text)]
    return asked[-1][:300] if asked else ""


def _open_question(context: Context, book: Playbook) -> str | None:
    """The first thing still unknown, unless it was asked before."""
    ours = [m.text for m in context.messages if m.author is not AuthorKind.VISITOR]
    for factor in context.bant.missing:
        ways = book.agent.questions[factor]
        if ways and not any(way in text for way in ways for text in ours):
            return ways[0]
    return None


def _excerpt(text: str) -> str:
    """The first sentences of a page, without headings, tables and marks."""
    prose = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("#", "|")))
    plain = " ".join(_MARKDOWN.sub(lambda m: m["label"] or "", prose).split())
    kept = ""
    for sentence in _SENTENCE_END.split(plain):
        if kept and len(kept) + len(sentence) > LONGEST:
            break
        kept = f"{kept} {sentence}".strip()
    return kept[:LONGEST]
