"""Hearing in its scene: short words are heard against what was asked, what is known, and the times on the table."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from agent.interviewer.acts import Act
from agent.interviewer.expecting import WHICH_MONTH, Expecting
from agent.interviewer.hearing import Hearing, hear
from agent.interviewer.phrases import fold, opening, phrases, whole
from agent.interviewer.scene import Scene
from agent.interviewer.signals import HeardSignal
from leads.bant import Factor
from leads.evidence import plain, sentences, speaks_to_the_machine
from leads.hours import zone_of
from playbook.book import Playbook


def listen(scene: Scene, expecting: Expecting | None, now: datetime, book: Playbook) -> Hearing:
    """What they say of themselves; sentences that order the software about ask for nothing and prove nothing."""
    heard = _heard_in(scene, scene.burst, expecting, now, book)
    if Act.INJECTION_LIKE in heard.acts:
        own = _heard_in(scene, tuple(map(_own_words, scene.burst)), expecting, now, book)
        heard = replace(own, acts=own.acts - {Act.EMPTY} | heard.acts & _SAID_TO_THE_MACHINE)
    if Act.ASKS_SECRETS in heard.acts:
        named = rf"\b{re.escape(book.company.name)}(?=['’]s\b)"  # our own address is nobody's secret
        of_others = [re.sub(named, "the company", text, flags=re.I) for text in scene.burst]
        asked = _heard_in(scene, of_others, expecting, now, book).acts
        heard = replace(heard, acts=heard.acts - {Act.ASKS_SECRETS} | asked & {Act.ASKS_SECRETS})
    heard = _kind_of_meeting(heard, scene, book)
    company = heard.contact.company
    if company is not None and plain(company.value) == plain(book.company.name):  # ours, not theirs
        heard = replace(heard, contact=replace(heard.contact, company=None))
    signal = from_a_competitor(heard, scene.burst, book)
    if signal is not None:
        heard = replace(heard, acts=heard.acts | {Act.COMPETITOR}, signals=(*heard.signals, signal))
    return heard


def from_a_competitor(heard: Hearing, burst: Sequence[str], book: Playbook) -> HeardSignal | None:
    """The words in which they name one of the playbook's competitors as their company, or None."""
    company = heard.contact.company
    if company is None or plain(company.value) not in map(plain, book.company.competitors):
        return None
    said = burst[company.message_index]
    quote = next((s for s in sentences(said) if company.text in s), said)[:300]
    return HeardSignal("competitor", quote, company.message_index)


def _kind_of_meeting(heard: Hearing, scene: Scene, book: Playbook) -> Hearing:
    """A meeting asked for by the playbook's own name for it ("a technical check next week") is a wish for one."""
    names = "|".join(" ".join(re.findall(r"\w+", fold(kind.title))[:2]) for kind in book.meetings)
    wish = phrases(f"(like|want|need|book|have|get|do|arrange|schedule|set up) (a|an|the) ({names})")
    index = next((i for i, text in enumerate(scene.burst) if wish.search(fold(text))), None)
    if index is None or Act.ASKS_DEMO in heard.acts:
        return heard
    quote = next((s for s in sentences(scene.burst[index]) if wish.search(fold(s))), scene.burst[index])[:300]
    kept = tuple(c for c in heard.claims if not wish.search(fold(c.quote)))
    signals = (*heard.signals, HeardSignal("asked_demo", quote, index))
    return replace(heard, acts=heard.acts | {Act.ASKS_DEMO}, claims=kept, signals=signals)


def _heard_in(
    scene: Scene, burst: Sequence[str], expecting: Expecting | None, now: datetime, book: Playbook
) -> Hearing:
    """Against what was asked first, then against what the scene leaves open.

    While times are on the table "the second one" chooses, whatever was asked meanwhile.
    """
    zone, region = zone_of(scene.zone), book.company.region
    told_when = WHICH_MONTH in scene.last_said
    heard = _sober(hear(burst, now=now, zone=zone, region=region, expecting=expecting, told_when=told_when))
    if told_when and heard.later is not None:
        return heard
    placed = _placed(burst, scene)
    if placed is not None:
        return replace(heard, slot_choice=placed)
    meant = _meant(burst, scene, heard, expecting)
    if meant is not None:
        return hear(burst, now=now, zone=zone, region=region, expecting=meant)
    if not scene.slots or scene.meeting or heard.slot_choice is not None or heard.claims:
        return heard
    if expecting is Expecting.SLOT_CHOICE:
        aside = hear(burst, now=now, zone=zone, region=region)
        return aside if aside.claims else heard
    choosing = hear(burst, now=now, zone=zone, region=region, expecting=Expecting.SLOT_CHOICE)
    return choosing if choosing.slot_choice is not None else heard


