"""Processes of their own that begin at once on the same database.

A module that takes part prints "ready" when it may begin, waits for a line on standard input, and prints one line.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]


def at_once(module: str, argument_lists: Sequence[Sequence[str]]) -> list[str]:
    """Run `python -m module` once with each list of arguments; what each process printed, in that order.

    None may fail or complain.
    """
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    rivals = [
        subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT, text=True, **pipes)
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
        told, complained = rival.communicate(timeout=90)
        assert (rival.returncode, complained) == (0, "")
        printed.append(told.strip())
    return printed


def wait_for_the_others() -> None:
    """Say that this process is ready, and wait until all are."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
