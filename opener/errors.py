"""Errors at the command line: one sentence with the way out, and an exit code that means something."""

from enum import IntEnum


class ExitCode(IntEnum):
    """0 done, 1 checks failed, 2 wrong use, 3 an outside service is not there."""

    DONE = 0
    CHECKS_FAILED = 1
    WRONG_USE = 2
    UNAVAILABLE = 3


class CommandFault(Exception):
    """A command cannot go on; the message is for the person at the keyboard."""

    def __init__(self, message: str, code: ExitCode = ExitCode.WRONG_USE) -> None:
        super().__init__(message)
        self.code = code
