"""The questions in a message, cleaned for a search in the company's knowledge."""

import re

from agent.interviewer.acts import Act, performs
from agent.interviewer.phrases import opening, phrases
from agent.interviewer.reading import Clause

_NOT_FOR_THE_KNOWLEDGE = (
    Act.ASKS_DEMO,
    Act.ASKS_HUMAN,
    Act.ARE_YOU_HUMAN,
    Act.ASKS_OTHER_SLOTS,
    Act.RESCHEDULE,
    Act.CANCEL_MEETING,
    Act.ASKS_SECRETS,
    Act.OFF_TOPIC,
    Act.ERASE_ME,
    Act.HOSTILE,
)
_SOCIAL = phrases(
    "how are you( doing)?( today)?",
    "how's it going",
    "what's up",
    "you there",
    "anyone there",
    "(is )?anybody (there|here)",
    "(you|ya) know",
    "right",
    "make(s)? sense",
    "(so )?where were we",
    "what (were|was) (we|you|your question)( \\w{1,10}){0,2}( about)?",
    "ok(ay)?",
    "what do you (mean|need|want)( to know)?",
    "why do you (ask|need|want)( to know)?( that)?",
    "wie geht( es|'s)( ihnen| dir)?",
    "comment (ca va|allez-vous)",
    "como estas?",
    "come (va|stai)",
)
_PREAMBLE = opening(
    r"(?:(?:hi|hey|hello|hi there|hello there|good (?:morning|afternoon|evening)|ok"
    r"|okay|so|and|but|well|also|yes|no|yeah|sure|thanks|thank you|great|cool|please"
    r"|sorry"
    r"|hmm+|quick question|one question|another question|one more (?:thing|question)"
    r"|question|actually|before i forget|by the way|btw|just wondering|i was wondering"
    r"|wondering|i wonder|i'd like to know|i want to know|i would like to know"
    r"|(?:can|could|would) you (?:please )?(?:tell me|explain(?: to me)?|say|let me"
    r" know|clarify)|tell me(?: about)?|let me know|do you know|any idea|may i ask"
    r"|can i ask|what i mean is)(?:[\s,.:!?-]{1,4}|\Z)){1,4}"
)
_ABOUT = re.compile(r"^(?:if|whether|about)\s", re.IGNORECASE)
_LONGEST = 240
_MOST = 5


def questions_in(parts: list[Clause]) -> tuple[str, ...]:
    """Questions that may be answered from knowledge, in order and without repeats, as asked but for polite preambles.

    Requests that a tool or a person answers (a meeting, a human, other times) and small talk are left out.
    """
    found: dict[str, None] = {}
    for group in _asked_together(parts):
        if any(performs(act, part) for act in _NOT_FOR_THE_KNOWLEDGE for part in group):
            continue
        cleaned = _cleaned(group)
        if cleaned:
            found.setdefault(cleaned, None)
    return tuple(found)[:_MOST]


def _asked_together(parts: list[Clause]) -> list[list[Clause]]:
    """Asking clauses, those of one sentence together ("how long does it take, and is training included?" stays one)."""
    groups: list[list[Clause]] = []
    for part in (p for p in parts if p.asks):
        if groups and groups[-1][-1].sentence_start == part.sentence_start and groups[-1][-1].message is part.message:
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _cleaned(group: list[Clause]) -> str | None:
    message, start, end = group[0].message, group[0].start, group[-1].end
    preamble = _PREAMBLE.match(message.plain[start:end])
    if preamble and preamble.end() < end - start:
        start += preamble.end()
    plain = message.plain[start:end].strip(" ,.?!")
    words = _without_fillers(message.own[start:end], message.plain[start:end])
    social = _SOCIAL.match(plain)
    if len(plain) < 3 or (social and social.end() == len(plain)):
        return None
    return _ABOUT.sub("", " ".join(words.split()).strip(" ,.?!¿¡"))[:_LONGEST]


def _without_fillers(own: str, plain: str) -> str:
    return "".join(c if p != " " or c.isspace() else " " for c, p in zip(own, plain, strict=True))
