"""Serving: the HTTP room with the worker inside, several processes of it, or the worker alone."""

import asyncio
import gc
import os
import signal
from functools import partial
from pathlib import Path

import structlog
from uvicorn.supervisors import Multiprocess

from api.app import App, create_app
from api.house import House
from api.server import Server, config_for
from channels.kept_files import forget_files
from opener.browser import BrowserSide
from opener.errors import CommandFault, ExitCode
from opener.logs import configure_logs
from opener.wiring import Built, assemble, who_answers
from playbook.book import Playbook
from playbook.loader import read_playbook
from playbook.settings import Settings, WorkerMode
from worker.worker import Worker, worker_for

log = structlog.get_logger()


def house_of(built: Built, worker: Worker | None, *, secret: str, home: str, shared: bool) -> House:
    """The HTTP room's house: it makes everything ready when it starts and gives it back when it ends."""

    async def start() -> None:
        await built.prepare()
        if worker is not None:
            await worker.start()
        settle()

    async def stop() -> None:
        if worker is not None:
            await worker.stop()
        await built.close()

    return House(
        workspace=built.workspace,
        agent=built.agent,
        secret=secret,
        public_url=built.settings.public_url,
        model_name=built.model_name,
        files=BrowserSide(),
        home=home,
        shared_database=shared and not built.settings.database_url.startswith("postgresql"),
        enriches=bool(built.settings.enrich_file or built.settings.enrich_url),
        forget_kept=partial(forget_files, built.settings.data),
        on_startup=(start,),
        on_shutdown=(stop,),
    )


def settle() -> None:
    """What is loaded by now stays for good: take it out of the garbage collector's rounds."""
    gc.collect()
    gc.freeze()


def required_secret(settings: Settings) -> str:
    """The secret that signs sessions. Raises CommandFault when there is none."""
    return settings.secret_for_serving()


def app_from_environment() -> App:
    """One serving process's app, from the environment; what each process of `serve --workers N` runs."""
    settings = Settings.from_env(os.environ, dotenv=Path(".env"))
    configure_logs(settings.log.value)
    folder = settings.playbook
    if folder is None:
        raise CommandFault("OPENER_PLAYBOOK is not set.")
    built = assemble(settings, read_playbook(folder))
    internal = settings.worker is WorkerMode.INTERNAL
    worker = worker_for(built.workspace, built.agent, settings, run_jobs=internal)
    house = house_of(built, worker, secret=required_secret(settings), home="/docs", shared=True)
    return create_app(house)


def serve_forever(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve until the process is told to end."""
    required_secret(settings)
    config = config_for(
        "opener.serve:app_from_environment", host=host, port=port, trusted_proxies=settings.trusted_proxies
    )
    log.warning("serving", url=f"http://{host}:{port}", model=who_answers(settings), count=workers)
    try:
        if workers == 1:
            Server(config).run()
        else:
            config.workers = workers
            Multiprocess(config, sockets=[config.bind_socket()]).run()
    except OSError as error:
        raise CommandFault(f"Port {port} cannot be used: {error.strerror}.", ExitCode.UNAVAILABLE) from None


async def work_forever(settings: Settings, book: Playbook) -> None:
    """Background work only, until the process is told to end."""
    built = assemble(settings, book)
    await built.prepare()
    worker = worker_for(built.workspace, built.agent, settings, run_jobs=True)
    await worker.start()
    settle()
    log.warning("working")
    await told_to_end()
    await worker.stop()
    await built.close()


async def told_to_end() -> None:
    """Wait for Ctrl-C or a polite kill."""
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, end.set)
    await end.wait()
