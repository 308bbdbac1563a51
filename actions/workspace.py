"""The workspace: what lives as long as the process (database, playbook, clock, live exchange), and opens acts."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from playbook.book import Playbook
from store.engine import Database
from store.live import Live
from store.unit import Enqueue, UnitOfWork, unit_of_work

Clock = Callable[[], datetime]
UNKEYED = b"the suppression key of exams and tests: wiring gives the product one of its own"
"""What addresses are hashed with until somebody hands in a key."""


@dataclass(slots=True)
class Workspace:
    """Everything an act needs from the process. Built once, in `opener/` or in a test."""

    database: Database
    book: Playbook
    clock: Clock
    new_id: Callable[[str], str]
    live: Live = field(default_factory=Live)
    enqueue: Enqueue | None = None
    suppression_key: bytes = field(default=UNKEYED, repr=False)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[UnitOfWork]:
        """One act that writes; listeners are woken only after it has been committed."""
        async with unit_of_work(
            self.database,
            now=self.clock(),
            new_id=self.new_id,
            enqueue=self.enqueue,
            suppression_key=self.suppression_key,
        ) as uow:
            yield uow
        for topic in uow.touched:
            self.live.wake(topic)

    def reading(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """One look that takes no write lock."""
        return unit_of_work(
            self.database,
            now=self.clock(),
            new_id=self.new_id,
            read_only=True,
            suppression_key=self.suppression_key,
        )
