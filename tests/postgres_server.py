"""A throw-away Postgres for the tests: started in a temporary folder, gone afterwards, never asked to be durable."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "listen_addresses": "127.0.0.1",
}
USER = "opener"
PATIENCE = 30.0


def binaries() -> Path | None:
    """The folder with initdb and postgres: on the PATH, where pg_config says, or where Debian keeps it."""
    places = [Path(found).parent for found in [shutil.which("initdb")] if found]
    if shutil.which("pg_config"):
        said = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        places += [Path(said)] if said else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a cluster on a free port of 127.0.0.1 (and a Unix socket) and yield its `postgresql+psycopg://…` URL.

    The URL names the empty database `postgres`; take one of your own with `new_database`. Takes about a second.
    Skips the test when no server is installed. Postgres refuses to run as root, so root hands over to another user.
    """
    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL server found (initdb); on Debian: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="opener-postgres-"))
    user = _unprivileged()
    if user:
        os.chown(folder, user["user"], user["group"])
    try:
        _initialise(programs, folder, user)
        server, port = _start(programs, folder, user)
        try:
            yield f"postgresql+psycopg://{USER}@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGQUIT)  # "immediate": there is nothing to save
            server.wait(PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def new_database(server_url: str, *, template: str | None = None) -> Iterator[str]:
    """Create a database with a name of its own, yield its URL, and drop it, connections and all."""
    name = f"t{uuid4().hex}"
    like = f' TEMPLATE "{template}"' if template else ""
    with _admin(server_url) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{like}')  # type: ignore[arg-type]
    try:
        yield server_url.rpartition("/")[0] + f"/{name}"
    finally:
        with _admin(server_url) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]


def _admin(server_url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(server_url.replace("+psycopg", "", 1), autocommit=True)


def _unprivileged() -> dict[str, Any]:
    """Who runs the server when we are root: the user Debian's package makes, else nobody."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    who = names.get("postgres") or names["nobody"]
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def _initialise(programs: Path, folder: Path, user: dict[str, Any]) -> None:
    command = [programs / "initdb", "-D", folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    done = subprocess.run(
        [*command, "--no-sync"], cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE, **user
    )
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed: {done.stderr}")


def _start(programs: Path, folder: Path, user: dict[str, Any]) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a port that was free a moment ago; somebody may be quicker, so try a few."""
    for _ in range(5):
        port = _free_port()
        settings = {**SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", *options], cwd=folder, stdout=log, stderr=log, **user
            )
        if _answers(server, port):
            return server, port
    raise RuntimeError(f"The PostgreSQL server did not start: {(folder / 'log').read_text()}")


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user=USER, dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return True
    server.kill()
    server.wait(PATIENCE)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
