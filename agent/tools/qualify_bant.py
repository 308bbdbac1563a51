"""Note what the visitor said about budget, authority, need or timeline."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from actions.note_bant import Heard, note_bant
from actions.read_context import Context, read_context
from agent.bearing import bears_on
from agent.history import written_language
from agent.interviewer.phrases import fold, phrases
from agent.interviewer.reading import clauses, read
from agent.tool import Arguments, Deed, Scope, Told, Tool
from agent.tool_calls import ToolMode
from agent.values import house_value
from leads.bant import Factor, FactorStatus
from leads.conversation import AuthorKind
from leads.evidence import sentences, speaks_to_the_machine
from leads.refusal import NoEvidence, QuoteNotFound


class FactorName(StrEnum):
    """The four factors."""

    BUDGET = "budget"
    AUTHORITY = "authority"
    NEED = "need"
    TIMELINE = "timeline"


class Statement(Arguments):
    """One statement of the visitor."""

    factor: FactorName
    value: str = Field(
        description=(
            "The value in a few words: 'EUR 30000/year', 'by 2027-05-31', 'in 2027-05'; authority begins with "
            "decision_maker (they alone), shared (they and others), influencer (others) or researcher (they collect "
            "for others); begin with 'no ...' when there is none ('no budget yet')."
        ),
        max_length=200,
    )
    status: Literal["stated", "confirmed", "refused"] = Field(description="'refused' when they would rather not say.")
    quote: str = Field(description="The visitor's own words, word for word, from one message.", max_length=600)
    correction: bool = Field(default=False, description="True when they take back what they said before.")


_AMOUNT_IN_WORDS = phrases(
    "(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy"
    "|eighty|ninety|hundreds?|thousands?|grand|millions?|half)([ -]\\w{1,12}){0,3}",
    "\\w{0,24}(hundert|tausend|zehn|zwanzig|dreissig|vierzig|funfzig|millionen?)\\w{0,12}",
    "(cent|cents|mille|dix|vingt|trente|quarante|cinquante|soixante|un million|millions)",
    "(cien|cientos|\\w{2,12}cientos|mil|diez|veinte|treinta|cuarenta|cincuenta|millon|millones)",
    "(cento|mila|milione|dieci|venti|trenta|honderd|duizend|miljoen|milhao|tysiecy|tysiac)",
    "\\w{1,6}(stellig|figures?)",
)


async def _run(scope: Scope, said: Statement) -> Told:
    heard = _heard(scope, said)
    async with scope.workspace.unit() as uow:
        if heard.factor is Factor.BUDGET and not heard.refused and re.search(r"\d", heard.value):
            _check_stated(heard.quote, [m.text for m in await uow.conversations.said_by_visitor(scope.conversation_id)])
        view = await note_bant(uow, scope.book, scope.conversation_id, heard)
        context = await read_context(uow, scope.conversation_id)
        _check_subject(heard, context, uow.now)
    if view.status is FactorStatus.CONTRADICTED:
        return Told(f"Noted, but it does not agree with what they said before about {said.factor}. Ask which holds.")
    missing = ", ".join(factor.value for factor in context.bant.missing)
    left = f" Not known yet: {missing}." if missing else " All four are known or declined: do not ask further."
    return Told(f"Noted: {said.factor} is {view.status.value}.{left}", (Deed.NOTED,))


def _heard(scope: Scope, said: Statement) -> Heard:
    """What to note: as the model reports it, or as the rules heard it where the model may have been misled."""
    factor, refused = Factor(said.factor.value), said.status == "refused"
    if scope.findings.wary is None:
        _check_amount(said)
        return Heard(factor, said.value if refused else _in_form(scope, said), said.quote, refused, said.correction)
    own = scope.findings.wary.claim(factor, refused=refused)
    return Heard(factor, own.value, own.quote, refused, own.correction)


def _in_form(scope: Scope, said: Statement) -> str:
    zone = ZoneInfo(scope.book.company.hours.zone)
    return house_value(Factor(said.factor.value), said.value, now=scope.workspace.clock(), zone=zone)


def _check_amount(said: Statement) -> None:
    """A sum must stand in the quoted words, in figures or spelled out. Raises QuoteNotFound."""
    if said.factor is not FactorName.BUDGET or said.status == "refused" or not re.search(r"\d", said.value):
        return
    if speaks_to_the_machine(said.quote):
        return  # refused for what it is, a moment later
    if _figures(said.value) & _figures(said.quote) or _AMOUNT_IN_WORDS.search(fold(said.quote)):
        return
    raise QuoteNotFound("The quoted words name no such amount. Quote the words that do, or leave the figure out.")


def _check_stated(quote: str, messages: Sequence[str]) -> None:
    """A sum they asked about or only supposed is none they have. Raises QuoteNotFound."""
    words = fold(quote).strip(" .,!?\"'").split()
    spelled = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)")
    stated = [
        any(part.states for part in parts)
        for text in (messages if words else ())
        for place in spelled.finditer(fold(text))
        if (parts := [p for p in clauses(read(text)) if p.start < place.end() and place.start() < p.end])
    ]
    if stated and not any(stated):
        raise QuoteNotFound("They ask or suppose that sum and do not say that they have it. Note no figure.")


def _check_subject(heard: Heard, context: Context, now: datetime) -> None:
    """The quote must speak of the factor, or a question of ours must have. Raises NoEvidence, which takes all back."""
    browser = (context.conversation.language or "en").partition("-")[0].lower()
    language = written_language(context.messages, (heard.quote,)) or browser
    ours = (s for m in context.messages if m.author is not AuthorKind.VISITOR for s in sentences(m.text) if "?" in s)
    if heard.refused or any(
        bears_on(heard.factor, heard.value, words, now=now, language=language) for words in (heard.quote, *ours)
    ):
        return
    raise NoEvidence(
        f"Those words say nothing about their {heard.factor.value}. Quote the words that do, or ask for it first."
    )


def _figures(text: str) -> set[str]:
    """The figures in a text without their zeros at the end: "30k", "30.000" and "EUR 30000" have the 3 in common."""
    plain_digits = "".join(str(unicodedata.digit(c, 0)) if c.isdigit() else c for c in text)
    return {re.sub(r"\D", "", found).strip("0") or "0" for found in re.findall(r"\d[\d.,' ]{0,18}", plain_digits)}


qualify_bant = Tool(
    name="qualify_bant",
    description=(
        "Note what the visitor said about budget, authority, need or timeline. Only what they said about their own "
        "situation; never a question, a guess or your own words."
    ),
    mode=ToolMode.WRITE,
    arguments=Statement,
    run=_run,
)
