"""The rounds around handoffs: one job for each draft that is due."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from actions.propose_handoff import propose_handoff
from leads.handoff import HandoffReason
from tests.builders import StandingClock, a_conversation, a_workspace
from worker.desk_rounds import dispatch_drafts, give_back_lines


async def test_a_draft_that_is_due_becomes_one_job_however_often_is_looked(tmp_path: Path) -> None:
    clock = StandingClock()
    async with a_workspace(tmp_path, clock=clock) as workspace:
        left: dict[str, tuple[Any, ...]] = {}

        async def enqueue(_db: Any, job: str, key: str, *args: Any) -> None:
            left[key] = (job, *args)

        workspace.enqueue = enqueue
        conversation = await a_conversation(workspace, says="Hello")
        async with workspace.unit() as uow:
            reason = HandoffReason.PRICE_OR_TERMS
            handoff = await propose_handoff(uow, workspace.book, conversation.id, reason=reason, note="A discount?")
        await dispatch_drafts(workspace)
        assert left == {}
        clock.forward(seconds=3)
        for _ in range(3):
            await dispatch_drafts(workspace)
        async with workspace.reading() as uow:
            draft = await uow.drafts.of_handoff(handoff.id)
        assert draft is not None and list(left.values()) == [("write_draft", draft.id)]
        assert not await give_back_lines(workspace)
