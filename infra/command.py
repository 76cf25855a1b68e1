"""Runs a tool as a child process: captured, with one result or one readable error, or in the user's terminal."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class CommandError(RuntimeError):
    """A tool ended with a status other than 0; the message holds its command line and its output."""


def run(command: Sequence[str | Path], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Run `command` to its end and return its standard output.

    `environment` replaces the whole environment when given. Raises CommandError when the tool is missing or fails.
    """
    words = [str(word) for word in command]
    try:
        # S603: the words come from this package, never from outside input, and no shell reads them.
        done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        raise CommandError(f"cannot run {words[0]}: {error}") from error
    if done.returncode != 0:
        raise CommandError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr}{done.stdout}".rstrip())
    return done.stdout


def run_in_view(command: Sequence[str | Path], *, cwd: Path, environment: Mapping[str, str]) -> int:
    """Run `command` with the user's own terminal, so that it can show progress and ask. Returns its exit status."""
    words = [str(word) for word in command]
    # S603: as above; the user's own arguments to our command are passed on as separate words.
    return subprocess.run(words, cwd=cwd, env=environment, check=False).returncode  # noqa: S603
