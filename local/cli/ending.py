"""How a command ends: every foreseen failure becomes one message and an exit status, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import typer

from local.cli.exit_status import BadInputError, CommandFailedError
from local.cli.interruption import Interrupted, interruptible


@contextmanager
def ending_well(*, json_to: TextIO | None = None, ended_by_signal: bool = False) -> Iterator[None]:
    """Run a command's work; its failures are told on standard error, and as a line of JSON where one is wanted.

    `ended_by_signal` says that being ended is how this command succeeds.
    """
    try:
        with interruptible():
            yield
    except Interrupted as interrupted:
        _tell("Stopped. Everything that was started has been ended.", *getattr(interrupted, "__notes__", ()))
        raise typer.Exit(0 if ended_by_signal else interrupted.status) from None
    except CommandFailedError as error:
        _tell(str(error))
        if json_to is not None:
            _tell_scripts(error, json_to)
        raise typer.Exit(error.status) from None


def _tell(*sentences: str) -> None:
    for sentence in sentences:
        typer.echo(sentence, err=True)


def _tell_scripts(error: CommandFailedError, stream: TextIO) -> None:
    from local.cli.displays import print_json_line  # noqa: PLC0415  imports rich, which a failing command may not need

    where = {"field": error.field, "accepted": error.accepted} if isinstance(error, BadInputError) else {}
    print_json_line(stream, {"type": "error", "message": str(error), **where})
