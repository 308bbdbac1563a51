"""Work a stored submission through: read it, decide, capture, and write down what became of it, in one act."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from actions.capture_lead import capture_lead
from actions.receive_submission import GRACE, WORK_SUBMISSION
from actions.weigh_submission import NO_TEST_ON_REAL, Weighed, weigh_submission
from leads.form import FormDefinition, Reading, Submission, SubmissionId, Verdict
from leads.identity import normal_email
from leads.refusal import LeadRefusal, PersonErased, SubmissionSettled
from playbook.book import Playbook
from store.unit import UnitOfWork

Read = Callable[[FormDefinition, Submission], Reading]
"""Reads the stored bytes: pure, but each provider's format belongs to another room."""

CAPTURED = frozenset({Verdict.ACCEPTED, Verdict.TEST})


@dataclass(frozen=True, slots=True)
class ToFetch:
    """A lead whose answers are still with the provider, and what opens the door there."""

    lead: str
    access_token: str | None = field(repr=False)
    app_secret: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Worked:
    """The submission as it stands now; `fetch` when its answers have to be fetched first."""

    submission: Submission
    fetch: ToFetch | None = None


async def work_submission(uow: UnitOfWork, book: Playbook, submission_id: SubmissionId, *, read: Read) -> Worked:
    """Decide about a submission and capture what is to be captured. One that is settled stays as it is.

    Raises NotKnown; everything a form can hold ends in a verdict.
    """
    submission = await uow.submissions.get(submission_id, lock=True)
    if submission.verdict is not Verdict.RECEIVED:
        return Worked(submission)
    form = await uow.forms.get(submission.form_id, gone=True)
    reading = read(form, submission)
    if reading.fetch is not None and not reading.test:
        secret = form.secrets[0] if form.secrets else None
        return Worked(submission, ToFetch(reading.fetch, form.access_token, secret))
    weighed = weigh_submission(
        form,
        reading,
        book,
        at=submission.received_at,
        trust=submission.trust,
        velocity=await uow.submissions.velocity(submission),
        released=submission.released,
    )
    submission = _with_contact(submission, weighed)
    return Worked(await uow.submissions.save(await _settled(uow, book, submission, weighed)))


async def _settled(uow: UnitOfWork, book: Playbook, submission: Submission, weighed: Weighed) -> Submission:
    done = replace(
        submission,
        verdict=weighed.verdict,
        reason=weighed.reason,
        attempts=submission.attempts + 1,
        due_at=None,
        worked_at=uow.now,
    )
    if weighed.capture is None or weighed.verdict not in CAPTURED:
        return done
    told = replace(weighed.capture, once=f"form:{submission.id}")
    if told.is_test and told.email and await _is_real(uow, told.email, told.name):
        return replace(done, reason=NO_TEST_ON_REAL)
    try:
        captured = await capture_lead(uow, book, told)
    except PersonErased as no:  # then not even the bytes may stay
        bare = replace(done, raw=b"", fetched=None, headers=MappingProxyType({}), email_key=None, ip=None)
        return replace(bare, verdict=Verdict.INVALID, reason=no.message)
    except LeadRefusal as no:
        return replace(done, verdict=Verdict.INVALID, reason=no.message)
    return replace(done, lead_id=captured.lead.id, person_id=captured.lead.person_id)


async def _is_real(uow: UnitOfWork, email: str, name: str | None) -> bool:
    """Whether somebody is known by this address of whom more than tests is known; they are held, lest that change."""
    person = await uow.people.by_email(email, name=name, lock=True)
    if person is None:
        return False
    cycles = await uow.leads.of_person(person.id)
    return not cycles or not all(cycle.is_test for cycle in cycles)


def _with_contact(submission: Submission, weighed: Weighed) -> Submission:
    """What was fetched may be the first to name an address or a place on the net."""
    email = weighed.meant.text("email")
    return replace(
        submission,
        email_key=submission.email_key or (normal_email(email)[:320] if email else None),
        ip=submission.ip or (weighed.meant.ip[:64] if weighed.meant.ip else None),
    )


async def keep_fetched(uow: UnitOfWork, submission_id: SubmissionId, lead: bytes) -> Submission:
    """Keep what the provider answered, beside the ping. Raises NotKnown."""
    submission = await uow.submissions.get(submission_id, lock=True)
    return await uow.submissions.save(replace(submission, fetched=lead))


async def put_off(uow: UnitOfWork, submission_id: SubmissionId, *, until: datetime) -> Submission:
    """Look after the submission again at that time. Raises NotKnown."""
    submission = await uow.submissions.get(submission_id, lock=True)
    if submission.verdict is not Verdict.RECEIVED:
        return submission
    return await uow.submissions.save(replace(submission, attempts=submission.attempts + 1, due_at=until))


async def give_up(uow: UnitOfWork, submission_id: SubmissionId, *, reason: str) -> Submission:
    """End a submission that cannot be worked through, with the reason; a person may try it again. Raises NotKnown."""
    submission = await uow.submissions.get(submission_id, lock=True)
    if submission.verdict is not Verdict.RECEIVED:
        return submission
    failed = replace(submission, verdict=Verdict.FAILED, reason=reason, due_at=None, worked_at=uow.now)
    return await uow.submissions.save(replace(failed, attempts=submission.attempts + 1))


async def reopen_submission(uow: UnitOfWork, submission_id: SubmissionId, *, release: bool = False) -> Submission:
    """Let a submission that was not captured be worked through again; `release` lets a quarantined one pass.

    Raises NotKnown, SubmissionSettled.
    """
    submission = await uow.submissions.get(submission_id, lock=True)
    if submission.verdict in CAPTURED and submission.lead_id is not None:
        raise SubmissionSettled("This submission was captured already; change the lead instead.")
    if submission.verdict is Verdict.RECEIVED:
        raise SubmissionSettled("This submission is being worked through; look again in a moment.")
    if release and submission.verdict is not Verdict.QUARANTINED:
        raise SubmissionSettled("Only a submission in quarantine can be released; retry this one instead.")
    opened = replace(
        submission,
        verdict=Verdict.RECEIVED,
        reason=None,
        released=submission.released or release,
        due_at=uow.now + GRACE,
    )
    await uow.jobs.put(WORK_SUBMISSION, f"submission:{submission.id}:{submission.attempts}", submission.id)
    return await uow.submissions.save(opened)


def wait_before(attempts: int) -> timedelta:
    """The pause before a fetch is tried again: a minute, doubling, six hours at most."""
    return min(timedelta(minutes=1 << min(attempts, 12)), timedelta(hours=6))