_SAID_TO_THE_MACHINE = frozenset({Act.INJECTION_LIKE, Act.ASKS_SECRETS})
"""What a sentence to the software may still amount to."""


def _own_words(text: str) -> str:
    """A message without the sentences that order the software about."""
    return " ".join(sentence for sentence in sentences(text) if not speaks_to_the_machine(sentence))


def _sober(heard: Hearing) -> Hearing:
    """Without needs that are no more than a laugh or a nod ("haha ok")."""
    claims = tuple(c for c in heard.claims if c.factor is not Factor.NEED or not _NO_NEED.match(fold(c.quote)))
    return heard if len(claims) == len(heard.claims) else replace(heard, claims=claims)


_A_NOD = (
    "(ha(ha){1,4}|lol|hehe|hm+|ok(ay)?|well|so|yes|yeah|sure|fine|right|cool|great|nice|whatever|nothing|never mind"
    "|thanks|thank you|please|good|alright|interesting|maybe|perhaps|wow|oh|ah)"
)
_NO_NEED = whole(rf"{_A_NOD}([ ,.!]{{1,3}}{_A_NOD}){{0,3}}")


def _placed(burst: Sequence[str], scene: Scene) -> int | None:
    """ "The 2nd" while times are on the table: the second of them, unless one lies on that day of the month."""
    ordinal = _ORDINAL.match(fold(burst[-1]).strip()) if burst and scene.slots and not scene.meeting else None
    if ordinal is None or any(slot.start.day == int(ordinal["n"]) for slot in scene.slots):
        return None
    return int(ordinal["n"])


_ORDINAL = re.compile(
    r"(?:ok,? |yes,? )?(?:the )?(?P<n>[1-5])(?:st|nd|rd|th)(?: (?:one|option|slot|time))?"
    r"(?: (?:please|works|is (?:fine|good|ok)))?[ .!]*$"
)


def _meant(burst: Sequence[str], scene: Scene, heard: Hearing, expecting: Expecting | None) -> Expecting | None:
    """What short words answer when it is not what was asked: "30k a year" is a sum, "me and my partner" who decides.

    And what was never asked: a trouble they tell of, while the need is not known yet. None when it was heard well.
    """
    text = fold(" ".join(burst)).strip()
    brief = len(text.split()) <= _BRIEF
    only_as_asked = {c.factor.value for c in heard.claims} <= {expecting.value if expecting is Expecting.NEED else ""}
    if heard.questions or not only_as_asked or heard.acts & _NOT_AN_ANSWER:
        return None
    if brief and _A_SUM.search(text) and expecting is not Expecting.BUDGET and "budget" in scene.ask_next:
        return Expecting.BUDGET
    if brief and _WHO.match(text) and expecting is not Expecting.AUTHORITY and "authority" in scene.ask_next:
        return Expecting.AUTHORITY
    if not heard.claims and "need" in scene.ask_next and not brief and _TROUBLE.search(text):
        return Expecting.NEED
    return None


_BRIEF = 7  # words
_NOT_AN_ANSWER = frozenset(
    {Act.STUDENT, Act.JOB_SEEKER, Act.VENDOR_PITCH, Act.COMPETITOR, Act.SUPPORT_REQUEST, Act.HOSTILE, Act.OFF_TOPIC}
    | {Act.OPT_OUT, Act.ERASE_ME, Act.NOT_INTERESTED, Act.NOT_NOW, Act.ASKS_HUMAN, Act.WRONG_PERSON, Act.INJECTION_LIKE}
)
_A_SUM = phrases(
    "(eur|usd|gbp|chf|[€$£]) ?\\d[\\d.,]*( ?k)?",
    "\\d[\\d.,]* ?(k|grand|thousand|million|euros?|eur|dollars?|usd|pounds?|gbp|€|\\$|£)",
)
_WHO = opening(
    "(just |only |that's |that is |it's )?(me|myself|i do|i decide"
    "|my (boss|partner|wife|husband|manager|director|ceo|cfo)"
    "|our (boss|ceo|cfo|coo|owner|director|board|managing director)"
    "|the (boss|ceo|cfo|coo|owner|board|managing director))"
)
_TROUBLE = phrases(
    "(wrong|breaks?|broken|problems?|pain|painful|too (slow|long|late|much|many)|manual(ly)?|by hand|late|los(e|es|ing)"
    "|double[ -]?booked|mess|chaos|waste|errors?|mistakes?|overtime|struggl\\w{1,4}|can't|cannot|never|nightmare"
    "|firefight\\w{0,3}|hours every|every (day|week|month)|spreadsheets?|excel)"
)
