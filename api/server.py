"""Serving the app with uvicorn, so that it ends quickly: open streams say goodbye as soon as the process must end.

Uvicorn waits for open connections before it tells the app that it is closing, and an event stream never ends by
itself. So the server says it first.
"""

import socket

import uvicorn
from litestar import Litestar

from api.desk import Desk

DRAIN_S = 3
"""How long open connections may take to end after the goodbye, in seconds."""


class Server(uvicorn.Server):
    """A uvicorn server for one app of ours."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then everything else."""
        app = self.config.loaded_app
        while app is not None and not isinstance(app, Litestar):
            app = getattr(app, "app", None)  # uvicorn's own wrapping, for proxy headers
        if app is not None:
            desk: Desk = app.state["desk"]
            desk.closing.begin()
        await super().shutdown(sockets)


def config_for(app: Litestar | str, *, host: str, port: int, trusted_proxies: str | None = None) -> uvicorn.Config:
    """How we serve: our own access log, no server header, forwarded addresses only from proxies that are named.

    `app` may be the import path of a function that makes the app, for several processes that each make their own.
    """
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=trusted_proxies is not None,
        forwarded_allow_ips=trusted_proxies,
        timeout_graceful_shutdown=DRAIN_S,
        ws="none",
        lifespan="on",
    )
