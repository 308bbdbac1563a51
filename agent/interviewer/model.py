"""The built-in interviewer: a LangChain chat model made of rules.

It answers when no key is set and when the provider is down. It gets the same messages and the same tools as any model
and is always named as what it is.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCall, ToolCallChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import ConfigDict

from agent.interviewer.acts import Act
from agent.interviewer.asking import Voice, expecting_of
from agent.interviewer.deciding import first_calls
from agent.interviewer.listening import listen
from agent.interviewer.looking_up import PRICES
from agent.interviewer.plan import Call, Plan
from agent.interviewer.scene import Scene, read_scene
from agent.interviewer.slot_wishes import time_of
from agent.interviewer.wording import final_words
from agent.sentences import split
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
        heard = listen(scene, expecting, now, self.book)
        return Plan(scene, heard, expecting, now, self.book), voice

    def _calls(self, plan: Plan) -> list[Call]:
        """Tools are used in one round; a second one only offers other times when the chosen one is gone."""
        if not plan.scene.done:
            return first_calls(plan)
        booked = plan.scene.called("book_meeting")
        if booked is not None and not booked.ok and plan.scene.called("find_slots") is None:
            return [Call("find_slots", {**plan.meeting_kind, **time_of(plan, str(booked.arguments.get("slot_id")))})]
        searched = plan.scene.called("search_knowledge")
        price_asked = Act.ASKS_PRICE in plan.heard.acts and searched is not None and not searched.ok
        if price_asked and len([d for d in plan.scene.done if d.name == "search_knowledge"]) == 1:
            return [Call("search_knowledge", {"query": PRICES})]
        return []


def _tool_call(call: Call, position: int) -> ToolCall:
    return ToolCall(name=call.name, args=dict(call.arguments), id=f"call_{position}", type="tool_call")


def _chunk(call: ToolCall, index: int) -> ToolCallChunk:
    arguments = json.dumps(call["args"], ensure_ascii=False)
    return ToolCallChunk(name=call["name"], args=arguments, id=call["id"], index=index, type="tool_call_chunk")
