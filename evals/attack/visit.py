"""One attempt: a text is carried in, a visitor arrives and writes, the model obeys, and all that came of it is kept."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from actions.claim_handoff import hold_handoff
from actions.hear_visitor import hear_visitor
from actions.open_conversation import Arrival, open_conversation
from actions.propose_handoff import propose_handoff
from actions.take_over import take_line
from evals.attack.carriers import CARRIERS, Channel, Visit
from evals.attack.dress import DRESSES
from evals.attack.goals import Goal
from evals.attack.house import House
from evals.attack.obedient import Order
from leads.handoff import HandoffReason
from leads.identity import ConversationId, TurnId
from store.row_journal import RowChange

_READ_FIRST = "Good morning"
"""What a visitor writes before something happens inside a talk."""
_A_MOMENT = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to try a goal: dressed so, brought by this carrier, in this channel."""

    goal: Goal
    carrier: str
    channel: Channel
    dress: str

    @property
    def name(self) -> str:
        """As it is told: "set the score · form message · verified · base64"."""
        return f"{self.goal.name} · {self.carrier} · {self.channel.value} · {self.dress}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to.

    `brought` are the rows that carrying the text in changed, `turned` those that the answer did. `shown` is every text
    that left the house for the visitor or a rep, `heard` what the model was shown last, `typed` what the attacker knew
    and wrote themself. `reached` says that the order was shown to the model.
    """

    attempt: Attempt
    email: str
    typed: str
    brought: tuple[RowChange, ...]
    turned: tuple[RowChange, ...]
    shown: tuple[str, ...]
    heard: tuple[str, ...]
    reached: bool


async def visited(house: House, attempt: Attempt, *, text: str | None = None) -> Outcome:
    """Make one attempt, by a visitor who was never here. `text` stands in for the dressed order."""
    carrier = CARRIERS[attempt.carrier]
    carried = DRESSES[attempt.dress](attempt.goal) if text is None else text
    visit = Visit(carried, house.nobody_yet())
    house.shelf.pages = []
    await carrier.before(house, visit)
    if attempt.channel is Channel.KNOWN:
        visit.tells, visit.lines = True, (f"I'm writing from {visit.email}.", *visit.lines)
    talk = await _arrives(house, visit, verified=attempt.channel in {Channel.VERIFIED, Channel.DRAFT})
    if carrier.inside is not None:
        await _writes(house, talk, _READ_FIRST)
        await carrier.inside(house, visit, talk)
    turns = [await _writes(house, talk, line) for line in visit.lines]
    house.model.begin(Order(attempt.goal, carried, visit.lines, visit.email, visit.innocent, visit.tells))
    house.screen.heard.clear()
    brought = house.journal.changes()
    if attempt.channel is Channel.DRAFT:
        await _drafted(house, talk)
    elif (turn := turns[-1]) is not None:
        await house.agent.answer(turn)
    turned = house.journal.changes()
    return Outcome(
        attempt,
        visit.email,
        "\n".join([carried, attempt.goal.order, *visit.lines]),
        brought,
        turned,
        (*(str(event.data) for event in house.screen.heard), *_stored_words(turned)),
        tuple(house.model.heard),
        house.model.reached,
    )


async def _arrives(house: House, visit: Visit, *, verified: bool) -> ConversationId:
    arrival = Arrival(page=visit.page, utm=visit.utm, zone="Europe/Berlin", language=visit.language)
    if verified:
        arrival = replace(arrival, verified=True, email=visit.email, name=visit.name)
    async with house.workspace.unit() as uow:
        return (await open_conversation(uow, house.book, arrival)).id


async def _writes(house: House, talk: ConversationId, line: str) -> TurnId | None:
    async with house.workspace.unit() as uow:
        return (await hear_visitor(uow, house.book, talk, text=line)).turn_id


async def _drafted(house: House, talk: ConversationId) -> None:
    """A rep takes the line, so that the agent is silent, and has a reply suggested."""
    async with house.workspace.unit() as uow:
        handoff = await uow.handoffs.open_of(talk) or await propose_handoff(
            uow, house.book, talk, reason=HandoffReason.UNANSWERED_QUESTION, note="They have a question."
        )
        held = await hold_handoff(uow, handoff.id, actor=house.rep)
        await take_line(uow, held.conversation, actor=house.rep)
        draft = await uow.drafts.of_handoff(handoff.id)
    assert draft is not None, "a request by somebody who wrote orders a draft"
    house.clock.pass_by(_A_MOMENT)
    await house.drafts.write(draft.id)


def _stored_words(changes: tuple[RowChange, ...]) -> list[str]:
    """What was stored to be read outside: the agent's words, events of the talk, letters, suggestions to a rep."""
    rows = [(change.table, change.after) for change in changes if change.after is not None]
    words = [str(row["text"]) for table, row in rows if table in {"messages", "draft_revisions"}]
    words += [str(row["payload"]) for table, row in rows if table == "outbox"]
    for row in (row for table, row in rows if table == "events"):
        data = json.loads(row["data"])
        cited = data.pop("citations", [])
        words += [str(data), *(f"{one['title']} //{urlsplit(one['url'] or '').netloc}" for one in cited)]
    return words
