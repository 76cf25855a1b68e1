"""Starts MiniStack on a free port of the loopback interface, with functions run from the unpacked bundle.

It knows the settings of MiniStack and of the launcher, and nothing about the deployed template.
"""

import hashlib
import json
import socket
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from local.stack.deployment import Package
from local.stack.environment import Interpreters, scrubbed
from local.stack.part import Part, running

MINISTACK_VERSION = "1.5.33"
REGION = "us-east-1"
_LOOPBACK = "127.0.0.1"
_LAUNCHER = Path(__file__).with_name("launcher.py")


def running_ministack(
    packages: Mapping[str, Package], *, interpreters: Interpreters, port: int | None, state_dir: Path
) -> AbstractContextManager[Part]:
    """Run MiniStack until the block is left; its announcement carries its `address`."""
    settings = {
        "version": MINISTACK_VERSION,
        "function_python": str(interpreters.function.absolute()),
        "unpacked": {_sha256(package.zip): str(package.folder.resolve()) for package in packages.values()},
    }
    return running(
        "MiniStack",
        [str(interpreters.ministack.absolute()), "-I", str(_LAUNCHER), json.dumps(settings)],
        environment=_settings(port or free_port()),
        directory_in=state_dir,
    )


def free_port() -> int:
    """Return a port of the loopback interface that no process uses at the moment."""
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _settings(port: int) -> dict[str, str]:
    return scrubbed(
        BIND_HOST=_LOOPBACK,
        MINISTACK_HOST=_LOOPBACK,
        GATEWAY_PORT=str(port),
        MINISTACK_REGION=REGION,
        # These services would listen on ports of their own, and are not used here.
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        # At its start MiniStack removes its containers of earlier runs; it must not touch the user's Docker.
        DOCKER_HOST="unix:///nonexistent/docker.sock",
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
