"""Meetings: times that were offered, what was booked, and the buckets of time a booking claims."""

from sqlalchemy import Integer, Table, UniqueConstraint

from store.columns import CODE, ID, col, only_one, ref
from store.metadata import CONTACT, CONTENT, IDENTIFIER, NOT_PERSONAL, ROWS_STAY, metadata
from store.types import Instant, Line, json_type

offers = Table(
    "offers",
    metadata,
    col("slot_id", ID, IDENTIFIER, primary_key=True),
    ref("conversations", "conversation_id", index=True),
    col("meeting_type", CODE),
    col("start", Instant()),
    col("end", Instant()),
    col("host_ids", json_type()),
    col("offered_at", Instant()),
    col("offered_seq", Integer),
)

meetings = Table(
    "meetings",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id", index=True),
    ref("conversations", "conversation_id", nullable=True),
    col("slot_id", ID, IDENTIFIER, nullable=True),
    ref("reps", "host_id", NOT_PERSONAL, index=True),
    col("meeting_type", CODE),
    col("title", Line(200)),
    col("start", Instant(), index=True),  # when a host's time was taken: a figure once nobody hangs on it
    col("end", Instant()),
    col("zone", Line(64), CONTENT),
    col("attendee_email", Line(320), CONTACT),
    col("attendee_name", Line(200), CONTACT, nullable=True),
    col("state", CODE),
    col("sequence", Integer),
    col("token", Line(64), IDENTIFIER, unique=True),
    col("booked_at", Instant()),
    UniqueConstraint("conversation_id", "slot_id", name="uq_meetings_once"),
    only_one("uq_meetings_open_per_lead", "lead_id", where="state = 'confirmed'"),
    info=dict(ROWS_STAY),
)

meeting_buckets = Table(
    "meeting_buckets",
    metadata,
    col("host_id", ID, primary_key=True),
    col("bucket", Instant(), primary_key=True),
    col("meeting_id", ID, IDENTIFIER, index=True),  # no foreign key: the time is claimed before the meeting exists
)
