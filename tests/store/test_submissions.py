"""Submissions in the database: each thing once, by constraint, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from leads.form import FormId, Submission, SubmissionId, Trust, Verdict
from leads.spam import Velocity
from store.engine import Database
from tests.builders import MONDAY
from tests.form_payloads import a_form
from tests.store.records import act, later

BYTES = b"\x00\xff raw \xf0\x9f\x8d\x9e"


def a_submission(id: str, *, at: datetime = MONDAY, **known: object) -> Submission:
    values: dict[str, object] = {"raw": BYTES, "content_type": "x", "trust": Trust.LOW, "due_at": at} | known
    return Submission(id=SubmissionId(id), form_id=FormId("form_1"), received_at=at, **values)  # type: ignore[arg-type]


async def form_stored(database: Database) -> None:
    async with act(database) as uow:
        await uow.forms.add(a_form())


async def put(database: Database, submission: Submission) -> bool:
    async with act(database, now=submission.received_at) as uow:
        return await uow.submissions.put(submission)


async def repeats(database: Database, id: str) -> int:
    async with act(database, read_only=True) as uow:
        return (await uow.submissions.get(SubmissionId(id))).repeats


async def test_bytes_come_back_as_they_were_and_a_form_without_loss(database: Database) -> None:
    await form_stored(database)
    assert await put(database, a_submission("sub_1", fetched=BYTES, headers={"a": "b"}))
    async with act(database, read_only=True) as uow:
        kept = await uow.submissions.get(SubmissionId("sub_1"))
        assert await uow.forms.get(FormId("form_1")) == a_form()
    assert (kept.raw, kept.fetched, dict(kept.headers)) == (BYTES, BYTES, {"a": "b"})


async def test_a_providers_name_is_once_for_good_and_answers_for_ten_minutes(database: Database) -> None:
    await form_stored(database)
    first = a_submission("sub_1", event_key="e1", content_key="c1")
    assert await put(database, first)
    assert not await put(
        database, replace(first, id=SubmissionId("sub_2"), content_key="c2", received_at=later(days=9))
    )
    assert not await put(
        database, replace(first, id=SubmissionId("sub_3"), event_key="e3", received_at=later(minutes=9))
    )
    assert await put(database, replace(first, id=SubmissionId("sub_4"), event_key="e4", received_at=later(minutes=10)))
    assert await repeats(database, "sub_1") == 2


async def test_twenty_at_once_are_one(database: Database) -> None:
    await form_stored(database)
    many = [a_submission(f"sub_{n}", content_key="same", at=MONDAY + timedelta(milliseconds=n)) for n in range(20)]
    stored = await asyncio.gather(*(put(database, one) for one in many))
    assert sum(stored) == 1
    [only] = [one for one, was_stored in zip(many, stored, strict=True) if was_stored]
    assert await repeats(database, only.id) == 19


async def test_what_came_shortly_before_is_counted_and_nothing_else(database: Database) -> None:
    await form_stored(database)
    for n, minutes in enumerate((-11, -9, -1, 1)):
        await put(
            database,
            a_submission(f"sub_{n}", at=MONDAY + timedelta(minutes=minutes), email_key="k@example.com", ip="::1"),
        )
    this = a_submission("sub_this", email_key="k@example.com", ip="203.0.113.1")
    await put(database, this)
    async with act(database, read_only=True) as uow:
        assert await uow.submissions.velocity(this) == Velocity(of_address=2, of_ip=0)


async def test_a_settled_submission_is_never_overdue(database: Database) -> None:
    await form_stored(database)
    await put(database, a_submission("sub_1", due_at=MONDAY))
    async with act(database) as uow:
        [overdue] = await uow.submissions.overdue(MONDAY)
        await uow.submissions.save(replace(overdue, verdict=Verdict.ACCEPTED, due_at=None))
        await uow.submissions.put_on(overdue.id, due_at=later(hours=1))
        assert await uow.submissions.overdue(later(days=1)) == []


async def test_a_deleted_form_keeps_what_it_sent_and_forgets_its_secrets(database: Database) -> None:
    async with act(database) as uow:
        await uow.forms.add(replace(a_form(), secrets=("a-secret",), access_token="a-token"))
        await uow.forms.delete(FormId("form_1"), at=uow.now)
    async with act(database, read_only=True) as uow:
        gone = await uow.forms.get(FormId("form_1"), gone=True)
        assert await uow.forms.by_token(gone.provider, gone.token) is None
    assert (gone.secrets, gone.access_token) == ((), None)
