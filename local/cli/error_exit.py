"""Turns every expected failure of a command into one message and an exit status, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import typer

from local.cli.exit_status import BadInputError, CommandFailedError
from local.cli.interruption import Interrupted, interruptible
from local.cli.json_lines import print_json_line


@contextmanager
def exit_on_error(*, json_to: TextIO | None = None, ended_by_signal: bool = False) -> Iterator[None]:
    """Run a command's work and raise `typer.Exit` when it fails or is interrupted.

    The message goes to standard error, and as one line of JSON to `json_to` where that is given. `ended_by_signal`
    means that a signal is the normal end of this command: the exit status is then 0.
    """
    try:
        with interruptible():
            yield
    except Interrupted as interrupted:
        _print_errors("Stopped. Everything that this command started has ended.", *_notes(interrupted))
        raise typer.Exit(0 if ended_by_signal else interrupted.status) from None
    except CommandFailedError as error:
        _print_errors(str(error))
        if json_to is not None:
            print_json_line(json_to, _error_document(error))
        raise typer.Exit(error.status) from None


def _notes(error: BaseException) -> list[str]:
    return getattr(error, "__notes__", [])


def _print_errors(*sentences: str) -> None:
    for sentence in sentences:
        typer.echo(sentence, err=True)


def _error_document(error: CommandFailedError) -> dict[str, object]:
    where = {"field": error.field, "accepted": error.accepted} if isinstance(error, BadInputError) else {}
    return {"type": "error", "message": str(error), **where}
