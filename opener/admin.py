"""Administration at the command line: database, team, keys, knowledge."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import track

from actions.add_key import add_api_key, add_widget_key
from actions.add_rep import add_rep, password_hash
from actions.leave_team import leave_team
from leads.actor import Actor
from leads.identity import RepId
from leads.signal import ActorKind
from opener.errors import CommandFault
from opener.ids import new_id, new_secret
from opener.wiring import embedder_for, opened_workspace, utc_now
from playbook.book import Playbook
from playbook.loader import read_pages
from playbook.settings import Settings
from store.engine import Database, open_engine
from store.knowledge import Document, Knowledge
from store.migrate import upgrade
from store.unit import unit_of_work

AT_THE_CONSOLE = Actor(ActorKind.SYSTEM, name="command line")


@asynccontextmanager
async def opened_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings, brought up to date, for as long as the block lasts."""
    database = open_engine(settings.database_url)
    try:
        await upgrade(database)
        yield database
    finally:
        await database.dispose()


async def upgrade_database(settings: Settings, *, console: Console) -> None:
    """Bring the database up to date."""
    async with opened_database(settings):
        console.print("The database is up to date.")


async def add_team_member(settings: Settings, *, email: str, name: str | None, password: str, console: Console) -> None:
    """Add a rep or change their password."""
    hashed = await asyncio.to_thread(password_hash, password)
    async with opened_database(settings) as database, unit_of_work(database, now=utc_now(), new_id=new_id) as uow:
        rep = await add_rep(uow, email=email, name=name, hashed=hashed)
    console.print(f"{rep.name} can sign in as {rep.email}.", markup=False, soft_wrap=True)


async def take_leave(
    settings: Settings, book: Playbook, *, email: str, to: str | None, dry_run: bool, console: Console
) -> None:
    """Take a rep out of the team, and say what went where."""
    async with opened_workspace(settings, book) as workspace, workspace.unit() as uow:
        heir = RepId(to) if to else None
        left = await leave_team(uow, book, RepId(email), actor=AT_THE_CONSOLE, to=heir, dry_run=dry_run)
        names = {rep.id: rep.name for rep in await uow.access.everybody()}
    will = "has left" if left.done else "would leave"
    console.print(f"{left.rep.name} {will}: {left.clocks} running clocks.", markup=False, soft_wrap=True)
    moved = {"lead": left.leads, "deal": left.deals, "task": left.tasks}
    moved |= {"request": left.handoffs, "meeting": left.meetings}
    for what, many in moved.items():
        for one in many:
            place = names[one.to] if one.to else f"queue {one.queue}" if one.queue else "nobody: please look"
            console.print(f"  {what} {one.id} -> {place}", markup=False, soft_wrap=True)
    still = [*(f"pool {key}" for key in left.pools), *(f"queue {key}" for key in left.queues)]
    if still:
        console.print(f"  still named in routing: {', '.join(still)}", markup=False, soft_wrap=True)
    if left.keys:
        console.print(f"  keys that acted for them: {', '.join(left.keys)}", markup=False, soft_wrap=True)


async def add_key(
    settings: Settings,
    *,
    name: str,
    scopes: Sequence[str],
    site: bool,
    origins: Sequence[str],
    rep: str | None,
    console: Console,
) -> None:
    """Make a secret API key, for one of the team if `rep` names them, or a public widget key, and show it."""
    if site and not origins:
        raise CommandFault("A site key needs at least one --origin, such as https://example.com.")
    async with opened_database(settings) as database, unit_of_work(database, now=utc_now(), new_id=new_id) as uow:
        if site:
            made = await add_widget_key(uow, key=new_secret("pk"), name=name, origins=origins)
            console.print(made.key, markup=False, soft_wrap=True)
        else:
            secret = await add_api_key(uow, name=name, scopes=scopes, secret=new_secret("sk"), rep_email=rep)
            console.print(f"{secret.secret}\nThis key is shown only now. Keep it safe.", markup=False, soft_wrap=True)


async def add_knowledge(settings: Settings, paths: Sequence[Path], *, console: Console) -> None:
    """Add Markdown files, with a progress bar."""
    pages = [page for path in paths for page in read_pages(path)]
    if not pages:
        raise CommandFault("No Markdown files there. Name files that end in .md, or folders that hold some.")
    async with opened_database(settings) as database:
        folder = settings.data / "knowledge"
        known = Knowledge(database, folder=folder, embedder=embedder_for(settings))
        for page in track(pages, description="Adding pages", console=console):
            await known.add([Document(page.slug, page.title, page.url, page.body, source="command line")])
        await known.close()
    console.print(f"{len(pages)} page{'s' if len(pages) > 1 else ''} in the company's knowledge.")
