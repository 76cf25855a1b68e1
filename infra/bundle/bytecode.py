"""Compiles bytecode that stays valid after it is unpacked elsewhere."""

import os
from pathlib import Path

from infra.command import run

# Where Lambda unpacks a layer. It keeps this machine's path out of the bytecode; Python replaces it on import.
_NEUTRAL_ROOT = "/opt/python"


def compile_bytecode(folder: Path, compiler: Path) -> None:
    """Compile everything below `folder` with `compiler`, the interpreter version that will run it.

    "unchecked-hash", because unpacking changes the sources' times, which makes the usual kind stale at once.
    Raises CommandError when a file does not compile.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PYTHONHASHSEED"] = "0"  # the order of set constants must not differ from build to build
    options = ["-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", _NEUTRAL_ROOT]
    run([compiler, "-m", "compileall", *options, folder], environment=environment)
