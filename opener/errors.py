"""Errors at the command line: one sentence with the way out, and an exit code that means something."""

from enum import IntEnum

from store.outage import OUTAGES


class ExitCode(IntEnum):
    """0 done, 1 checks failed, 2 wrong use, 3 an outside service is not there."""

    DONE = 0
    CHECKS_FAILED = 1
    WRONG_USE = 2
    UNAVAILABLE = 3


def unavailable(error: BaseException) -> str | None:
    """A sentence for an error that says an outside service (the database) is not there; None for any other error."""
    if not isinstance(error, OUTAGES):
        return None
    return "The database cannot be reached. Is OPENER_DATABASE_URL right, and is the server running?"


class CommandFault(Exception):
    """A command cannot go on; the message is for the person at the keyboard."""

    def __init__(self, message: str, code: ExitCode = ExitCode.WRONG_USE) -> None:
        super().__init__(message)
        self.code = code
