"""Starts and ends one process of the local stack, and reports its log when it does not start.

A part announces itself by printing one line of JSON when it is ready. Its error output is its log. It lives in a
directory of its own under a guard (see `guard.py`) that ends both with this process.
"""

import json
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.stack.guard import LOG_NAME

_GUARD = Path(__file__).with_name("guard.py")
_TAIL_LINES = 30
_END_WITHIN_S = 60.0


class LocalStackError(Exception):
    """The local stack cannot be used; the message is for the person at the terminal."""


class PartDidNotStartError(LocalStackError):
    """A process of the local stack ended, or printed nothing, instead of announcing itself."""


class PartEndedError(LocalStackError):
    """A process of the local stack ended while it was needed."""


@dataclass(frozen=True)
class Part:
    """A running process of the local stack."""

    name: str
    directory: Path
    guard: subprocess.Popen[bytes]

    @property
    def log_file(self) -> Path:
        """The file of the error output; it is removed when the part has ended."""
        return self.directory / LOG_NAME

    def announcement(self, *, within_s: float) -> dict[str, Any]:
        """Wait for the line that announces that the part is ready, and return its content. Can be called once.

        Raises PartDidNotStartError when the part ends first, prints another line, or takes longer than within_s.
        """
        assert self.guard.stdout is not None  # noqa: S101  asked for in `running`
        deadline = time.monotonic() + within_s
        line = b""
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not self._has_output(left):
                raise PartDidNotStartError(self._with_log(f"did not start: it was not ready within {within_s:g} s"))
            byte = self.guard.stdout.read(1)
            if not byte:
                raise PartDidNotStartError(self._with_log("did not start: it ended"))
            line += byte
        try:
            announced = json.loads(line)
        except ValueError:
            announced = None
        if not isinstance(announced, dict):
            raise PartDidNotStartError(self._with_log(f"did not start: {line!r} is no JSON object"))
        return announced

    def check(self) -> None:
        """Raise PartEndedError, with the end of the log, when the part ended after its announcement."""
        if self._has_output(0.0):  # the guard passes on one line only: anything more is its end
            raise PartEndedError(self._with_log("ended unexpectedly"))

    def _has_output(self, within_s: float) -> bool:
        assert self.guard.stdout is not None  # noqa: S101  asked for in `running`
        return bool(select.select([self.guard.stdout], [], [], within_s)[0])

    def _with_log(self, what: str) -> str:
        log = self.log_file.read_text("utf-8", "replace").strip()
        shown = "\n".join(log.splitlines()[-_TAIL_LINES:]) or "(it is empty)"
        return f"{self.name} {what}. The end of its log:\n{shown}"


@contextmanager
def running(name: str, command: Sequence[str], *, environment: Mapping[str, str], directory_in: Path) -> Iterator[Part]:
    """Run a command as a part of the stack until the block is left; wait for `announcement` before using it.

    environment is the part's whole environment, except for TMPDIR and HOME, which point into a new directory below
    directory_in. When the block is left, the part, all processes that it started and that directory are gone.
    """
    directory_in.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="part-", dir=directory_in.resolve()))
    own = {**environment, "TMPDIR": str(directory), "HOME": str(directory)}
    guard = subprocess.Popen(  # noqa: S603  our own script
        [sys.executable, "-I", "-S", str(_GUARD), str(directory), *command],
        env=own,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )
    try:
        yield Part(name, directory, guard)
    finally:
        assert guard.stdin is not None  # noqa: S101  asked for above
        assert guard.stdout is not None  # noqa: S101  asked for above
        guard.stdin.close()
        guard.stdout.close()
        guard.wait(_END_WITHIN_S)
