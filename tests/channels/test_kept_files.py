from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from channels.kept_files import forget_files, forget_old_files


def kept(folder: Path, name: str, content: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return file


async def test_only_files_that_name_the_person_are_deleted_and_nothing_beside_them(tmp_path: Path) -> None:
    theirs = [kept(tmp_path, "mail/1.eml", "To: Kim@Example.com"), kept(tmp_path, "notices/2.txt", "lead_01 is hot")]
    others = [kept(tmp_path, "mail/3.eml", "To: tim@example.com"), kept(tmp_path, "opener.db", "kim@example.com")]
    assert await forget_files(tmp_path, ("kim@example.com", "lead_01", "Bo")) == 2
    assert [file.exists() for file in theirs + others] == [False, False, True, True]
    assert await forget_files(tmp_path, ()) == 0


async def test_files_run_out(tmp_path: Path) -> None:
    old, fresh = kept(tmp_path, "mail/1.eml", "x"), kept(tmp_path, "mail/2.eml", "x")
    os.utime(old, (0, 0))
    assert await forget_old_files(tmp_path, datetime(2020, 1, 1, tzinfo=UTC)) == 1
    assert (old.exists(), fresh.exists()) == (False, True)
