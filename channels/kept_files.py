"""What the console twins have written down instead of sending it: mails and notices as files, and forgetting them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

FOLDERS = ("mail", "notices")
LEAST = 5


async def forget_files(folder: Path, words: Sequence[str]) -> int:
    """Delete every kept file that holds one of these words (an address, a name, an id); how many."""
    sought = [word.lower().encode() for word in words if len(word) >= LEAST]
    return await asyncio.to_thread(_forget, folder, sought) if sought else 0


async def forget_old_files(folder: Path, before: datetime) -> int:
    """Delete what was kept before an instant; how many files."""
    return await asyncio.to_thread(_forget_old, folder, before.timestamp())


def _forget(folder: Path, sought: Sequence[bytes]) -> int:
    count = 0
    for file in _files(folder):
        content = file.read_bytes().lower()
        if any(word in content for word in sought):
            file.unlink(missing_ok=True)
            count += 1
    return count


def _forget_old(folder: Path, before: float) -> int:
    old = [file for file in _files(folder) if file.stat().st_mtime < before]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _files(folder: Path) -> list[Path]:
    return [file for name in FOLDERS for file in (folder / name).glob("*") if file.is_file()]
