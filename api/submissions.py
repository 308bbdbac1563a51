"""Submissions in a process without an engine: worked through here, in the background, as soon as they are stored.

With an engine the job that was left with them does it. What is not finished when the process ends, or has to be
fetched elsewhere first, stays due and a worker finds it.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog

from actions.work_submission import work_submission
from actions.workspace import Workspace
from channels.forms.catalogue import read_again
from leads.form import Submission, SubmissionId
from leads.refusal import NotKnown
from store.ending import end
from store.outage import once_more

log = structlog.get_logger()


class Submissions:
    """What this process works through itself."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, ids: Sequence[SubmissionId]) -> None:
        """Begin on new submissions, one after the other, unless an engine does. Never waits."""
        if not ids or self._workspace.enqueue is not None:
            return
        task = asyncio.create_task(self._all(ids), name="submissions")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def work(self, id: SubmissionId) -> Submission:
        """Work one through now and return what became of it; one that has to be fetched first stays as it is.

        Once more when two acts stored the same person at once. Raises NotKnown.
        """
        return await once_more(partial(self._once, id))

    @property
    def busy(self) -> bool:
        """Whether something that was begun is not done yet."""
        return bool(self._tasks)

    async def close(self, grace_s: float) -> None:
        """Give what runs so long to finish; the rest stays due."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=grace_s)
        await end(self._tasks)

    async def _all(self, ids: Sequence[SubmissionId]) -> None:
        for id in ids:
            try:
                await self.work(id)
            except NotKnown:
                log.info("submission.gone")
            except Exception as error:  # noqa: BLE001 - it stays due; the others must not wait for it
                log.error("submission.failed", kind=type(error).__name__)

    async def _once(self, id: SubmissionId) -> Submission:
        async with self._workspace.unit() as uow:
            return (await work_submission(uow, self._workspace.book, id, read=read_again)).submission
