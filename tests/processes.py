"""Processes of their own that begin at once on the same database.

A module that takes part prints "ready" when it may begin, waits for a line on standard input, and prints one line.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

ROOT = Path(__file__).parents[1]
PATIENCE_S = 90.0


@contextmanager
def process(
    command: Sequence[str | Path], *, within_s: float = PATIENCE_S, **how: Any
) -> Iterator[subprocess.Popen[str]]:
    """Run a program while the block lasts, told as to `Popen`. However the block is left, it is gone then.

    It is killed when it has not ended within so many seconds: who reads its output would wait for ever, and in a
    thread nothing could wake the reader.
    """
    with subprocess.Popen(command, text=True, **how) as begun:
        watch = Timer(within_s, begun.kill)
        watch.daemon = True
        watch.start()
        try:
            yield begun
        finally:
            watch.cancel()
            begun.kill()


def at_once(module: str, argument_lists: Sequence[Sequence[str]]) -> list[str]:
    """Run `python -m module` once with each list of arguments; what each process printed, in that order.

    None may fail or complain.
    """
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with ExitStack() as running:
        rivals = [
            running.enter_context(process([sys.executable, "-m", module, *arguments], cwd=ROOT, **pipes))
            for arguments in argument_lists
        ]
        for rival in rivals:
            assert rival.stdout is not None
            assert rival.stdout.readline() == "ready\n"
        for rival in rivals:
            assert rival.stdin is not None
            rival.stdin.write("go\n")
            rival.stdin.flush()
        printed = []
        for rival in rivals:
            told, complained = rival.communicate(timeout=PATIENCE_S)
            assert (rival.returncode, complained) == (0, "")
            printed.append(told.strip())
    return printed


def wait_for_the_others() -> None:
    """Say that this process is ready, and wait until all are."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
