"""Runs one part of the local stack and ends it with its owner, however the owner ends.

Started as a script: `python -I -S guard.py DIRECTORY COMMAND…`. The owner holds the other end of standard input;
when that closes (an exit, an exception, Ctrl-C, even SIGKILL), the part's whole process group is killed and
DIRECTORY removed. SIGKILL, because a function asked politely would first finish a paid call. The guard has a
session of its own, so that a Ctrl-C in the terminal reaches the owner only. It knows nothing about what it runs.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

LOG_NAME = "part.log"


def main(directory: Path, command: list[str]) -> None:
    """Start the command, its error output in the directory's log, and stay until the owner lets go."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with (directory / LOG_NAME).open("wb") as log:
        try:
            part = subprocess.Popen(  # noqa: S603  the owner wrote the command
                command, cwd=directory, stdin=subprocess.DEVNULL, stderr=log, start_new_session=True
            )
        except OSError as error:
            log.write(f"{error}\n".encode())
            part = None
    os.close(sys.stdout.fileno())  # now only the part holds it: its end is the owner's sign that the part ended
    while os.read(sys.stdin.fileno(), 1024):
        pass
    if part is not None:
        _kill_group(part)
    _remove(directory)


def _kill_group(part: subprocess.Popen[bytes]) -> None:
    # Not collected before this point: even when it ended long ago, its number still names its group and no other.
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
