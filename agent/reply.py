"""One reply in the making: read what is known, hear the duties, think with tools, speak what holds, record it."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from actions.propose_handoff import propose_handoff
from actions.read_context import Context, read_context
from actions.record_reply import Recorded, Reply, record_reply
from actions.workspace import Workspace
from agent.copy import Words, words
from agent.duties import Duties, after_answer, before_answer, duties_of
from agent.ears import Ears
from agent.facts import facts_sheet
from agent.gateway import Gateway
from agent.guard import LeadToolbox
from agent.history import WINDOW, burst_of, messages_for, written_language
from agent.interviewer.acts import Act
from agent.interviewer.asking import expected_by
from agent.interviewer.expecting import Expecting
from agent.interviewer.hearing import Hearing, hear
from agent.leaks import LeakGuard
from agent.loop import Outcome, TurnResult, run_turn
from agent.orders import carries_an_order, first_order, without_orders
from agent.prompts import Prompt, colleague_note
from agent.provider import Message, Role, ToolCall, ToolSpec
from agent.release import Release, Superseded
from agent.say_do import Ground
from agent.tool import Deed, Findings, KnowledgeSearch, Scope
from agent.tool_calls import ToolMode, ToolResult
from leads.conversation import AuthorKind, Citation, Speaker, Turn, speaker
from leads.handoff import HandoffReason
from leads.hours import zone_of
from leads.identity import MessageId
from store.knowledge import Passage
from store.live import Ephemeral
from store.turn_record import ToolCallRecord, TurnRecord

_MARK = re.compile(r"\s?\[(\d{1,3})\]")


@dataclass(slots=True)
class ReplyInTheMaking:
    """One attempt at one reply. It is thrown away when the visitor writes on before a word was shown."""

    workspace: Workspace
    gateway: Gateway
    knowledge: KnowledgeSearch
    prompt: Prompt
    leaks: LeakGuard
    tools: tuple[ToolSpec, ...]
    turn: Turn
    message_id: MessageId
    may_restart: bool
    findings: Findings = field(default_factory=Findings)
    calls: dict[str, ToolCall] = field(default_factory=dict)
    ran: list[ToolResult] = field(default_factory=list)
    tool_words: list[str] = field(default_factory=list)
    earlier: list[ToolCallRecord] = field(default_factory=list)
    """What attempts that were thrown away had the tools do; it happened, so it is recorded."""
    context: Context | None = None
    release: Release | None = None

    async def make(self) -> Recorded:
        """Think, speak, record. Raises Superseded when it must start again with newer words."""
        context = await self._read()
        if speaker(context.conversation, self.workspace.clock()) is not Speaker.AGENT:
            return await self._record("", TurnRecord("left_to_person", "", "", ""), ())
        burst = [m.text for m in burst_of(context.messages, up_to_seq=self.turn.up_to_seq)]
        duties = duties_of(self._hear(context), burst, self.workspace.book)
        await before_answer(self.workspace, context, duties)
        if Act.OPT_OUT in duties.acts:
            self.findings.deeds.add(Deed.OPTED_OUT)
        await self._grow_wary(context)
        release = self.release = self._listener(context)
        try:
            result = await self._think(context, duties, release)
            await self._conclude(context, duties, result, release)
        except Superseded:
            self.earlier += [self._call_record(r) for r in self.ran]
            raise
        return await self._record(release.shown, self._record_of(result), result.tool_results)

    async def give_up(self, why: str) -> Recorded:
        """Fixed words, a person, and an end, after our own failure."""
        release = self.release or self._plain_listener()  # nothing here may need what has just failed
        await self._hand_over(f"The agent failed ({why}).", HandoffReason.AGENT_FAULT)
        self.may_restart = False  # these words are the end of it, whatever was written meanwhile
        with suppress(Superseded):  # a person took the line: they need no apology of ours
            await release.say(words(Words.NEEDS_PERSON, self.context.conversation.language if self.context else None))
        record = TurnRecord("failed", "", self.prompt.name, self.prompt.fingerprint, failed=True)
        return await self._record(release.shown, record, tuple(self.ran))

    async def _read(self) -> Context:
        async with self.workspace.reading() as uow:
            self.context = await read_context(uow, self.turn.conversation_id)
        return self.context

    async def _grow_wary(self, context: Context) -> None:
        """When the talk tries to steer the model, note it, and let only count what the rules hear as well.

        A colleague's words are looked at too: they quote what people wrote. What a look-up brings is looked at when it
        comes (`agent.tools.search_knowledge`), and what is on record before it is shown (`agent.facts`).
        """
        asked = next((m.text for m in reversed(context.messages) if m.author is not AuthorKind.VISITOR), "")
        self.findings.listen = lambda: Ears(self._hear(context, expecting=expected_by(asked)))
        others = {AuthorKind.VISITOR, AuthorKind.REP}
        seen = [m for m in context.messages if m.author in others and m.seq <= self.turn.up_to_seq]
        burst = burst_of(context.messages, up_to_seq=self.turn.up_to_seq)
        whole = "\n".join(m.text for m in burst)  # an order may be cut over several messages
        if not any(carries_an_order(text) for text in [whole, *(m.text for m in seen[-WINDOW:])]):
            return
        self.findings.grow_wary()
        if (order := first_order(whole)) is not None:
            await self._note_guard("order", order)

    def _hear(self, context: Context, *, expecting: Expecting | None = None) -> Hearing:
        burst = burst_of(context.messages, up_to_seq=self.turn.up_to_seq)
        zone = ZoneInfo(zone_of(self._zone(context)).key)
        region = self.workspace.book.company.region
        texts = [m.text for m in burst]
        heard = hear(texts, now=self.workspace.clock(), zone=zone, region=region, expecting=expecting)
        return replace(heard, language=_language(texts, context))

    def _zone(self, context: Context) -> str:
        return context.conversation.zone or self.workspace.book.company.hours.zone

    async def _think(self, context: Context, duties: Duties, release: Release) -> TurnResult:
        facts = facts_sheet(context, self.workspace.book, self.workspace.clock())
        messages = messages_for(self.prompt, context.messages, facts, up_to_seq=self.turn.up_to_seq)
        if context.colleagues:
            messages = (*messages, Message(Role.system, colleague_note()))
        messages = (*messages, *(Message(Role.system, note) for note in duties.done_notes))
        scope = Scope(self.workspace, self.turn.conversation_id, self.knowledge, self.findings)
        return await run_turn(
            self.gateway,
            messages=messages,
            tools=_Remembering(LeadToolbox(scope, self.tools), self),
            deadline=self.gateway.deadline(),
            listener=release,
        )

    async def _conclude(self, context: Context, duties: Duties, result: TurnResult, release: Release) -> None:
        """What the turn's ending and the duties still call for."""
        if result.outcome is Outcome.handed_over_by_check:
            await self._hand_over("The agent could not back up its answer.", HandoffReason.UNANSWERED_QUESTION)
            await release.say(words(Words.NOT_SURE, duties.language))
        elif result.copy is not None:
            note = f"The agent could not answer ({result.finish.value})."
            await self._hand_over(note, HandoffReason.AGENT_FAULT)
            await release.say(words(Words(result.copy.value), duties.language))
        for more in await after_answer(self.workspace, context, duties, self.findings, said=release.shown):
            await release.say(more)
        for fault in release.guard_noted:
            if isinstance(fault, str):
                await self._note_guard(fault, "")
            else:
                await self._note_guard(f"say_do.{fault.kind.value}", fault.sentence)

    def _listener(self, context: Context) -> Release:
        facts = facts_sheet(context, self.workspace.book, self.workspace.clock())
        return self._speaking(lambda: self._ground(context, facts))

    def _plain_listener(self) -> Release:
        """For fixed words alone."""
        return self._speaking(Ground)

    def _speaking(self, ground: Callable[[], Ground]) -> Release:
        topic, live = self.turn.conversation_id, self.workspace.live
        author = {"kind": AuthorKind.AGENT.value, "name": self.workspace.book.company.agent_name}

        async def show(piece: str, at: int) -> None:
            live.tell(topic, Ephemeral("message.delta", {"id": self.message_id, "at": at, "t": piece}))

        async def retract(whole: str) -> None:
            live.tell(topic, Ephemeral("message.snapshot", {"id": self.message_id, "text": whole}))

        async def before_first() -> None:
            await self._stop_if_outdated()
            live.tell(topic, Ephemeral("message.started", {"id": self.message_id, "author": author}))

        live.tell(topic, Ephemeral("typing", {"author": author}))
        return Release(
            ground,
            self.leaks,
            show,
            retract,
            before_first,
            polish=self._with_real_citations,
        )

    async def _stop_if_outdated(self) -> None:
        """Before the first word: did the visitor write on, or did a person take the line?"""
        async with self.workspace.reading() as uow:
            conversation = await uow.conversations.get(self.turn.conversation_id)
        if speaker(conversation, self.workspace.clock()) is not Speaker.AGENT:
            raise Superseded
        if conversation.visitor_seq > self.turn.up_to_seq and self.may_restart:
            raise Superseded

    async def is_silenced(self) -> bool:
        """Whether one of the team holds the line now."""
        async with self.workspace.reading() as uow:
            conversation = await uow.conversations.get(self.turn.conversation_id)
        return speaker(conversation, self.workspace.clock()) is not Speaker.AGENT

    def _ground(self, context: Context, facts: str) -> Ground:
        return Ground(
            deeds=frozenset(self.findings.deeds),
            has_meeting=context.meeting is not None,
            has_handoff=context.handoff is not None,
            passages=tuple(without_orders(f"{p.title} {p.heading}\n{p.text}") for p in self.findings.passages),
            visitor_words=tuple(m.text for m in context.messages if m.author is AuthorKind.VISITOR),
            facts="\n".join([facts, *self.tool_words]),
        )

    async def _hand_over(self, note: str, reason: HandoffReason) -> None:
        async with self.workspace.unit() as uow:
            await propose_handoff(uow, self.workspace.book, self.turn.conversation_id, reason=reason, note=note)
        self.findings.deeds.add(Deed.HANDED_OFF)

    async def _note_guard(self, kind: str, detail: str) -> None:
        async with self.workspace.unit() as uow:
            conversation_id = self.turn.conversation_id
            await uow.conversations.note_guard_event(conversation_id, kind, detail, id=uow.new_id("grd"), at=uow.now)

    def _record_of(self, result: TurnResult) -> TurnRecord:
        return TurnRecord(
            outcome=result.outcome.value if not result.degraded else f"{result.outcome.value}_degraded",
            model=result.provider_name,
            prompt=self.prompt.name,
            prompt_fingerprint=self.prompt.fingerprint,
            input_tokens=result.usage.input_tokens,
            output_tokens=result.usage.output_tokens,
            cached_tokens=result.usage.cached_tokens,
        )

    async def _record(self, said: str, record: TurnRecord, results: tuple[ToolResult, ...]) -> Recorded:
        text, citations = said.strip(), self._citations(said)
        calls = (*self.earlier, *(self._call_record(r) for r in results))
        reply = Reply(self.message_id, text, citations, calls, record)
        async with self.workspace.unit() as uow:
            return await record_reply(uow, self.workspace.book, self.turn, reply)

    def _with_real_citations(self, sentence: str) -> str:
        """The sentence without numbers that no look-up of this turn gave."""
        known = len(self.findings.passages)
        return _MARK.sub(lambda mark: mark[0] if 1 <= int(mark[1]) <= known else "", sentence)

    def _citations(self, said: str) -> tuple[Citation, ...]:
        """The passages that the words cite, by number."""
        cited = {int(mark[1]) for mark in _MARK.finditer(said)}
        passages = enumerate(self.findings.passages, 1)
        return tuple(Citation(n, self._title(p), p.url, p.id) for n, p in passages if n in cited)

    def _title(self, passage: Passage) -> str:
        """The title of a cited page; its plain name where the title gives orders, which are nobody's to read."""
        return passage.document if carries_an_order(passage.title) else self.leaks.clean(passage.title)

    def _call_record(self, result: ToolResult) -> ToolCallRecord:
        call = self.calls.get(result.call_id)
        arguments = call.arguments if call else ""
        new_id = self.workspace.new_id("call")
        return ToolCallRecord(new_id, result.call_id, result.name, arguments, result.text, result.ok)


def _language(texts: Sequence[str], context: Context) -> str:
    """The language of the new words; of the whole talk where they are too few to tell, else what the browser says."""
    of_the_browser = (context.conversation.language or "en").split("-")[0].lower()
    return written_language(context.messages, texts) or of_the_browser


class _Remembering:
    """The toolbox, remembering each call for the record and each answer as ground for words."""

    def __init__(self, tools: LeadToolbox, reply: ReplyInTheMaking) -> None:
        self._tools = tools
        self._reply = reply

    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is offered."""
        return self._tools.specs()

    def mode(self, name: str) -> ToolMode:
        """Whether a tool reads or writes."""
        return self._tools.mode(name)

    async def run(self, call: ToolCall) -> ToolResult:
        """Run and remember. Nothing that changes anything is done once a rep is on the line."""
        self._reply.calls[call.id] = call
        if self.mode(call.name) is ToolMode.WRITE and await self._reply.is_silenced():
            result = ToolResult(call.id, call.name, "A colleague has taken over; nothing was done.", ok=False)
        else:
            result = await self._tools.run(call)
        self._reply.ran.append(result)
        if result.ok:
            self._reply.tool_words.append(result.text)
        return result
