"""The built-in interviewer: a LangChain chat model made of rules.

It answers when no key is set and when the provider is down. It gets the same messages and the same tools as any model
and is always named as what it is.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCall, ToolCallChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import ConfigDict

from agent.interviewer.acts import Act
from agent.interviewer.deciding import PRICES, Call, Plan, first_calls
from agent.interviewer.expecting import Expecting
from agent.interviewer.hearing import Hearing, hear
from agent.interviewer.phrases import fold, opening, phrases, whole
from agent.interviewer.scene import Scene, read_scene
from agent.interviewer.signals import HeardSignal
from agent.interviewer.wording import Voice, expecting_of, final_words
from agent.sentences import split
from leads.bant import Factor
from leads.evidence import plain, sentences, speaks_to_the_machine
from leads.hours import zone_of
from playbook.book import Playbook

NAME = "built-in"


class BuiltInInterviewer(BaseChatModel):
    """Rules that read the scene, use the tools once, and then say what is to be said."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    book: Playbook
    clock: Callable[[], datetime]

    @property
    def _llm_type(self) -> str:
        return NAME

    def bind_tools(self, tools: Sequence[Any], **_options: Any) -> Runnable[LanguageModelInput, AIMessage]:
        """Take the catalogue; without tools in a request it only speaks."""
        return self.bind(tools=list(tools))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,
    ) -> ChatResult:
        return ChatResult(
            generations=[ChatGeneration(message=self._reply(messages, may_call=bool(options.get("tools"))))]
        )

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,
    ) -> Iterator[ChatGenerationChunk]:
        reply = self._reply(messages, may_call=bool(options.get("tools")))
        for piece in split(str(reply.text)):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="",
                tool_call_chunks=[_chunk(c, i) for i, c in enumerate(reply.tool_calls)],
                response_metadata=reply.response_metadata,
                chunk_position="last",
            )
        )

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **options: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages, stop, None, **options):
            yield chunk

    def _reply(self, messages: Sequence[BaseMessage], *, may_call: bool) -> AIMessage:
        scene = read_scene(messages)
        plan, voice = self._plan(scene)
        calls = self._calls(plan) if may_call else []
        if calls:
            return AIMessage(
                content="",
                tool_calls=[_tool_call(c, i + len(scene.done)) for i, c in enumerate(calls)],
                response_metadata={"finish_reason": "tool_calls", "model_name": NAME},
            )
        return AIMessage(
            content=final_words(plan, voice), response_metadata={"finish_reason": "stop", "model_name": NAME}
        )

    def _plan(self, scene: Scene) -> tuple[Plan, Voice]:
        company = self.book.company
        voice = Voice(company.agent_name, company.name, self.book.agent.questions)
        expecting = expecting_of(scene, voice)
        now = self.clock()
        heard = self._heard(scene, expecting, now)
        return Plan(scene, heard, expecting, now, self.book), voice

    def _heard(self, scene: Scene, expecting: Expecting | None, now: datetime) -> Hearing:
        """What they say of themselves; sentences that order the software about ask for nothing and prove nothing."""
        heard = self._listen(scene, scene.burst, expecting, now)
        if Act.INJECTION_LIKE in heard.acts:
            own = self._listen(scene, tuple(map(_own_words, scene.burst)), expecting, now)
            heard = replace(own, acts=own.acts - {Act.EMPTY} | heard.acts & _SAID_TO_THE_MACHINE)
        company = heard.contact.company
        if company is not None and plain(company.value) in map(plain, self.book.company.competitors):
            said = scene.burst[company.message_index]
            quote = next((s for s in sentences(said) if company.text in s), said)[:300]
            signal = HeardSignal("competitor", quote, company.message_index)
            heard = replace(heard, acts=heard.acts | {Act.COMPETITOR}, signals=(*heard.signals, signal))
        return heard

    def _listen(self, scene: Scene, burst: Sequence[str], expecting: Expecting | None, now: datetime) -> Hearing:
        """While times are on the table, "the second one" chooses, whatever was asked meanwhile."""
        zone, region = zone_of(scene.zone), self.book.company.region
        heard = _sober(hear(burst, now=now, zone=zone, region=region, expecting=expecting))
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

    def _calls(self, plan: Plan) -> list[Call]:
        """Tools are used in one round; a second one only offers other times when the chosen one is gone."""
        if not plan.scene.done:
            return first_calls(plan)
        booked = plan.scene.called("book_meeting")
        if booked is not None and not booked.ok and plan.scene.called("find_slots") is None:
            return [Call("find_slots", plan.meeting_kind)]
        searched = plan.scene.called("search_knowledge")
        price_asked = Act.ASKS_PRICE in plan.heard.acts and searched is not None and not searched.ok
        if price_asked and len([d for d in plan.scene.done if d.name == "search_knowledge"]) == 1:
            return [Call("search_knowledge", {"query": PRICES})]
        return []


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


_BRIEF = 6  # words
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


def _tool_call(call: Call, position: int) -> ToolCall:
    return ToolCall(name=call.name, args=dict(call.arguments), id=f"call_{position}", type="tool_call")


def _chunk(call: ToolCall, index: int) -> ToolCallChunk:
    arguments = json.dumps(call["args"], ensure_ascii=False)
    return ToolCallChunk(name=call["name"], args=arguments, id=call["id"], index=index, type="tool_call_chunk")
