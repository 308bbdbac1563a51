"""Privacy at the command line: giving out, erasing, and a new key for the suppression list."""

import asyncio
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from actions.erase_person import Erased, erase_person
from actions.export_person import export_person
from actions.suppress_refusals import suppress_refusals
from api.export_file import ExportFormat, as_file
from channels.kept_files import forget_files
from leads.actor import Actor
from leads.identity import PersonId
from leads.signal import ActorKind
from opener.errors import CommandFault
from opener.ids import new_id
from opener.suppression_key import suppression_key
from opener.wiring import opened_workspace, utc_now
from playbook.book import Playbook
from playbook.settings import Settings
from store.engine import open_engine
from store.migrate import upgrade
from store.residue import wipe_residue
from store.unit import UnitOfWork, unit_of_work

BY_OPERATOR = Actor(ActorKind.REP, name="command line")
"""Whoever may use the machine."""


async def export_somebody(settings: Settings, book: Playbook, *, email: str, to: Path | None) -> None:
    """Write the export into a file, in the form of its ending, or print it as JSON."""
    format = _format(to)
    async with opened_workspace(settings, book) as workspace, workspace.unit() as uow:
        exported = await export_person(uow, await _known(uow, email), actor=BY_OPERATOR)
    content = as_file(exported, format, book).content
    if to is None:
        sys.stdout.buffer.write(content + b"\n")
        return
    await asyncio.to_thread(to.write_bytes, content)
    print(f"{exported.rows} records of {len(exported.tables)} kinds in {to}.")


def _format(to: Path | None) -> ExportFormat:
    ending = to.suffix.lstrip(".").lower() if to else ExportFormat.JSON.value
    if ending not in set(ExportFormat):
        raise CommandFault(f"Name a file that ends in .json, .html or .zip, not {ending or 'in nothing'}.")
    return ExportFormat(ending)


async def erase_somebody(settings: Settings, book: Playbook, *, email: str, console: Console) -> None:
    """Erase, clean what is left in files, and print the receipt."""
    async with opened_workspace(settings, book) as workspace:
        async with workspace.unit() as uow:
            erased = await erase_person(uow, book, await _known(uow, email), actor=BY_OPERATOR)
        await forget_files(settings.data, erased.words)
        clean = await wipe_residue(workspace.database)
    _print_receipt(erased, console)
    if not clean:
        console.print("The database was busy: its file is written anew in the coming night.")


def _print_receipt(erased: Erased, console: Console) -> None:
    receipt = erased.receipt
    console.print(f"Erased on {receipt.at:%Y-%m-%d %H:%M} UTC. Receipt {receipt.id}, record {receipt.person_id}.")
    table = Table("table", "deleted", "emptied")
    for name in sorted({*receipt.deleted, *receipt.emptied}):
        table.add_row(name, str(receipt.deleted.get(name, 0)), str(receipt.emptied.get(name, 0)))
    console.print(table)


async def _known(uow: UnitOfWork, email: str) -> PersonId:
    person = await uow.people.by_email(email)
    if person is None:
        raise CommandFault(f"Nobody is known by {email}.")
    return person.id


async def begin_new_key(settings: Settings, *, console: Console) -> None:
    """Note the key that is in place now, and put everybody who said no on the list again under it."""
    key, database = suppression_key(settings), open_engine(settings.database_url)
    try:
        await upgrade(database)
        async with unit_of_work(database, now=utc_now(), new_id=new_id, suppression_key=key) as uow:
            await uow.suppressions.check_key(now=uow.now, replace=True)
            count = await suppress_refusals(uow)
            await uow.note_act(BY_OPERATOR, "suppression.new_key", "suppression", count=count)
    finally:
        await database.dispose()
    console.print(f"The list has a new key. {count} people who had said no are on it again.")
