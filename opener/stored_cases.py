"""Cases from what is stored: a rep's decision on a handoff, a whole conversation."""

import asyncio
import sys
from pathlib import Path

from evals.from_conversation import record
from evals.harvest import harvest
from evals.world import open_worlds
from leads.identity import ConversationId, HandoffId
from opener.errors import CommandFault
from opener.wiring import opened_workspace
from playbook.book import Playbook
from playbook.settings import Settings


async def harvest_handoff(settings: Settings, book: Playbook, handoff: str, *, to: Path | None) -> None:
    """Print the draft, or write it into the folder under the handoff's id."""
    async with opened_workspace(settings, book) as workspace, workspace.reading() as uow:
        text = await harvest(uow, book, HandoffId(handoff))
    await asyncio.to_thread(_tell, text, to / f"{handoff}.yaml" if to else None)


async def record_conversation(settings: Settings, book: Playbook, conversation: str, *, to: Path | None) -> None:
    """Print the case, or write it into the file."""
    async with opened_workspace(settings, book) as workspace, workspace.reading() as uow, open_worlds() as worlds:
        text = await record(worlds, uow, book, ConversationId(conversation))
    await asyncio.to_thread(_tell, text, to)


def _tell(text: str, to: Path | None) -> None:
    if to is None:
        sys.stdout.write(text)
        return
    if to.exists():
        raise CommandFault(f"{to} is there already and was left as it is. Name another place.")
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text, encoding="utf-8")
    print(f"Wrote {to}. Read its `issues`.")
