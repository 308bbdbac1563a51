"""Replaying a case: the visitor's lines go through the very code of the product, and what came of it is written down.

A message is received and answered as the widget's would be; a click books as the widget's would. The outbox is looked
at and not sent.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import monotonic
from typing import assert_never

from actions.book_meeting import Guest, book_meeting
from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.hear_visitor import hear_visitor
from actions.note_bant import Heard, note_bant
from actions.note_guest import note_guest
from actions.open_conversation import Arrival, open_conversation
from actions.read_context import read_context
from actions.receive_message import receive_message
from actions.record_reply import Reply, record_reply
from actions.take_turn import take_turn
from agent.interviewer.model import NAME as BUILT_IN
from evals.case import Case, KnownLead
from evals.catalogue import Entry
from evals.modes import Mode
from evals.recording import end_state, events_of, outbox_of, turn_trace
from evals.rep_acts import act
from evals.simulator.persona import Persona
from evals.simulator.visitor import OutOfRole, SimulatedVisitor
from evals.steps import Burst, ClickSlot, Form, Pause, ProviderFails, Reload, Rep, Rival, Step
from evals.tape import Tape
from evals.trace import Beside, Trace, TurnTrace
from evals.world import World, Worlds
from leads.conversation import AuthorKind, Page
from leads.identity import ConversationId, MessageId, SlotId, TurnId
from leads.meeting import Offer
from leads.refusal import LeadRefusal, SlotTaken

_KNOWN_FOR = timedelta(hours=1)
"""How long a known lead has been on record when the visitor comes."""


class CannotReplay(Exception):
    """A step of the case asks for something that is not there."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a case; `tape` holds what a live model was shown and answered."""

    trace: Trace
    tape: Tape | None = None


async def replay(worlds: Worlds, entry: Entry, mode: Mode) -> Replayed:
    """Run one case with one model. What keeps it from being run as written stands in the trace's `faults`."""
    async with worlds.fresh(entry, mode) as world:
        trace = await _Run(world, entry, mode).through()
        return Replayed(trace, world.recorder.tape(entry.name) if world.recorder else None)


