"""Finds a running deployment: in an AWS account, at the address of another cloud, or that of `picturebook serve` here.

The environment variable PICTUREBOOK_STACK names the stack of another stage. Names of queues, tables and buckets come
from the stack's outputs. Errors of AWS's library become one sentence.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, HTTPClientError

from local.cli.exit_status import BadInputError, CommandFailedError
from local.stack.cloud import client_of
from local.stack.deployment import STACK_NAME
from picturebook.adapters.aws_clients import CLIENT_CONFIG
from picturebook.errors import StoreUnavailableError

# The variable that names the stack of another stage than the default one.
STACK_VARIABLE = "PICTUREBOOK_STACK"
# `picturebook serve` writes its address here, and `--local` reads it.
SERVE_FILE = Path(__file__).resolve().parents[2] / ".local" / "serve.json"

EndpointUrl = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        help="Address of a cloud other than AWS.",
        show_default="AWS_ENDPOINT_URL, else AWS",
    ),
]
Local = Annotated[bool, typer.Option("--local", help="Use the cloud of `picturebook serve` on this machine.")]


@dataclass(frozen=True)
class DeployedStack:
    """A stack's outputs and parameters by name, and a function that makes the client of an AWS service by its name."""

    outputs: Mapping[str, str]
    parameters: Mapping[str, str]
    client: Callable[[str], Any]

    def output(self, name: str) -> str:
        """Return an output; raises CommandFailedError if an older version is deployed, which does not have it."""
        try:
            return self.outputs[name]
        except KeyError:
            raise CommandFailedError(f"The deployed stack has no output {name}: deploy this version first.") from None


@contextmanager
def deployed_stack(*, endpoint_url: str | None, local: bool, serve_file: Path = SERVE_FILE) -> Iterator[DeployedStack]:
    """Find the deployment; while the block runs, raise CommandFailedError for each error of an AWS service.

    Raises BadInputError if both options are given, or if the address is not a URL.
    """
    if endpoint_url is not None and local:
        raise BadInputError("--local cannot be combined with --endpoint-url.", field="--local")
    try:
        make_client = _local_clients(serve_file) if local else _clients_at(endpoint_url)
        yield _described(make_client)
    except (EndpointConnectionError, HTTPClientError) as error:
        raise CommandFailedError(f"The deployment cannot be reached: {error}") from error
    except (BotoCoreError, ClientError, StoreUnavailableError) as error:
        raise CommandFailedError(f"The deployment could not be used: {error}") from error
    except ValueError as error:
        # botocore raises a plain ValueError ("Invalid endpoint: ...") for an address that is not a URL.
        if "nvalid endpoint" not in str(error):
            raise
        raise BadInputError(f"{error}\n  accepted: such as http://127.0.0.1:4566", field="--endpoint-url") from error


@contextmanager
def advertised(endpoint_url: str, *, serve_file: Path = SERVE_FILE) -> Iterator[None]:
    """Write the cloud's address where `--local` looks for it, and remove it at the end of the block."""
    serve_file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"endpoint_url": endpoint_url})
    serve_file.write_text(text, "utf-8")
    try:
        yield
    finally:
        # A later `picturebook serve` may have written its own address.
        if serve_file.is_file() and serve_file.read_text("utf-8") == text:
            serve_file.unlink()


def _local_clients(serve_file: Path) -> Callable[[str], Any]:
    try:
        endpoint_url = str(json.loads(serve_file.read_bytes())["endpoint_url"])
    except FileNotFoundError:
        raise CommandFailedError(
            "`picturebook serve` is not running on this machine: start it in another terminal."
        ) from None
    return lambda service: client_of(endpoint_url, service)


def _clients_at(endpoint_url: str | None) -> Callable[[str], Any]:
    session = boto3.Session()

    def make_client(service: str) -> Any:
        # boto3 reads AWS_ENDPOINT_URL itself where no address is given.
        return session.client(service, endpoint_url=endpoint_url, config=CLIENT_CONFIG)  # type: ignore[call-overload]

    return make_client


def _described(make_client: Callable[[str], Any]) -> DeployedStack:
    name = os.environ.get(STACK_VARIABLE) or STACK_NAME
    try:
        stack = make_client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise CommandFailedError(
            f"There is no stack {name} here. Check the account, the region, the address and {STACK_VARIABLE}."
        ) from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    parameters = {each["ParameterKey"]: each.get("ParameterValue", "") for each in stack.get("Parameters", [])}
    return DeployedStack(outputs, parameters, make_client)
