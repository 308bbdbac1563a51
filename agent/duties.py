"""Duties no model is trusted with: opt-out, erasure, a wish for a person, a competitor, never denying to be an AI.

Rules hear them; they are done whatever a model says or forgets.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from actions.note_signal import note_reported_signal
from actions.propose_disqualification import propose_disqualification
from actions.propose_handoff import propose_handoff
from actions.read_context import Context
from actions.record_consent import opt_out
from actions.workspace import Workspace
from agent.copy import Words, owner_words, words
from agent.interviewer.acts import Act
from agent.interviewer.hearing import Hearing
from agent.interviewer.listening import from_a_competitor
from agent.interviewer.phrases import fold, phrases
from agent.interviewer.signals import HeardSignal
from agent.sentences import split
from agent.tool import Deed, Findings
from leads.handoff import HandoffReason
from leads.hours import describe, is_open
from leads.refusal import NoEvidence
from leads.stage import ReasonCode
from playbook.book import Playbook

_SAYS_AI = phrases("a\\.?i\\.?", "ki(-assistentin)?", "ia", "bot", "artificial( intelligence)?", "virtual assistant")
_DENIES_AI = phrases(
    "(not|no|isn't|never|keine?|pas|sin|than)( really| just| a| an| any| ein| une?| una?){0,2} "
    "(ai|ki|ia|bot|artificial)"
)
_SAYS_STOPPED = phrases(
    "unsubscribed?",
    "opt(ed)?[ -]?out",
    "(no|any) (more|longer|further|marketing)( \\w{1,12}){0,2}",
    "(won't|will not|not|stop|never)( \\w{1,12}){0,4} (e-?mails?|mails?|marketing|newsletters?|messages)",
    "(abgemeldet|keine( \\w{1,12}){0,2} (werbung|mails|e-mails|werbe-mails|newsletter))",
    "(desabonnee?|(ne|plus)( \\w{1,12}){0,4} (d')?(e-mails?|mails?|newsletter))",
    "(messaggi pubblicitari|geen reclamemails|e-?mails publicitarios)",
    "(de baja|(no|mas)( \\w{1,12}){0,4} (correos?|boletin))",
)


@dataclass(frozen=True, slots=True)
class Duties:
    """What this burst obliges us to, as the rules heard it."""

    acts: frozenset[Act]
    language: str
    competitor: HeardSignal | None = None

    @property
    def done_notes(self) -> tuple[str, ...]:
        """What the model is told that the system has done already."""
        notes = []
        if Act.OPT_OUT in self.acts:
            notes.append("The system has recorded that they want no marketing mail. Confirm it in one sentence.")
        if self.competitor is not None:
            notes.append(
                "They work for a competitor of ours. The system has asked the team to look at that: offer no meeting,"
                " and tell what everybody may know."
            )
        return tuple(notes)


def duties_of(hearing: Hearing, burst: Sequence[str], book: Playbook) -> Duties:
    """What a hearing of these messages obliges us to."""
    return Duties(hearing.acts, hearing.language, from_a_competitor(hearing, burst, book))


async def before_answer(workspace: Workspace, context: Context, duties: Duties) -> None:
    """Do what cannot wait for words, once, however often the turn begins again: an opt-out, a competitor to look at."""
    book, talk = workspace.book, context.conversation
    if Act.OPT_OUT in duties.acts:
        async with workspace.unit() as uow:
            await opt_out(uow, talk.id, source="said in " + talk.channel.value)
    if duties.competitor is not None:
        name, quote = duties.competitor.name, duties.competitor.quote
        with suppress(NoEvidence):  # said in an order to the software: then it is no word of theirs about themselves
            async with workspace.unit() as uow:
                await propose_disqualification(uow, book, talk.id, reason=ReasonCode.COMPETITOR, quote=quote)
                if book.signal(name) is not None:
                    await note_reported_signal(uow, book, talk.id, signal=name, quote=quote)


async def after_answer(
    workspace: Workspace, context: Context, duties: Duties, findings: Findings, *, said: str
) -> list[str]:
    """Do what the answer left undone, and return the fixed words the visitor must read besides it."""
    more: list[str] = []
    if Act.OPT_OUT in duties.acts and not _SAYS_STOPPED.search(fold(said)):
        more.append(words(Words.OPTED_OUT, duties.language))
    if Act.ARE_YOU_HUMAN in duties.acts and not _owns_up(said):
        more.append(words(Words.I_AM_AI, duties.language, agent=workspace.book.company.agent_name))
    if Act.ERASE_ME in duties.acts:
        await _ask_person(workspace, context, HandoffReason.PRIVACY_REQUEST, "They want their data deleted.", findings)
        more.append(words(Words.ERASURE_ASKED, duties.language))
    elif Act.ASKS_HUMAN in duties.acts and Deed.HANDED_OFF not in findings.deeds:
        await _ask_person(workspace, context, HandoffReason.ASKED_FOR_PERSON, "They asked for a person.", findings)
        more.append(person_words(workspace, duties.language, owner=context.in_charge))
    return more


def _owns_up(said: str) -> bool:
    """Whether the words say that an AI is speaking; a sentence that denies it does not."""
    folded = [fold(sentence) for sentence in split(said)]
    return any(_SAYS_AI.search(s) and not _DENIES_AI.search(s) for s in folded)


def person_words(workspace: Workspace, language: str | None, *, owner: str | None = None) -> str:
    """The honest words about when a person is there, and who, where somebody looks after them already."""
    hours = workspace.book.company.hours
    if owner is not None:
        at_work = is_open(hours, workspace.clock())
        return owner_words(owner, language, at_work=at_work, hours=describe(hours))
    if is_open(hours, workspace.clock()):
        return words(Words.PERSON_NOW, language)
    return words(Words.PERSON_LATER, language, hours=describe(hours))


async def _ask_person(
    workspace: Workspace, context: Context, reason: HandoffReason, note: str, findings: Findings
) -> None:
    async with workspace.unit() as uow:
        await propose_handoff(uow, workspace.book, context.conversation.id, reason=reason, note=note)
    findings.deeds.add(Deed.HANDED_OFF)
