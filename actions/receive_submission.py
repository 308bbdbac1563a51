"""A form sends something: stored as it came, once, and worked through from this very transaction on."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from leads.form import FormDefinition, Reading, Submission, SubmissionId, Trust
from leads.form_map import Meant, meaning
from leads.identity import normal_email
from store.unit import UnitOfWork

WORK_SUBMISSION = "work_submission"
GRACE = timedelta(seconds=10)
"""How long the job that was left with the submission has before the submission is looked for."""
MOST_JOBS = 20
"""A call that brings more leaves no jobs, so that it is answered in time: the next round finds what it brought."""


@dataclass(frozen=True, slots=True)
class Call:
    """What all submissions of one call share."""

    content_type: str
    headers: Mapping[str, str]
    trust: Trust


@dataclass(frozen=True, slots=True)
class Taken:
    """What is new, in the order it came; `repeated` counts what was here already."""

    new: tuple[SubmissionId, ...]
    repeated: int


async def receive_submission(
    uow: UnitOfWork, form: FormDefinition, readings: Sequence[Reading], *, call: Call
) -> Taken:
    """Store every submission of a call and leave the work on it. What came before is counted and nothing else."""
    many = len(readings) > MOST_JOBS
    new: list[SubmissionId] = []
    for reading in readings:
        submission = _submission(uow, form, reading, call, grace=timedelta(0) if many else GRACE)
        if await uow.submissions.put(submission):
            new.append(submission.id)
            if not many:
                await uow.jobs.put(WORK_SUBMISSION, f"submission:{submission.id}", submission.id)
    return Taken(tuple(new), len(readings) - len(new))


def _submission(uow: UnitOfWork, form: FormDefinition, reading: Reading, call: Call, *, grace: timedelta) -> Submission:
    meant = meaning(form, reading, at=uow.now)
    email = meant.text("email")
    return Submission(
        id=SubmissionId(uow.new_id("sub")),
        form_id=form.id,
        received_at=uow.now,
        raw=reading.raw,
        content_type=call.content_type[:200],
        headers=call.headers,
        trust=call.trust,
        event_key=_event_key(reading),
        content_key=content_key(form, reading, meant),
        email_key=normal_email(email)[:320] if email else None,
        ip=meant.ip[:64] if meant.ip else None,
        due_at=uow.now + grace,
    )


def _event_key(reading: Reading) -> str | None:
    """The provider's name for it, short enough to be stored."""
    if reading.event_id is None:
        return None
    return reading.event_id if len(reading.event_id) <= 200 else hashlib.sha256(reading.event_id.encode()).hexdigest()


def content_key(form: FormDefinition, reading: Reading, meant: Meant) -> str | None:
    """A digest of what was answered: form, address in its normal form, fields in order (domain.md §6).

    None for what has to be fetched: such pings look alike.
    """
    if reading.fetch is not None:
        return None
    email = meant.text("email")
    said = {**meant.places, "email": normal_email(email) if email else None}
    fields = sorted(
        (name, repr(value)) for name, value in {**said, **{f"fields.{k}": v for k, v in meant.fields.items()}}.items()
    )
    ticked = sorted(tick.purpose.value for tick in meant.ticks)
    words = repr((form.id, bool(reading.partial), fields, ticked)) if reading.answers else repr((form.id, reading.raw))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
