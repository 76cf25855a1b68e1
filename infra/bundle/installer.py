"""Installs the layer's dependencies with uv, from the project's lock and from wheels only."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from infra.bundle.target import Target
from infra.command import run


class Installer(Protocol):
    """Exports the locked requirements and installs them; a test's fake does both without a network."""

    def export(self, root: Path) -> str:
        """The requirements of the layer, each with its hashes, as a requirements file."""

    def install(self, requirements: Path, into: Path, target: Target) -> None:
        """Install the requirements file into the folder `into` for `target`."""


class UvInstaller:
    """Installs with uv, from wheels whose hashes the lock names; nothing is built from source."""

    def __init__(self, uv: Path) -> None:
        self._uv = uv

    def export(self, root: Path) -> str:
        """The locked requirements; one lock gives the same bytes. Raises CommandError when uv cannot read the lock."""
        options = ["--frozen", "--quiet", "--no-default-groups", "--no-emit-project", "--no-header"]
        return run([self._uv, "export", *options], cwd=root)

    def install(self, requirements: Path, into: Path, target: Target) -> None:
        """Install into `into`. Raises CommandError when a wheel is missing for the target or a hash differs."""
        options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--link-mode", "copy"]
        if target.compiler:
            options += ["--python", str(target.compiler)]
        if target.wheels:
            options += ["--python-platform", target.wheels, "--python-version", target.python]
        run([self._uv, "pip", "install", "--target", into, *options, "-r", requirements])


def find_uv(root: Path, named: Path | None = None, environment: Mapping[str, str] = os.environ) -> Path:
    """The uv to use: `named`, else the one that started us (`uv run` sets UV), else the one `make` installs.

    Raises FileNotFoundError with a message that says how to get one.
    """
    started_by = environment.get("UV")
    candidates = [named] if named else [*([Path(started_by)] if started_by else []), root / ".uv/bin/uv"]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    tried = " or ".join(str(candidate) for candidate in candidates)
    raise FileNotFoundError(f"no uv at {tried}: run `make .venv/ready`, or name one with --uv")
