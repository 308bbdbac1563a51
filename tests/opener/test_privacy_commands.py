"""`opener privacy …`: a copy, an erasure with its receipt, and a key that is not to be lost."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.workspace import Workspace
from opener.ids import new_id
from opener.suppression_key import suppression_key
from opener.wiring import utc_now
from playbook.folders import DEFAULTS
from playbook.loader import read_playbook
from playbook.settings import Settings
from store.engine import open_engine
from store.migrate import upgrade
from tests.opener.test_cli import opener

KIM = "kim@bakery.example.com"


def in_use(folder: Path) -> dict[str, str]:
    """A folder with a playbook, a key, and a database with somebody in it."""
    shutil.copytree(DEFAULTS, folder / "mine")
    key = suppression_key(Settings(data=folder / "opener-data"))

    async def fill() -> None:
        database = open_engine(f"sqlite+aiosqlite:///{folder}/opener.db")
        await upgrade(database)
        workspace = Workspace(database, read_playbook(folder / "mine"), utc_now, new_id, suppression_key=key)
        async with workspace.unit() as uow:
            await uow.suppressions.check_key(now=uow.now)
            told = Capture("form", email=KIM, name="Kim Larsen", context=CaptureContext.DEMO)
            await capture_lead(uow, workspace.book, told)
        await database.dispose()

    asyncio.run(fill())
    return {"OPENER_PLAYBOOK": "mine"}


def test_somebody_is_given_out_and_then_erased(tmp_path: Path) -> None:
    env = in_use(tmp_path)
    page = opener(tmp_path, "privacy", "export", KIM, "--out", "kim.json", env=env)
    assert "records" in page.stdout, page.stderr
    told = json.loads((tmp_path / "kim.json").read_text(encoding="utf-8"))
    assert [person["name"] for person in told["tables"]["people"]] == ["Kim Larsen"]
    done = opener(tmp_path, "privacy", "erase", KIM, env=env, text="y\n")
    assert done.returncode == 0, done.stderr
    assert "Receipt era_" in done.stdout
    (tmp_path / "kim.json").unlink()
    assert [f.name for f in tmp_path.rglob("*") if f.is_file() and b"kim larsen" in f.read_bytes().lower()] == []
    again = opener(tmp_path, "privacy", "erase", KIM, "--yes", env=env)
    assert (again.returncode, "Nobody is known" in again.stderr) == (2, True)


def test_another_key_is_refused_until_it_is_said_to_be_the_new_one(tmp_path: Path) -> None:
    env = in_use(tmp_path)
    key = tmp_path / "opener-data" / "suppression.key"
    assert key.stat().st_mode & 0o077 == 0
    key.unlink()
    refused = opener(tmp_path, "privacy", "export", KIM, env=env)
    assert refused.returncode == 2
    assert "suppression.key" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "new key" in opener(tmp_path, "privacy", "new-key", "--yes", env=env).stdout
