"""AWS, simulated by moto in this process, with credentials that no account has."""

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
    """One set of clients for all tests, as they take 0.2 s to make; moto is reset between tests."""
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
