"""Installs packages of the npm registry, locked by hash: `python -m infra.npm_packages LOCKED INTO`.

The folder `LOCKED` holds a package.json and its package-lock.json. npm comes from the infrastructure's environment, and
no script of a package runs.
"""

import shutil
import sys
from pathlib import Path

from infra.command import CommandError, run
from infra.node import npm_command, with_node


def install_locked(locked: Path, into: Path) -> Path:
    """Install the packages that `locked` locks into the folder `into`, unless they are there; return its node_modules.

    Raises CommandError when npm cannot, or when a download's hash is not the lock's.
    """
    modules = into / "node_modules"
    lock = into / "package-lock.json"
    written_last = modules / ".package-lock.json"
    if written_last.is_file() and lock.read_bytes() == (locked / lock.name).read_bytes():
        return modules
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    for name in ("package.json", lock.name):
        shutil.copyfile(locked / name, into / name)
    run([*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=into, environment=with_node())
    return modules


def main(locked: str, into: str) -> int:
    """Exit status: 0, or 1 with one message when the packages could not be installed."""
    try:
        install_locked(Path(locked), Path(into))
    except (CommandError, OSError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
