"""Breaking the product on purpose: one function at a time, for as long as a test lasts.

The function itself is given another body, so that everybody who has imported it meets the broken one.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mutation:
    """In `function`, `old` (which stands there once) becomes `new`; one of the named cases must then fail.

    A test that names no cases says itself what has to mind.

    `why` says what the break would mean for a user.
    """

    why: str
    function: Callable[..., Any]
    old: str
    new: str
    cases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a test calls it."""
        return f"{self.function.__module__}.{self.function.__qualname__}: {self.old} -> {self.new}"


@contextmanager
def broken(mutation: Mutation) -> Iterator[None]:
    """The product with this mutation in it. AssertionError when the code to be broken is not there any more."""
    function: Any = inspect.unwrap(mutation.function)
    forget = getattr(mutation.function, "cache_clear", lambda: None)  # of what the whole one has answered
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(mutation.old) == 1, f"{mutation.name}: stands {source.count(mutation.old)} times in the source"
    made: dict[str, Any] = {}
    exec(compile(source.replace(mutation.old, mutation.new), "<mutation>", "exec"), function.__globals__, made)
    kept = function.__code__
    function.__code__ = inspect.unwrap(made[function.__name__]).__code__
    forget()
    try:
        yield
    finally:
        function.__code__ = kept
        forget()
