"""Handoffs and drafts as the team sees them: read from the unit of work, put into shapes."""

import re

from actions.offer_slots import host_names
from actions.rescore_lead import explain_score
from api.desk import Desk
from api.handoff_shapes import (
    ConversationShown,
    DecisionShown,
    DraftShown,
    EditShown,
    HandoffLine,
    HandoffShown,
    LineShown,
    MessageShown,
    OpenQuestion,
    RevisionShown,
)
from api.lead_views import Team, figures_shown, lead_shown, person_shown, read_team, score_explained
from api.shapes import bant_shown, meeting_of
from leads.bant import Bant, assess
from leads.brief import brief_of
from leads.conversation import AuthorKind, ChatMessage, Conversation, Speaker, speaker
from leads.draft import UNSENT, Draft, edits, never_said
from leads.handoff import UNDECIDED, Handoff
from leads.meeting import Meeting
from leads.slots import spoken
from store.unit import UnitOfWork

_QUESTION = re.compile(r"[^.!?\n]*\?")
MOST_QUESTIONS = 12


async def line_shown(uow: UnitOfWork, handoff: Handoff, team: Team) -> HandoffLine:
    """A handoff in the inbox."""
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
        overdue=_is_late(uow, handoff),
        created_at=handoff.created_at,
        person=person_shown(await uow.people.get(lead.person_id)),
        score=figures_shown(lead.score),
        lease_until=handoff.lease_until,
    )


async def handoff_shown(uow: UnitOfWork, desk: Desk, handoff: Handoff) -> HandoffShown:
    """A handoff with all a rep needs."""
    team = await read_team(uow)
    lead = await uow.leads.get(handoff.lead_id)
    person = await uow.people.get(lead.person_id)
    company = await uow.people.company(lead.company_id)
    bant = assess(await uow.ledger.claims(lead.id))
    conversation = await uow.conversations.get(handoff.conversation_id)
    messages = await uow.conversations.messages(conversation.id)
    meeting = await uow.meetings.get(handoff.meeting_id) if handoff.meeting_id else None
    draft = await uow.drafts.of_handoff(handoff.id)
    when = _spoken(desk, meeting)
    return HandoffShown(
        id=handoff.id,
        lead=await lead_shown(uow, lead, team),
        reason=handoff.reason.value,
        state=handoff.state.value,
        brief=brief_of(handoff, person, company, lead, bant, meeting=when),
        bant=bant_shown(bant),
        score=score_explained(await explain_score(uow, desk.book, lead.id)),
        open_questions=_open_questions(desk, bant),
        already_asked=_already_asked(messages),
        promised_next_step=handoff.promised_next_step or when,
        draft=await draft_shown(uow, desk, draft, conversation, team) if draft else None,
        meeting=meeting_of(meeting, await host_names(uow)) if meeting else None,
        due_at=handoff.due_at,
        overdue=_is_late(uow, handoff),
        queue=handoff.queue,
        owner=team.owner(handoff.owner),
        conversation=_conversation(conversation, messages),
        created_at=handoff.created_at,
        note=handoff.note,
        lease_until=handoff.lease_until,
        line=on_the_line(uow, conversation, team),
        proposed_reason_code=handoff.proposed.value if handoff.proposed else None,
        decision=_decision(handoff, team),
    )


async def draft_shown(uow: UnitOfWork, desk: Desk, draft: Draft, conversation: Conversation, team: Team) -> DraftShown:
    """A draft with every wording, what people changed, and phrases in it that the company never says."""
    revisions = await uow.drafts.revisions(draft.id)
    text = revisions[-1].text if revisions else ""
    return DraftShown(
        id=draft.id,
        handoff_id=draft.handoff_id,
        state=draft.state.value,
        rev=draft.rev,
        text=text,
        stale=draft.state in UNSENT and conversation.visitor_seq > draft.up_to_seq,
        created_at=draft.created_at,
        message_id=draft.message_id,
        decided_by=team.owner(draft.decided_by),
        decided_at=draft.decided_at,
        reason=draft.reason,
        changes=[EditShown(e.before, e.after) for e in edits(revisions)],
        warnings=[f"The company never says “{said}”." for said in never_said(text, desk.book.agent.never_say)],
        revisions=[RevisionShown(r.rev, r.text, r.author.kind.value, r.author.name, r.model, r.at) for r in revisions],
    )


def on_the_line(uow: UnitOfWork, conversation: Conversation, team: Team) -> LineShown | None:
    """Who of the team holds the line now."""
    rep = team.owner(conversation.rep_id)
    if rep is None or conversation.rep_until is None or speaker(conversation, uow.now) is not Speaker.REP:
        return None
    return LineShown(rep, conversation.rep_until)


def message_shown(message: ChatMessage) -> MessageShown:
    """One message."""
    return MessageShown(message.id, message.author.value, message.author_name, message.text, message.at)


def _is_late(uow: UnitOfWork, handoff: Handoff) -> bool:
    return handoff.state in UNDECIDED and handoff.due_at < uow.now


def _spoken(desk: Desk, meeting: Meeting | None) -> str | None:
    if meeting is None or not meeting.open:
        return None
    return f"{meeting.title}, {spoken(meeting.start, desk.book.company.hours.zone, language='en')}"


def _decision(handoff: Handoff, team: Team) -> DecisionShown | None:
    if handoff.decided_at is None:
        return None
    code = handoff.reason_code.value if handoff.reason_code else None
    by = team.owner(handoff.decided_by)
    return DecisionShown(handoff.state.value, by, handoff.decided_at, code, handoff.decision_note)


def _open_questions(desk: Desk, bant: Bant) -> list[OpenQuestion]:
    ways = desk.book.agent.questions
    return [OpenQuestion(f.value, ways[f][0] if ways.get(f) else "") for f in bant.missing]


def _already_asked(messages: list[ChatMessage]) -> list[str]:
    """The questions that were put, by the agent or by one of the team, so that nobody asks them again."""
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
        messages=[message_shown(m) for m in messages],
        last_seq=conversation.last_seq,
    )