@dataclass(slots=True)
class _Run:
    """One run: a world, the conversation in it, and the turns so far."""

    world: World
    entry: Entry
    mode: Mode
    conversation_id: ConversationId = ConversationId("")
    turns: list[TurnTrace] = field(default_factory=list)
    beside: list[Beside] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def case(self) -> Case:
        return self.entry.case

    async def through(self) -> Trace:
        """From the visitor's arrival to the end state."""
        await self._arrive()
        if self.case.persona is not None:
            await self._simulate(self.case.persona)
        for number, step in enumerate(self.case.visitor, 1):
            try:
                await self._take(step)
            except (CannotReplay, LeadRefusal) as error:
                self.faults.append(f"Step {number} cannot be done: {error}")
                break
        if self.world.lines is not None:
            self.world.lines.end()
            self.faults += self.world.lines.faults
        workspace = self.world.workspace
        async with workspace.reading() as uow:
            return Trace(
                case=self.entry.name,
                model=self.mode.value,
                turns=tuple(self.turns),
                end=await end_state(uow, workspace.book, self.conversation_id),
                events=await events_of(uow, self.conversation_id),
                outbox=await outbox_of(uow),
                said_before=tuple(said.quote for said in self.case.lead.bant.values()) if self.case.lead else (),
                faults=tuple(self.faults),
                beside=tuple(self.beside),
            )

    async def _simulate(self, persona: Persona) -> None:
        """A model plays the visitor until they leave; one that falls out of its role is a fault of the exam."""
        if self.world.visitor is None:
            raise ValueError("a simulated visitor needs a live model")
        company = self.world.workspace.book.company.name
        visitor = SimulatedVisitor(*self.world.visitor, persona, company=company)
        try:
            while (text := await visitor.next_message(self.turns)) is not None:
                await self._write((text,))
        except (OutOfRole, LeadRefusal) as error:
            self.faults.append(f"After turn {len(self.turns)}: {error}")

    async def _arrive(self) -> None:
        known, arrives, book = self.case.lead, self.case.arrives, self.world.workspace.book
        if known is not None:
            self.world.clock.pass_by(-_KNOWN_FOR)  # in one instant the record would be the visitor's own
            await self._put_on_record(known)
            self.world.clock.pass_by(_KNOWN_FOR)
        proved = known is not None and known.verified
        arrival = Arrival(
            page=Page(url=arrives.url, title=arrives.title),
            language=arrives.language,
            zone=arrives.zone,
            verified=proved,
            email=known.email if known and proved else None,
            name=known.name if known and proved else None,
        )
        async with self.world.workspace.unit() as uow:
            self.conversation_id = (await open_conversation(uow, book, arrival)).id

    async def _put_on_record(self, known: KnownLead) -> None:
        """A form they filled in, and what they said in an earlier talk."""
        book, told = self.world.workspace.book, _captured(known, known.context)
        async with self.world.workspace.unit() as uow:
            await capture_lead(uow, book, told)
            if not known.bant:
                return
            talk = await open_conversation(uow, book, Arrival(verified=True, email=known.email, name=known.name))
            for factor, said in known.bant.items():
                received = await receive_message(uow, talk.id, text=said.quote)
                await note_bant(uow, book, talk.id, Heard(factor, said.value, said.quote))
            assert received.turn_id is not None
            turn = await take_turn(uow, received.turn_id)
            assert turn is not None
            await record_reply(uow, book, turn, Reply(MessageId(uow.new_id("msg")), "Thank you, that helps."))

    async def _take(self, step: Step) -> None:
        match step:
            case str():
                await self._write((step,))
            case Burst():
                await self._write(step.burst)
            case Pause():
                self.world.clock.pass_by(step.pause)
            case Reload():
                await self._reload()
            case ClickSlot():
                await self._click(step)
            case Rival():
                await self._taken_by_others(await self._offer(step.taken_meanwhile))
            case Form():
                await self._fill_in(step)
            case Rep():
                await self._rep_acts(step)
            case ProviderFails():
                self.world.model.failing = step.fault if self.world.stand_in else None
            case _:
                assert_never(step)

    async def _write(self, texts: tuple[str, ...]) -> None:
        """The visitor's messages, then the agent's answer to all of them; none while a rep is on the line."""
        turn_id = None
        for text in texts:
            async with self.world.workspace.unit() as uow:
                turn_id = (await hear_visitor(uow, self.world.workspace.book, self.conversation_id, text=text)).turn_id
        if turn_id is None:
            self.beside += [Beside(len(self.turns), AuthorKind.VISITOR.value, text) for text in texts]
        else:
            await self._answer(turn_id, texts)

    async def _answer(self, turn_id: TurnId, texts: tuple[str, ...]) -> None:
        world = self.world
        if world.model.failing is None:
            world.begin_turn()
        world.screen.heard.clear()
        asked, began = world.requests, monotonic()
        await world.agent.answer(turn_id)
        took = monotonic() - began
        away, world.model.failing = world.model.failing, None
        async with world.workspace.reading() as uow:
            self.turns.append(
                await turn_trace(
                    uow,
                    world.workspace.book,
                    turn_id,
                    number=len(self.turns) + 1,
                    said=texts,
                    heard=tuple(world.screen.heard),
                    requests=world.requests - asked,
                    seconds=took if self.mode is Mode.LIVE else None,
                )
            )
        if self.mode is Mode.LIVE and away is None and self.turns[-1].model == BUILT_IN:
            self.faults.append(f"Turn {len(self.turns)}: the provider failed, and the interviewer answered instead.")

    async def _fill_in(self, form: Form) -> None:
        told = _captured(form, form.form)
        async with self.world.workspace.unit() as uow:
            await capture_lead(uow, self.world.workspace.book, told)

    async def _rep_acts(self, step: Rep) -> None:
        """What the console would do; what the agent owes after it is answered at once."""
        workspace = self.world.workspace
        async with workspace.unit() as uow:
            handoffs = await uow.handoffs.of_conversation(self.conversation_id)
            if not handoffs:
                raise CannotReplay("nobody was asked for, so there is no handoff to act on")
            owed = await act(uow, workspace.book, handoffs[-1], step)
            messages = await uow.conversations.messages(self.conversation_id)
        if step.text is not None:
            self.beside.append(Beside(len(self.turns), AuthorKind.REP.value, step.text))
        if owed is not None:
            reps = [n for n, m in enumerate(messages) if m.author is not AuthorKind.VISITOR]
            await self._answer(owed, tuple(m.text for m in messages[reps[-1] + 1 if reps else 0 :]))

    async def _reload(self) -> None:
        """What a browser would draw again must be what was said."""
        async with self.world.workspace.reading() as uow:
            stored = await uow.conversations.events_after(self.conversation_id, 0)
            messages = await uow.conversations.messages(self.conversation_id)
        drawn = [e.data["text"] for e in stored if e.type in {"message.created", "message.completed"}]
        said = [m.text for m in messages]
        answered = [m.text for m in messages if m.author is AuthorKind.AGENT]
        if drawn != said or answered != [turn.reply for turn in self.turns if turn.reply]:
            raise CannotReplay("after the reload the screen does not show what was said")

    async def _offer(self, number: int) -> Offer:
        async with self.world.workspace.reading() as uow:
            offers = (await read_context(uow, self.conversation_id)).offers
        if number > len(offers):
            raise CannotReplay(f"there is no time number {number} on the screen, only {len(offers)}")
        return offers[number - 1]

    async def _click(self, step: ClickSlot) -> None:
        """The widget's booking form. A taken time is an answer the visitor gets, not a fault of the case."""
        offer, book = await self._offer(step.click_slot), self.world.workspace.book
        zone = self.case.arrives.zone
        try:
            async with self.world.workspace.unit() as uow:
                await note_guest(uow, book, self.conversation_id, email=step.email, name=step.name)
                guest = Guest(step.email, step.name, zone)
                await book_meeting(uow, book, self.conversation_id, offer.slot_id, guest, clicked=True)
        except SlotTaken:
            return

    async def _taken_by_others(self, offer: Offer) -> None:
        """Every host of that time gets a meeting with somebody else."""
        book = self.world.workspace.book
        for number, host in enumerate(offer.host_ids, 1):
            async with self.world.workspace.unit() as uow:
                rival = await open_conversation(uow, book, Arrival())
                theirs = replace(offer, slot_id=SlotId(uow.new_id("rival")), conversation_id=rival.id, host_ids=(host,))
                await uow.meetings.add_offers([theirs])
                guest = Guest(f"rival{number}@example.com", None, "Europe/Berlin")
                await book_meeting(uow, book, rival.id, theirs.slot_id, guest, clicked=True)


def _captured(told: KnownLead | Form, context: CaptureContext | None) -> Capture:
    """What a form on the website told."""
    return Capture(
        source="form",
        email=told.email,
        phone=told.phone,
        name=told.name,
        company=told.company,
        title=told.title,
        context=context,
        fields=told.fields,
    )
