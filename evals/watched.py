"""A provider under watch: how often it was asked, and failing when a case says so."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import cast

from agent.finish import Finish
from agent.provider import Part, Provider, ProviderFault, Request


def closing(parts: AsyncIterator[Part]) -> "aclosing[AsyncGenerator[Part, None]]":
    """A stream that is closed with its reader: every provider of ours makes its stream with a generator."""
    return aclosing(cast("AsyncGenerator[Part, None]", parts))


class Watched:
    """Passes on what another provider says; `requests` counts. While `failing` it is not asked, and fails like that."""

    def __init__(self, inner: Provider) -> None:
        self.name = inner.name
        self.requests = 0
        self.failing: Finish | None = None
        self._inner = inner

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        """What the other says. Raises ProviderFault while failing."""
        self.requests += 1
        if self.failing is not None:
            raise ProviderFault(self.failing, "as the case says")
        async with closing(self._inner.stream(request)) as parts:
            async for part in parts:
                yield part
