"""`opener privacy …`: a copy, an erasure with its receipt, and a key that is not to be lost."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from actions.assign_owner import assign_owner
from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.install_playbook import install_playbook
from actions.workspace import Workspace
from leads.contact_point import PointKind
from leads.suppression import SCOPES, Suppression, SuppressionReason
from opener.ids import new_id
from opener.privacy import BY_OPERATOR
from opener.suppression_key import suppression_key
from opener.wiring import utc_now
from playbook.folders import DEFAULTS
from playbook.loader import read_playbook
from playbook.settings import Settings
from store.engine import open_engine
from store.migrate import upgrade
from tests.opener.test_cli import opener

KIM = "kim@bakery.example.com"


def in_use(folder: Path, *, suppressed: bool = False) -> dict[str, str]:
    """A folder with a playbook, a key, and a database with somebody in it, whose lead the first rep has."""
    shutil.copytree(DEFAULTS, folder / "mine")
    key = suppression_key(Settings(data=folder / "opener-data"))

    async def fill() -> None:
        database = open_engine(f"sqlite+aiosqlite:///{folder}/opener.db")
        await upgrade(database)
        workspace = Workspace(database, read_playbook(folder / "mine"), utc_now, new_id, suppression_key=key)
        async with workspace.unit() as uow:
            await uow.suppressions.check_key(now=uow.now)
            ana = (await install_playbook(uow, workspace.book))[0]
            told = Capture("form", email=KIM, name="Kim Larsen", context=CaptureContext.DEMO)
            captured = await capture_lead(uow, workspace.book, told)
            await assign_owner(
                uow, workspace.book, captured.lead.id, to=ana.id, queue=None, actor=BY_OPERATOR, why="test"
            )
            if suppressed:
                reason = SuppressionReason.DO_NOT_CONTACT
                entry = Suppression("sup_1", PointKind.EMAIL, SCOPES[reason], reason, "test", uow.now)
                await uow.suppressions.add(KIM, entry)
        await database.dispose()

    asyncio.run(fill())
    return {"OPENER_PLAYBOOK": "mine"}


@pytest.mark.parametrize("suppressed", [False, True])
def test_who_leaves_the_team_hands_nobody_on_whom_nobody_may_answer(tmp_path: Path, suppressed: bool) -> None:
    env = in_use(tmp_path, suppressed=suppressed)
    email = read_playbook(tmp_path / "mine").reps[0].email
    told = opener(tmp_path, "rep", "leave", email, "--dry-run", env=env)
    assert told.returncode == 0, told.stderr
    [line] = [line for line in told.stdout.splitlines() if "lead lead_" in line]
    assert ("nobody" in line) is suppressed


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


def test_no_list_is_brought_in_with_a_key_that_recognises_nobody(tmp_path: Path) -> None:
    env = in_use(tmp_path)
    (tmp_path / "list.csv").write_text(f"email\n{KIM}\n", encoding="utf-8")
    assert opener(tmp_path, "import", "list.csv", env=env).returncode == 0
    (tmp_path / "opener-data" / "suppression.key").unlink()
    refused = opener(tmp_path, "import", "list.csv", env=env)
    assert (refused.returncode, "suppression.key" in refused.stderr) == (2, True), refused.stderr
    assert "Traceback" not in refused.stderr
