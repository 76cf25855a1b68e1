from __future__ import annotations

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.secrets_api_key import SecretsManagerApiKey
from picturebook.ports.api_key import ApiKeySource
from tests.fakes.clock import FakeClock
from tests.fakes.fake_api_key import FakeApiKey

KEY = "sk-not-a-key"


@pytest.fixture(params=["secrets_manager", "in_memory"])
def source(request: pytest.FixtureRequest, clock: FakeClock) -> ApiKeySource:
    if request.param == "in_memory":
        return FakeApiKey(KEY)
    aws: AwsClients = request.getfixturevalue("aws")
    aws.secrets.create_secret(Name="openai", SecretString=KEY)
    return SecretsManagerApiKey(aws.secrets, "openai", clock=clock)


async def test_the_key_can_be_read_repeatedly(source: ApiKeySource) -> None:
    assert [await source.current(), await source.current(), await source.reload(KEY), await source.current()] == [
        KEY
    ] * 4


async def test_the_key_is_not_in_the_repr(source: ApiKeySource) -> None:
    await source.current()
    assert KEY not in f"{source!r} {source}"
