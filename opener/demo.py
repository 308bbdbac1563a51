"""`opener demo`: the whole product on an invented company, in one process, on embedded defaults."""

import asyncio
import json
import os
import secrets
import socket
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from actions.add_form import add_form
from actions.add_key import Scope, add_api_key, add_widget_key
from actions.add_rep import add_rep, password_hash
from api.app import create_app
from api.server import Server, config_for
from opener.browser import BrowserSide
from opener.errors import CommandFault, ExitCode
from opener.form_admin import demo_form, demo_hook
from opener.ids import new_secret
from opener.serve import house_of
from opener.wiring import Built, assemble
from playbook.folders import SAMPLE
from playbook.loader import read_playbook
from playbook.settings import Settings
from worker.worker import worker_for

HOST = "127.0.0.1"
PAGE = "/pages/sample.html"
_KEPT = "demo.json"  # beside the data: a demo that is started again keeps its keys and its login


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """What opens the demo's doors."""

    secret: str
    widget_key: str
    api_key: str
    rep_email: str
    rep_password: str


async def run_demo(*, port: int, data: Path | None, as_json: bool, env: Mapping[str, str], console: Console) -> None:
    """Run until Ctrl-C."""
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opener-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        listening = stack.enter_context(_listen(port))
        url = f"http://{HOST}:{listening.getsockname()[1]}"
        settings = demo_settings(env, folder, url)
        book = read_playbook(SAMPLE)
        keys, fresh = _keys(folder, book.reps[0].email)
        built = assemble(settings, book)
        worker = worker_for(built.workspace, built.agent, settings, run_jobs=True)
        house = house_of(built, worker, secret=keys.secret, home=PAGE, shared=False)
        opened = replace(
            house,
            files=_site(built, keys),
            on_startup=(*house.on_startup, lambda: _open_doors(built, keys, fresh=fresh)),
        )
        app = create_app(opened)
        told = _told(built, keys, url, folder)
        config = config_for(app, host=HOST, port=port)
        hook = f"{url}{demo_hook(keys.secret)}"
        server = _Told(config, ready=lambda: _print_line(told) if as_json else _print(told, hook, built, console))
        await server.serve(sockets=[listening])


def demo_settings(env: Mapping[str, str], folder: Path, url: str) -> Settings:
    """The demo's own database and folder; the model and its key come from the environment."""
    given = Settings.from_env({k: v for k, v in env.items() if not k.startswith("OPENER_") or "MODEL" in k})
    database = f"sqlite+aiosqlite:///{(folder / 'opener.db').resolve()}"
    return replace(given, database_url=database, data=folder, public_url=url)


class _Told(Server):
    """A server that says when it is ready."""

    def __init__(self, config: Any, *, ready: Any) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        message = f"Port {port} is taken ({error.strerror}). Choose another one with --port."
        raise CommandFault(message, ExitCode.UNAVAILABLE) from None
    return listening


def _keys(folder: Path, rep_email: str) -> tuple[DemoKeys, bool]:
    """The keys of this folder, made at the first start."""
    kept = folder / _KEPT
    if kept.exists():
        return DemoKeys(**json.loads(kept.read_text(encoding="utf-8"))), False
    made = DemoKeys(
        secret=secrets.token_urlsafe(48),
        widget_key=new_secret("pk"),
        api_key=new_secret("sk"),
        rep_email=rep_email,
        rep_password=secrets.token_urlsafe(12),
    )
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump({name: getattr(made, name) for name in DemoKeys.__slots__}, file)
    return made, True


async def _open_doors(built: Built, keys: DemoKeys, *, fresh: bool) -> None:
    """The sample site's key, a full API key, and a rep who can sign in."""
    if not fresh:
        return
    hashed = await asyncio.to_thread(password_hash, keys.rep_password)
    async with built.workspace.unit() as uow:
        await add_widget_key(uow, key=keys.widget_key, name="sample site", origins=["*"])
        await add_rep(uow, email=keys.rep_email, name=None, hashed=hashed)
        scopes, rep = [Scope.ALL.value], keys.rep_email
        await add_api_key(uow, name="demo", scopes=scopes, secret=keys.api_key, rep_email=rep)
        await add_form(uow, demo_form(keys.secret, at=uow.now))


def _site(built: Built, keys: DemoKeys) -> BrowserSide:
    company = built.workspace.book.company
    values = {"widget_key": keys.widget_key, "title": company.name}
    return BrowserSide(values)


def _told(built: Built, keys: DemoKeys, url: str, folder: Path) -> dict[str, Any]:
    """Everything somebody needs to use the demo; the fields are fixed by the contract."""
    return {
        "page": f"{url}/",
        "console": f"{url}/console",
        "docs": f"{url}/docs",
        "api": f"{url}/v1",
        "widget_key": keys.widget_key,
        "api_key": keys.api_key,
        "rep": {"email": keys.rep_email, "password": keys.rep_password},
        "model": built.model_name,
        "data": str(folder),
    }


def _print_line(told: Mapping[str, Any]) -> None:
    print(json.dumps(told), flush=True)


def _print(told: Mapping[str, Any], hook: str, built: Built, console: Console) -> None:
    company = built.workspace.book.company
    table = Table.grid(padding=(0, 2))
    table.add_row("[bold]Sample page[/]", told["page"])
    table.add_row("API docs", told["docs"])
    table.add_row("Console", told["console"])
    table.add_row("Rep login", f"{told['rep']['email']}  {told['rep']['password']}")
    table.add_row("API key", told["api_key"])
    table.add_row("Widget key", told["widget_key"])
    table.add_row("Form hook", hook)
    table.add_row("Model", _model_words(built.model_name))
    table.add_row("Data", told["data"])
    console.print(f"\n[bold]Opener[/] runs for {company.name}. Open the page and chat with {company.agent_name}.\n")
    console.print(table, soft_wrap=True)
    console.print("\nCtrl-C ends it.")


def _model_words(name: str) -> str:
    if name == "built-in":
        return "the built-in interviewer (rules, no model call; set OPENAI_API_KEY for a model)"
    return name
