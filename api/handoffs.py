"""Requests for a person, to read: the inbox, and one with all a rep needs. (Deciding on them has its own calls.)"""

import re
from typing import Annotated

from litestar import Controller, get
from litestar.params import FromPath, QueryParameter

from actions.add_key import Scope
from actions.offer_slots import host_names
from actions.rescore_lead import explain_score
from api.auth import needs
from api.cursor import Cursor, instant_cursor, read_instant_cursor
from api.desk import Desk, DeskDep
from api.handoff_shapes import (
    ConversationShown,
    HandoffLine,
    HandoffList,
    HandoffShown,
    MessageShown,
    OpenQuestion,
)
from api.lead_views import Team, figures_shown, lead_shown, person_shown, read_team, score_explained
from api.shapes import bant_shown, meeting_of
from leads.bant import Bant, assess
from leads.conversation import AuthorKind, ChatMessage, Conversation
from leads.handoff import Handoff
from leads.identity import HandoffId
from store.unit import UnitOfWork

_QUESTION = re.compile(r"[^.!?\n]*\?")
MOST_QUESTIONS = 12


class HandoffRoutes(Controller):
    """`/v1/handoffs`."""

    path = "/handoffs"

    @get("/", operation_id="listHandoffs", guards=[needs(Scope.HANDOFFS_READ)])
    async def list(
        self, desk: DeskDep, cursor: Cursor = None, limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50
    ) -> HandoffList:
        """What waits for a person, the most pressing first."""
        place = read_instant_cursor(cursor) if cursor else None
        async with desk.workspace.reading() as uow:
            team = await read_team(uow)
            found = await uow.handoffs.undecided(place=place, limit=limit + 1)
            page = found[:limit]
            items = [await _line(uow, handoff, team) for handoff in page]
        return HandoffList(items, instant_cursor(page[-1].due_at, page[-1].id) if len(found) > limit else None)

    @get("/{handoff_id:str}", operation_id="readHandoff", guards=[needs(Scope.HANDOFFS_READ)])
    async def read(self, desk: DeskDep, handoff_id: FromPath[str]) -> HandoffShown:
        """One request with its brief, BANT with quotes, the score's lines, and the conversation."""
        async with desk.workspace.reading() as uow:
            return await _shown(uow, desk, await uow.handoffs.get(HandoffId(handoff_id)))


async def _line(uow: UnitOfWork, handoff: Handoff, team: Team) -> HandoffLine:
    lead = await uow.leads.get(handoff.lead_id)
    return HandoffLine(
        id=handoff.id,
        lead_id=handoff.lead_id,
        conversation_id=handoff.conversation_id,
        reason=handoff.reason.value,
        state=handoff.state.value,
        brief=handoff.note,
        queue=handoff.queue,
        owner=team.owner(handoff.owner),
        due_at=handoff.due_at,
        overdue=handoff.due_at < uow.now,
        created_at=handoff.created_at,
        person=person_shown(await uow.people.get(lead.person_id)),
        score=figures_shown(lead.score),
    )


async def _shown(uow: UnitOfWork, desk: Desk, handoff: Handoff) -> HandoffShown:
    team = await read_team(uow)
    lead = await uow.leads.get(handoff.lead_id)
    bant = assess(await uow.ledger.claims(lead.id))
    conversation = await uow.conversations.get(handoff.conversation_id)
    messages = await uow.conversations.messages(conversation.id)
    meeting = await uow.meetings.get(handoff.meeting_id) if handoff.meeting_id else None
    return HandoffShown(
        id=handoff.id,
        lead=await lead_shown(uow, lead, team),
        reason=handoff.reason.value,
        state=handoff.state.value,
        brief=handoff.note,
        bant=bant_shown(bant),
        score=score_explained(await explain_score(uow, desk.book, lead.id)),
        open_questions=_open_questions(desk, bant),
        already_asked=_already_asked(messages),
        promised_next_step=handoff.promised_next_step,
        draft=None,
        meeting=meeting_of(meeting, await host_names(uow)) if meeting else None,
        due_at=handoff.due_at,
        overdue=handoff.due_at < uow.now,
        queue=handoff.queue,
        owner=team.owner(handoff.owner),
        conversation=_conversation(conversation, messages),
        created_at=handoff.created_at,
    )


def _open_questions(desk: Desk, bant: Bant) -> list[OpenQuestion]:
    ways = desk.book.agent.questions
    return [OpenQuestion(f.value, ways[f][0] if ways.get(f) else "") for f in bant.missing]


def _already_asked(messages: list[ChatMessage]) -> list[str]:
    """The questions the agent has put, so that nobody asks them again."""
    ours = [m.text for m in messages if m.author in {AuthorKind.AGENT, AuthorKind.REP}]
    asked = [found.strip() for text in ours for found in _QUESTION.findall(text)]
    return list(dict.fromkeys(asked))[-MOST_QUESTIONS:]


def _conversation(conversation: Conversation, messages: list[ChatMessage]) -> ConversationShown:
    return ConversationShown(
        id=conversation.id,
        channel=conversation.channel.value,
        verified=conversation.verified,
        opened_at=conversation.opened_at,
        closed_at=conversation.closed_at,
        messages=[MessageShown(m.id, m.author.value, m.author_name, m.text, m.at) for m in messages],
    )
