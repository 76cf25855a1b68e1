"""What a bundle is made for: Python version, platform, and the interpreter that compiles its bytecode.

Python ignores bytecode of another version, so a bundle without an interpreter of its target's version has no bytecode.
"""

import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.command import CommandError, run

LAMBDA_PYTHON = "3.13"
# Lambda's Python 3.13 runs on Amazon Linux 2023, whose glibc is 2.34; Pillow 13 has no wheel for older than 2.27.
LAMBDA_PLATFORM = "aarch64-manylinux_2_28"

_PROBE = "import sys; print('%d.%d' % sys.version_info[:2], sys.version_info.releaselevel)"


@dataclass(frozen=True)
class Target:
    """A Python version and platform to bundle for.

    `wheels` is uv's name of a foreign platform, None for this machine's own. `compiler` is an interpreter of exactly
    `python` (like "3.13"), None when this machine has none.
    """

    name: str
    python: str
    platform: str
    wheels: str | None
    compiler: Path | None


def lambda_target(compiler: Path | None = None, environment: Mapping[str, str] = os.environ) -> Target:
    """AWS Lambda on arm64; bytecode by `compiler`, else LAMBDA_PYTHON, else this Python or the PATH's python3.13.

    Raises ValueError when an interpreter was named and is not Lambda's version; when none was, there is no bytecode.
    """
    named = compiler or (Path(environment["LAMBDA_PYTHON"]) if environment.get("LAMBDA_PYTHON") else None)
    if named and _version_of(named) != LAMBDA_PYTHON:
        raise ValueError(f"{named} is not a released Python {LAMBDA_PYTHON} that runs: Lambda needs exactly that")
    on_path = shutil.which(f"python{LAMBDA_PYTHON}", path=environment.get("PATH"))
    candidates = [named] if named else [Path(sys.executable), *([Path(on_path)] if on_path else [])]
    fitting = next((candidate for candidate in candidates if _version_of(candidate) == LAMBDA_PYTHON), None)
    return Target("lambda", LAMBDA_PYTHON, LAMBDA_PLATFORM, LAMBDA_PLATFORM, fitting)


def local_target(interpreter: Path | None = None) -> Target:
    """This machine, for the Python that will run the functions: `interpreter`, else the running one.

    Raises ValueError when `interpreter` does not run.
    """
    chosen = interpreter or Path(sys.executable)
    version = _version_of(chosen)
    if version is None:
        raise ValueError(f"{chosen} is not a released Python that runs")
    here = f"{platform.system()}-{platform.machine()}-{'-'.join(platform.libc_ver())}"
    return Target("local", version, here, None, chosen)


def _version_of(interpreter: Path) -> str | None:
    """Like "3.13"; None when it does not run (a version manager's shim may not) or is a pre-release."""
    if interpreter == Path(sys.executable):
        return f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        version, level = run([interpreter, "-c", _PROBE]).split()
    except CommandError:
        return None
    return version if level == "final" else None
