"""The exit statuses of a command, and the errors that carry one."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """The statuses of `picturebook`. A signal gives 128 plus its number, as in shells."""

    COMPLETED = 0
    NOT_COMPLETED = 1
    BAD_INPUT = 2
    INTERRUPTED = 130


class CommandFailedError(Exception):
    """The command cannot go on. The message is printed in the terminal."""

    status = ExitStatus.NOT_COMPLETED


class BadInputError(CommandFailedError):
    """The command cannot use a file, an option or a story that it was given.

    `field` names the faulty option or field where it is known, and `accepted` describes valid values.
    """

    status = ExitStatus.BAD_INPUT

    def __init__(self, message: str, *, field: str | None = None, accepted: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.accepted = accepted
