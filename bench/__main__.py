"""CPU of one turn, and time to the first word: Opener against a bare SDK loop and LangChain's `create_agent`.

All three talk to the same stub in this process: two model calls, two tool calls, about 90 streamed chunks, six older
messages. Opener does everything it does in production: it stores the message, its event and the turn, runs the real
tools on SQLite, checks every sentence, and records the reply. The other two keep nothing.
"""

import argparse
import asyncio
import gc
import json
import os
import platform
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import uvloop
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.tools import StructuredTool
from openai import AsyncOpenAI
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from actions.open_conversation import Arrival, open_conversation
from actions.receive_message import receive_message
from agent.answer import Agent
from agent.gateway import Gateway
from agent.openai_model import ModelSettings, chat_openai, openai_client
from agent.openai_provider import OpenAIProvider
from agent.prompts import chat_prompt
from agent.tools import TOOLS
from bench.stub import VISITOR, stub_client
from leads.conversation import AuthorKind, ChatMessage, Conversation
from leads.identity import MessageId
from opener.wiring import Built, build
from playbook.folders import SAMPLE
from playbook.loader import read_playbook
from playbook.settings import Settings
from store.live import Ephemeral

SETTINGS = ModelSettings(model="stub", api_key="stub", base_url="http://stub.test/v1")
OLDER = ("Hello", "Hello! I'm Nora.", "We make jam", "Nice. How many lines?", "Three lines", "Thank you, that helps.")
Turn = Callable[[], Awaitable[float]]
"""Makes one turn and returns the seconds to its first word."""


async def sdk_turn(client: AsyncOpenAI, system: str, tools: list[dict[str, Any]]) -> float:
    """The least there is: stream, gather tool calls, answer them from memory, stream again."""
    roles = ("user", "assistant")
    messages: list[Any] = [{"role": "system", "content": system}]
    messages += [{"role": roles[i % 2], "content": text} for i, text in enumerate(OLDER)]
    messages.append({"role": "user", "content": VISITOR})
    began, first = perf_counter(), 0.0
    while True:
        calls: dict[int, dict[str, Any]] = {}
        text = ""
        stream = await client.chat.completions.create(
            model="stub", messages=messages, tools=tools, stream=True, stream_options={"include_usage": True}
        )
        async for chunk in stream:
            for choice in chunk.choices:
                if choice.delta.content:
                    first = first or perf_counter() - began
                    text += choice.delta.content
                for call in choice.delta.tool_calls or ():
                    kept = calls.setdefault(call.index, {"id": call.id, "name": "", "arguments": ""})
                    kept["name"] += (call.function and call.function.name) or ""
                    kept["arguments"] += (call.function and call.function.arguments) or ""
        if not calls:
            return first
        asked = [
            {"id": c["id"], "type": "function", "function": {"name": c["name"], "arguments": c["arguments"]}}
            for c in calls.values()
        ]
        messages.append({"role": "assistant", "content": text or None, "tool_calls": asked})
        for call in calls.values():
            json.loads(call["arguments"])
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": "Noted."})


def create_agent_turn(system: str) -> Turn:
    """LangChain's agent over ChatOpenAI, streamed as its documentation shows."""

    async def noted(**_arguments: Any) -> str:
        return "Noted."

    tools = [
        StructuredTool.from_function(coroutine=noted, name=t.name, description=t.description, args_schema=t.arguments)
        for t in TOOLS
    ]
    agent = create_agent(chat_openai(SETTINGS, http_client=stub_client()), tools)
    kinds = (HumanMessage, AIMessage)
    older: list[BaseMessage] = [kinds[i % 2](text) for i, text in enumerate(OLDER)]
    messages = [SystemMessage(system), *older, HumanMessage(VISITOR)]

    async def turn() -> float:
        began, first = perf_counter(), 0.0
        async for chunk, _ in agent.astream({"messages": messages}, stream_mode="messages"):
            if not first and isinstance(chunk, AIMessage) and chunk.text:
                first = perf_counter() - began
        return first

    return turn


async def opener_conversations(built: Built, count: int) -> list[Conversation]:
    """Conversations with six older messages each."""
    made = []
    for _ in range(count):
        async with built.workspace.unit() as uow:
            conversation = await open_conversation(uow, built.workspace.book, Arrival())
            for i, text in enumerate(OLDER):
                author = (AuthorKind.VISITOR, AuthorKind.AGENT)[i % 2]
                seq = await uow.conversations.append_event(conversation.id, "message.created", {"text": text}, uow.now)
                message = ChatMessage(MessageId(uow.new_id("msg")), conversation.id, seq, author, "", text, uow.now)
                await uow.conversations.add_message(message)
            made.append(conversation)
    return made


