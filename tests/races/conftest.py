"""AWS's own DynamoDB instead of moto's, for suites that need its conditions to be atomic."""

from __future__ import annotations

import random
from collections.abc import Iterator

import boto3
import pytest

from local.stack.part import LocalStackError
from picturebook.adapters.aws_clients import AwsClients
from tests.contracts.conftest import clock
from tests.fakes.aws_tables import create_tables
from tests.races.contenders import Contenders
from tests.races.dynamodb_local.server import running_dynamodb_local
from tests.races.race import Race

__all__ = ["clock"]

REPORT = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session", autouse=True)
def dynamodb_address() -> Iterator[str]:
    """The address of a running DynamoDB Local; without Java the suite ends with one sentence, before its first test."""
    try:
        with running_dynamodb_local() as address:
            yield address
    except LocalStackError as error:
        pytest.exit(str(error), returncode=1)


@pytest.fixture(scope="session")
def aws_clients(dynamodb_address: str) -> AwsClients:
    """Clients of which only DynamoDB's works; it reads its address from the environment when it is made."""
    session = boto3.Session(
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106 - no account has this key
        region_name="eu-central-1",
    )
    clients = AwsClients(session)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_address)
        assert clients.dynamodb.meta.endpoint_url == dynamodb_address
    return clients


@pytest.fixture
def aws(aws_clients: AwsClients) -> Iterator[AwsClients]:
    """The clients; all tables are deleted afterwards."""
    yield aws_clients
    for name in aws_clients.dynamodb.list_tables()["TableNames"]:
        aws_clients.dynamodb.delete_table(TableName=name)


@pytest.fixture(scope="session")
def contenders(dynamodb_address: str) -> Iterator[Contenders]:
    """Processes that stay alive for all races."""
    with Contenders(dynamodb_address) as processes:
        yield processes


@pytest.fixture
def race(contenders: Contenders, aws: AwsClients, request: pytest.FixtureRequest) -> Race:
    """A race on empty tables. Its seed follows from pytest-randomly's, which the head of the output names."""
    create_tables(aws.dynamodb)
    report = request.config.stash.setdefault(REPORT, [])
    seed = random.randrange(2**32)  # noqa: S311 - a seed that can be repeated, no secret
    return Race(request.node.name, seed, aws.dynamodb, contenders, report)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print how often writes of different processes were in flight together."""
    if report := config.stash.get(REPORT, []):
        terminalreporter.section("races")
        for line in report:
            terminalreporter.write_line(line)
