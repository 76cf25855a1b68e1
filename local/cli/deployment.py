"""Finds a running deployment: an AWS account's, another cloud's at an address, or that of `picturebook serve` here.

Names of queues and tables are the stack's outputs, never ours. What AWS's library raises becomes one sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from local.cli.exit_status import BadInputError, CommandFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

SERVED = Path(__file__).resolve().parents[2] / ".local" / "serve.json"

EndpointUrl = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        help="Address of another cloud than AWS.",
        show_default="AWS_ENDPOINT_URL, else AWS",
    ),
]
Local = Annotated[bool, typer.Option("--local", help="Use the cloud of `picturebook serve` on this machine.")]


@dataclass(frozen=True)
class Deployment:
    """A deployed stack: what it says of itself, and a way to make its clients by name of the service."""

    outputs: Mapping[str, str]
    parameters: Mapping[str, str]
    client: Callable[[str], Any]

    def output(self, name: str) -> str:
        """Return an output; raises CommandFailedError when an older version was deployed, which lacks it."""
        try:
            return self.outputs[name]
        except KeyError:
            raise CommandFailedError(f"The deployed stack has no output {name}: deploy this version first.") from None


@contextmanager
def deployed(*, endpoint_url: str | None, local: bool, served: Path = SERVED) -> Iterator[Deployment]:
    """Find the deployment, and turn what its services raise into CommandFailedError while the block runs.

    Raises BadInputError where both options, or an address that is none, are given.
    """
    if endpoint_url is not None and local:
        raise BadInputError("--local cannot be combined with --endpoint-url.", field="--local")
    from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, HTTPClientError  # noqa: PLC0415

    from picturebook.errors import StoreUnavailableError  # noqa: PLC0415  as above

    try:
        make = _local_clients(served) if local else _clients_at(endpoint_url)
        yield _described(make)
    except (EndpointConnectionError, HTTPClientError) as error:
        raise CommandFailedError(f"The deployment cannot be reached: {error}") from error
    except (BotoCoreError, ClientError, StoreUnavailableError) as error:
        raise CommandFailedError(f"The deployment could not be used: {error}") from error
    except ValueError as error:
        # botocore's word for an address that is none.
        if "nvalid endpoint" not in str(error):
            raise
        raise BadInputError(f"{error}\n  accepted: such as http://127.0.0.1:4566", field="--endpoint-url") from error


@contextmanager
def announced(endpoint_url: str, *, served: Path = SERVED) -> Iterator[None]:
    """Let `--local` find the cloud at this address until the block is left."""
    served.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"endpoint_url": endpoint_url})
    served.write_text(text, "utf-8")
    try:
        yield
    finally:
        # A later one may have put its own address there.
        if served.is_file() and served.read_text("utf-8") == text:
            served.unlink()


def _local_clients(served: Path) -> Callable[[str], Any]:
    from local.stack.cloud import client_of  # noqa: PLC0415  imports boto3

    try:
        endpoint_url = str(json.loads(served.read_bytes())["endpoint_url"])
    except FileNotFoundError:
        raise CommandFailedError("No `picturebook serve` runs here: start it in another terminal.") from None
    return lambda service: client_of(endpoint_url, service)


def _clients_at(endpoint_url: str | None) -> Callable[[str], Any]:
    import boto3  # noqa: PLC0415  --help needs none of it

    from picturebook.adapters.aws_clients import CLIENT_CONFIG  # noqa: PLC0415  as above

    session = boto3.Session()

    def make(service: str) -> Any:
        # boto3 reads AWS_ENDPOINT_URL itself where no address is given.
        return session.client(service, endpoint_url=endpoint_url, config=CLIENT_CONFIG)  # type: ignore[call-overload]

    return make


def _described(make: Callable[[str], Any]) -> Deployment:
    from botocore.exceptions import ClientError  # noqa: PLC0415  as above

    from local.stack.deployment import STACK_NAME  # noqa: PLC0415  as above

    try:
        stack = make("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise CommandFailedError(
            f"There is no stack {STACK_NAME} here: is it the right account, region or address?"
        ) from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    parameters = {each["ParameterKey"]: each.get("ParameterValue", "") for each in stack.get("Parameters", [])}
    return Deployment(outputs, parameters, make)
