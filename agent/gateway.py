"""The one door to a model: one time budget, at most two tries, a breaker, and a fallback that always answers.

Everything a provider can do has a named ending (`Finish`). Nothing is raised to the caller but cancellation.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from time import monotonic

import structlog

from agent.attempt import Attempt, Budget, Completion
from agent.breaker import Breaker
from agent.finish import Finish
from agent.provider import HoldsConnections, Provider, Request, Usage

__all__ = ["Budget", "Completion", "Finish", "Gateway"]

log = structlog.get_logger()

_PROVIDER_AT_FAULT = frozenset(
    {
        Finish.cut_off,
        Finish.garbage,
        Finish.timeout,
        Finish.unavailable,
        Finish.rate_limited,
        Finish.out_of_credit,
    }
)
"""What the breaker counts. A refusal, a filter or a request of ours that is wrong shows a provider that works."""


class Gateway:
    """Asks `provider`, and `fallback` when the provider cannot answer. Lives as long as the process."""

    def __init__(
        self,
        provider: Provider,
        *,
        fallback: Provider | None = None,
        budget: Budget | None = None,
        clock: Callable[[], float] = monotonic,
        breaker: Breaker | None = None,
    ) -> None:
        """`clock` gives monotonic seconds; deadlines are instants of it."""
        self._provider = provider
        self._fallback = fallback
        self._clock = clock
        self.budget = budget or Budget()
        self.breaker = breaker or Breaker(clock=clock)

    @property
    def provider_name(self) -> str:
        """The configured provider."""
        return self._provider.name

    @property
    def has_fallback(self) -> bool:
        """Whether somebody else can answer when the provider cannot."""
        return self._fallback is not None

    def deadline(self) -> float:
        """The instant by which a turn that starts now must be answered."""
        return self._clock() + self.budget.turn_s

    async def close(self) -> None:
        """Give back what the providers hold; for the end of the process."""
        for provider in (self._provider, self._fallback):
            if isinstance(provider, HoldsConnections):
                await provider.close()

    async def complete(self, request: Request, *, deadline: float, fallback_only: bool = False) -> Completion:
        """Ask, and return the whole message."""
        async with aclosing(self.stream(request, deadline=deadline, fallback_only=fallback_only)) as parts:
            async for part in parts:
                if isinstance(part, Completion):
                    return part
        raise AssertionError("a stream ends in a completion")

    async def stream(
        self, request: Request, *, deadline: float, fallback_only: bool = False
    ) -> AsyncGenerator[str | Completion, None]:
        """Ask, yield the words as they come, and end in one `Completion`.

        A second try or the fallback only ever starts before the first word, so what was yielded is one message.
        When a message breaks after its first word the completion says how, and the caller asks again or not.
        `fallback_only` skips the provider: for the rest of a turn that has already met its failure.
        """
        completion = self._left_alone(deadline)
        spent = Usage()
        async with aclosing(self._attempts(deadline, fallback_only)) as attempts:
            async for attempt in attempts:
                async with aclosing(attempt.words(request)) as words:
                    async for word in words:
                        yield word
                completion = attempt.completion
                spent += completion.usage
        yield replace(completion, usage=spent)

    async def _attempts(self, deadline: float, fallback_only: bool) -> AsyncGenerator[Attempt, None]:
        """The tries this request gets, each yielded to be made before the next is thought of."""
        attempt = None
        until = deadline - (self.budget.reserve_s if self._fallback else 0)
        tries = 0 if fallback_only and self._fallback else self.budget.tries
        for tries_left in reversed(range(tries)):
            if self._clock() >= until or not self.breaker.allows():
                break
            attempt = Attempt(self._provider, budget=self.budget, clock=self._clock, until=until)
            yield attempt
            self._note(attempt.completion)
            if not (tries_left and await self._worth_another_try(attempt)):
                break
        if self._fallback and (attempt is None or attempt.needs_fallback):
            until = max(deadline, self._clock() + self.budget.reserve_s)
            yield Attempt(self._fallback, budget=self.budget, clock=self._clock, until=until, degraded=True)

    def _left_alone(self, deadline: float) -> Completion:
        """The ending of a request nobody was asked to answer."""
        late = self._clock() >= deadline
        finish, detail = (Finish.timeout, "no time left") if late else (Finish.unavailable, "the breaker is open")
        return Completion("", (), finish, Usage(), self._provider.name, detail)

    def _note(self, completion: Completion) -> None:
        """Tell the breaker and the operator how the provider did."""
        if completion.finish not in _PROVIDER_AT_FAULT:
            self.breaker.succeeded()
            return
        self.breaker.failed()
        tell = log.error if completion.finish is Finish.out_of_credit else log.warning
        tell(
            "model.failed",
            provider=completion.provider_name,
            finish=completion.finish.value,
            detail=completion.detail,
            breaker_open=self.breaker.is_open,
        )

    async def _worth_another_try(self, attempt: Attempt) -> bool:
        """Wait for a second try where one may help and fits the budget; otherwise say no at once."""
        if attempt.spoken or not attempt.retryable:
            return False
        pause = self.budget.retry_pause_s if attempt.retry_after_s is None else attempt.retry_after_s
        if pause >= min(self.budget.first_byte_s, attempt.until - self._clock()):
            return False
        await asyncio.sleep(pause)
        return True
