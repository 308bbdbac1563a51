"""What outside programs get about requests for a person and about meetings."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from api.lead_shapes import LeadShown, OwnerShown, PersonShown, ScoreExplained, ScoreShown
from api.shapes import Code, FactorShown, MeetingShown
from leads.stage import ReasonCode

Said = Annotated[str, Meta(min_length=1, max_length=20_000)]
"""A message. Longer than 4,000 characters is refused with a sentence of its own (413)."""
Note = Annotated[str, Meta(max_length=2000)]


class ClaimBody(Struct, forbid_unknown_fields=True):
    """Taking a handoff in hand; with `take_over` the live conversation too."""

    take_over: bool = False


class AcceptBody(Struct, forbid_unknown_fields=True):
    """Accepting. `reason_code` only where a disqualification is agreed to under another code."""

    reason_code: ReasonCode | None = None
    note: Note = ""


class ReturnBody(Struct, forbid_unknown_fields=True):
    """Returning. A reason code is needed, but for a proposed disqualification that is not agreed to."""

    reason_code: ReasonCode | None = None
    note: Note = ""


class ReplyBody(Struct, forbid_unknown_fields=True):
    """What the rep writes. With `draft_id` the text was made from that draft, which is then sent as it is here."""

    text: Said
    draft_id: Code | None = None


class EditBody(Struct, forbid_unknown_fields=True):
    """The new wording. `seen` is the id of the visitor's newest message, when it came after the draft and was read."""

    text: Said
    seen: Code | None = None


class SendBody(Struct, forbid_unknown_fields=True):
    """`seen` as for an edit: the draft is sent although the person wrote again."""

    seen: Code | None = None


class RejectBody(Struct, forbid_unknown_fields=True):
    """Why the draft is no good."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class RevisionShown(Struct):
    """One wording and who wrote it: `agent` or `rep`."""

    rev: int
    text: str
    author: str
    author_name: str
    model: str
    at: datetime


class EditShown(Struct):
    """Words that a person put in place of the agent's."""

    before: str
    after: str


class DraftShown(Struct):
    """A suggested reply. `rev` goes into If-Match; `stale` says that the person wrote again since."""

    id: str
    handoff_id: str
    state: str
    rev: int
    text: str
    stale: bool
    created_at: datetime
    message_id: str | None
    decided_by: OwnerShown | None
    decided_at: datetime | None
    reason: str
    changes: list[EditShown]
    warnings: list[str]
    revisions: list[RevisionShown]


class LineShown(Struct):
    """Who of the team is on the line in the conversation, and until when if they fall silent."""

    rep: OwnerShown
    until: datetime


class DecisionShown(Struct):
    """How a handoff was decided."""

    state: str
    by: OwnerShown | None
    at: datetime
    reason_code: str | None
    note: str


class Tally(Struct):
    """How many handoffs wait for a decision. `mine` are those of who asks."""

    open: int
    claimed: int
    overdue: int
    unowned: int
    mine: int
    by_reason: dict[str, int]


class TookOver(Struct):
    """The line after a call that takes it or gives it back; None when the agent speaks."""

    handoff_id: str
    line: LineShown | None
    lease_until: datetime | None


class HandoffLine(Struct):
    """A request for a person, in the inbox. With `lease_until` somebody has it in hand."""

    id: str
    lead_id: str
    conversation_id: str
    reason: str
    state: str
    brief: str
    queue: str
    owner: OwnerShown | None
    due_at: datetime
    overdue: bool
    created_at: datetime
    person: PersonShown
    score: ScoreShown
    lease_until: datetime | None = None


class HandoffList(Struct):
    """What waits for a person, the most pressing first."""

    items: list[HandoffLine]
    next_cursor: str | None


class MessageShown(Struct):
    """One message of the conversation."""

    id: str
    author: str
    author_name: str
    text: str
    at: datetime


class ConversationShown(Struct):
    """The conversation behind a handoff."""

    id: str
    channel: str
    verified: bool
    opened_at: datetime
    closed_at: datetime | None
    messages: list[MessageShown]
    last_seq: int = 0


class OpenQuestion(Struct):
    """Something not known yet, and a way to ask for it."""

    factor: str
    question: str


class HandoffShown(Struct):
    """All a rep needs to take over: why, what is known with quotes, what is not, what was promised."""

    id: str
    lead: LeadShown
    reason: str
    state: str
    brief: str
    bant: dict[str, FactorShown]
    score: ScoreExplained
    open_questions: list[OpenQuestion]
    already_asked: list[str]
    promised_next_step: str | None
    draft: DraftShown | None
    meeting: MeetingShown | None
    due_at: datetime
    overdue: bool
    queue: str
    owner: OwnerShown | None
    conversation: ConversationShown
    created_at: datetime
    note: str
    lease_until: datetime | None
    line: LineShown | None
    proposed_reason_code: str | None
    decision: DecisionShown | None


class MeetingLine(Struct):
    """A meeting, as the team sees it."""

    id: str
    lead_id: str
    title: str
    meeting_type: str
    start: datetime
    end: datetime
    tz: str
    host: OwnerShown
    attendee_email: str
    attendee_name: str | None
    state: str
    booked_at: datetime


class MeetingList(Struct):
    """A page of meetings, soonest first."""

    items: list[MeetingLine]
    next_cursor: str | None
