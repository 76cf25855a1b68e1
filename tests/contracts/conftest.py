"""AWS as moto plays it, in this process, with credentials that are good for nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from picturebook.adapters.aws_clients import AwsClients
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def aws_clients() -> AwsClients:
    """Clients take 0.2 s to make, so one set serves all tests; moto forgets everything between them."""
    session = boto3.Session(
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106 - no account has this key
        region_name="eu-central-1",
    )
    return AwsClients(session)


@pytest.fixture
def aws(aws_clients: AwsClients) -> Iterator[AwsClients]:
    with mock_aws():
        yield aws_clients
