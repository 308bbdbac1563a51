"""`opener chat` from settings: on the sample company when no playbook is named, without touching anybody's database."""

import tempfile
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from opener.chat import chat
from opener.wiring import build
from playbook.folders import SAMPLE
from playbook.loader import read_playbook
from playbook.settings import Settings


async def talk(settings: Settings, *, email: str | None, console: Console) -> None:
    """Talk in the terminal."""
    if settings.playbook is not None:
        await _talk(settings, settings.playbook, email=email, console=console)
        return
    with tempfile.TemporaryDirectory(prefix="opener-") as folder:
        own = Path(folder)
        url = f"sqlite+aiosqlite:///{own / 'opener.db'}"
        await _talk(replace(settings, database_url=url, data=own), SAMPLE, email=email, console=console)


async def _talk(settings: Settings, playbook: Path, *, email: str | None, console: Console) -> None:
    built = await build(settings, read_playbook(playbook))
    try:
        await chat(built, email=email, console=console)
    finally:
        await built.close()
