"""The environments of the emulator and the functions: MiniStack's locked packages, a bare Python, few variables.

MiniStack passes its own environment variables on to the functions. So it gets an allow-list of variables: no key,
profile or proxy of the user reaches a function. The functions run under a Python without packages, so that a package
that the layer lacks is missing here as it would be on Lambda.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from local.stack.part import LocalStackError

_PROJECT = Path(__file__).parent / "environment"
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Interpreters:
    """The two Pythons of the emulator."""

    ministack: Path
    """The one with MiniStack's locked packages."""
    function: Path
    """The one with the standard library only."""


def prepare(directory: Path, *, project: Path = _PROJECT) -> Interpreters:
    """Install both interpreters into the directory, once per lock file and Python; later calls find them there.

    project holds MiniStack's `pyproject.toml` and `uv.lock`.

    Raises LocalStackError with uv's error output when the packages cannot be installed.
    """
    made_of = f"{sys.version} {sys.base_prefix} {hashlib.sha256((project / 'uv.lock').read_bytes()).hexdigest()}"
    stamp = directory / "made-of"
    ministack, function = directory / "ministack", directory / "function"
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two first runs wait for each other; closing the file releases it
        if not (stamp.exists() and stamp.read_text() == made_of):
            stamp.unlink(missing_ok=True)
            venv.create(function, clear=True, symlinks=True, with_pip=False)
            _sync(ministack, project)
            stamp.write_text(made_of)
    return Interpreters(ministack / "bin" / "python", function / "bin" / "python")


def _sync(environment: Path, project: Path) -> None:
    uv = shutil.which("uv", path=os.pathsep.join([str(_ROOT / ".uv" / "bin"), os.environ.get("PATH", os.defpath)]))
    if uv is None:
        raise LocalStackError("MiniStack cannot be installed: there is no uv. `make .venv/ready` brings it.")
    variables = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    variables |= {"UV_PROJECT_ENVIRONMENT": str(environment.resolve()), "UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(  # noqa: S603  uv, found above
        [
            uv,
            "sync",
            "--quiet",
            "--frozen",
            "--project",
            str(project),
            "--python",
            str(Path(sys.executable).resolve()),
        ],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LocalStackError(f"MiniStack could not be installed. uv says:\n{done.stderr.strip()}")


def scrubbed(**additional: str) -> dict[str, str]:
    """Return all environment variables of a part of the stack; none comes from the user's environment."""
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONUTF8": "1", "AWS_EC2_METADATA_DISABLED": "true"} | additional
