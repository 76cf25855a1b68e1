"""What a command's exit status says, and the errors that carry one."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """The statuses of `picturebook`; a signal gives 128 plus its number, as shells have it."""

    COMPLETED = 0
    NOT_COMPLETED = 1
    BAD_INPUT = 2
    INTERRUPTED = 130


class CommandFailedError(Exception):
    """The command cannot go on; the message is for the person at the terminal."""

    status = ExitStatus.NOT_COMPLETED


class BadInputError(CommandFailedError):
    """What was handed in cannot be used: a file, an option, a story. `field` is where, when one can say."""

    status = ExitStatus.BAD_INPUT

    def __init__(self, message: str, *, field: str | None = None, accepted: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.accepted = accepted