async def opener_turn(built: Built, agent: Agent, conversation: Conversation) -> float:
    """A visitor's message in, a checked and stored reply out, as the API does it."""
    began = perf_counter()
    with built.workspace.live.follow(conversation.id) as follower:
        async with built.workspace.unit() as uow:
            received = await receive_message(uow, conversation.id, text=VISITOR)
        assert received.turn_id is not None
        answering = asyncio.create_task(agent.answer(received.turn_id))
        first = 0.0
        while not first:
            notice = await follower.next(within=5)
            if isinstance(notice, Ephemeral) and notice.type == "message.delta":
                first = perf_counter() - began
        await answering
    return first


async def measure(turns: int, console: Console) -> dict[str, list[tuple[float, float]]]:
    """CPU seconds and seconds to the first word of each turn, the three in turn so that drift hits all alike."""
    sample = read_playbook(SAMPLE)
    book = replace(sample, agent=replace(sample.agent, burst_pause=timedelta()))  # a pause is no work
    system = chat_prompt(book).text
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
        built = await build(Settings(database_url=url, data=Path(folder), model="built-in"), book)
        provider = OpenAIProvider(openai_client(SETTINGS, http_client=stub_client()), model="stub")
        agent = Agent(built.workspace, Gateway(provider), built.knowledge)
        conversations = await opener_conversations(built, turns + 3)
        specs = [t.spec(book) for t in TOOLS]
        tools = [
            {"type": "function", "function": {"name": s.name, "description": s.description, "parameters": s.parameters}}
            for s in specs
        ]
        client = openai_client(SETTINGS, http_client=stub_client())
        lc_turn = create_agent_turn(system)
        rivals: dict[str, Turn] = {
            "openai SDK loop": lambda: sdk_turn(client, system, tools),
            "create_agent": lc_turn,
            "Opener": lambda: opener_turn(built, agent, conversations.pop()),
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in rivals}
        await built.knowledge.ready()
        with Progress(console=console, transient=True) as progress:
            for number in progress.track(range(-3, turns), description="Taking turns"):
                if number == 0:
                    gc.collect()
                    gc.freeze()  # as the product does once it has started: what is loaded stays, and is not searched
                for name, turn in rivals.items():
                    cpu = process_time()
                    first = await turn()
                    await asyncio.sleep(0)
                    if number >= 0:
                        taken[name].append((process_time() - cpu, first))
        await built.close()
    return taken


def report(taken: dict[str, list[tuple[float, float]]], console: Console) -> dict[str, Any]:
    """A table of medians and ratios."""
    medians = {
        name: (statistics.median(c for c, _ in rows) * 1000, statistics.median(f for _, f in rows) * 1000)
        for name, rows in taken.items()
    }
    base, rival = medians["openai SDK loop"], medians["create_agent"]
    table = Table(title="One streamed turn: 2 model calls, 2 tool calls (medians)")
    for column in ("", "CPU ms", "x SDK loop", "x create_agent", "first word ms", "x SDK loop "):
        table.add_column(column, justify="left" if not column else "right")
    for name, (cpu, first) in medians.items():
        ratios = (f"{cpu / base[0]:.2f}", f"{cpu / rival[0]:.2f}")
        table.add_row(name, f"{cpu:.1f}", *ratios, f"{first:.1f}", f"{first / base[1]:.2f}")
    console.print(table)
    ours = medians["Opener"]
    return {
        "cpu_ms": {name: round(m[0], 2) for name, m in medians.items()},
        "first_word_ms": {name: round(m[1], 2) for name, m in medians.items()},
        "cpu_ratio_sdk": round(ours[0] / base[0], 3),
        "cpu_ratio_create_agent": round(ours[0] / rival[0], 3),
        "n": len(taken["Opener"]),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
    }


def main() -> None:
    """`python -m bench [--turns N] [--json]`."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--turns", type=int, default=60, help="counted turns of each")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    console = Console(stderr=options.json)
    figures = report(uvloop.run(measure(options.turns, console)), console)
    print(json.dumps(figures) if options.json else f"n = {figures['n']} turns each, {figures['machine']}")


if __name__ == "__main__":
    main()
