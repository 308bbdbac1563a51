"""What a command starts from: the settings of this folder, the playbook they name, and an event loop."""

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from opener.errors import CommandFault
from opener.logs import configure_logs
from playbook.settings import Settings

T = TypeVar("T")


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a command's coroutine on the fast event loop where it is installed."""
    try:
        import uvloop  # noqa: PLC0415 - not on Windows

        uvloop.run(work)
    except ImportError:
        asyncio.run(work)


def run_for(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine and give what it returns."""
    found: list[T] = []

    async def noted() -> None:
        found.append(await work)

    run(noted())
    return found[0]


def settings_from_here() -> Settings:
    """The settings of this folder: environment first, then `.env`."""
    settings = Settings.from_env(os.environ, dotenv=Path(".env"))
    configure_logs(settings.log.value)
    return settings


def playbook_folder(settings: Settings) -> Path:
    """The playbook to use. Raises CommandFault when none is named."""
    if settings.playbook is None:
        raise CommandFault("No playbook is named. Write one with `opener init my-playbook`, then set OPENER_PLAYBOOK.")
    return settings.playbook
