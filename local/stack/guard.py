"""Runs one part of the local stack, and kills it when its owner (the process that started the guard) ends.

Started as a script: `python -I -S guard.py DIRECTORY COMMAND…`. The owner holds the other end of standard input;
when that closes (an exit, an exception, Ctrl-C, even SIGKILL), the guard kills the part's whole process group and
removes DIRECTORY. It sends SIGKILL, because after SIGTERM a function would first finish its paid call. The guard has a
session of its own, so that a Ctrl-C in the terminal reaches the owner only. It knows nothing about the part's program.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

LOG_NAME = "part.log"
# The group is dead by then and the pipe ends with it, unless a process left the group and still holds the pipe.
_PASSED_ON_WITHIN_S = 1.0


def main(directory: Path, command: list[str]) -> None:
    """Start the command with its error output in the directory's log, and wait until the owner closes our input."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with (directory / LOG_NAME).open("ab", buffering=0) as log:
        part = _start(command, directory, log)
        passing_on = _passing_on(part, log) if part else None
        while os.read(sys.stdin.fileno(), 1024):
            pass
        if part and passing_on:
            _kill_group(part)
            passing_on.join(_PASSED_ON_WITHIN_S)
    _remove(directory)


def _start(command: list[str], directory: Path, log: BinaryIO) -> "subprocess.Popen[bytes] | None":
    try:
        return subprocess.Popen(  # noqa: S603  the owner wrote the command
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    except OSError as error:
        log.write(f"{error}\n".encode())
        os.close(sys.stdout.fileno())
        return None


def _passing_on(part: "subprocess.Popen[bytes]", log: BinaryIO) -> threading.Thread:
    # With a descriptor of its own: a thread that outlasts the wait for it still writes into an open file.
    thread = threading.Thread(target=_pass_on, args=(part.stdout, os.dup(log.fileno())), daemon=True)
    thread.start()
    return thread


def _pass_on(output: BinaryIO, log: int) -> None:
    """Pass the first line on and log the others. Closing our own output shows the owner that the part ended."""
    with contextlib.suppress(BrokenPipeError):  # the owner ended: the main thread is about to notice it too
        os.write(sys.stdout.fileno(), output.readline())
    with os.fdopen(log, "ab", buffering=0) as file:
        file.writelines(output)
    os.close(sys.stdout.fileno())


def _kill_group(part: subprocess.Popen[bytes]) -> None:
    # The part is not reaped before this point, so its process id still names its own group, even after its end.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(part.pid, signal.SIGKILL)
    part.wait()


def _remove(directory: Path) -> None:
    # A killed function can be in the middle of creating a file, which fails the first sweep.
    for _ in range(20):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
