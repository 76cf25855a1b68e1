from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, cast

import pytest
from botocore.stub import Stubber

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.secrets_api_key import UNCHANGED_SECONDS, SecretsManagerApiKey
from picturebook.errors import ProviderAccountError, StoreUnavailableError
from tests.fakes.clock import FakeClock

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

OLD, NEW = "sk-old", "sk-new"


@pytest.fixture
def source(aws: AwsClients, clock: FakeClock) -> SecretsManagerApiKey:
    aws.secrets.create_secret(Name="openai", SecretString=OLD)
    return SecretsManagerApiKey(aws.secrets, "openai", clock=clock, most_age_seconds=300)


def rotate(aws: AwsClients) -> None:
    aws.secrets.put_secret_value(SecretId="openai", SecretString=NEW)


async def test_the_key_is_read_once_within_its_age(
    source: SecretsManagerApiKey, aws: AwsClients, clock: FakeClock
) -> None:
    assert await source.current() == OLD
    rotate(aws)
    clock.advance(299)
    assert await source.current() == OLD


async def test_a_rotated_key_is_noticed_after_its_age(
    source: SecretsManagerApiKey, aws: AwsClients, clock: FakeClock
) -> None:
    await source.current()
    rotate(aws)
    clock.advance(300)
    assert await source.current() == NEW


async def test_a_refused_key_is_read_again_at_once(source: SecretsManagerApiKey, aws: AwsClients) -> None:
    await source.current()
    rotate(aws)
    assert await source.reload(OLD) == NEW
    assert await source.current() == NEW


async def test_during_an_outage_of_the_store_the_known_key_is_used_and_that_is_logged(
    source: SecretsManagerApiKey, aws: AwsClients, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    await source.current()
    clock.advance(300)
    with Stubber(aws.secrets) as stub, caplog.at_level(logging.WARNING):
        stub.add_client_error("get_secret_value", "InternalServiceError")
        assert await source.current() == OLD
    assert "using the last known one" in caplog.text
    assert OLD not in caplog.text


async def test_an_outage_before_the_first_read_is_an_unavailable_store(
    source: SecretsManagerApiKey, aws: AwsClients
) -> None:
    with Stubber(aws.secrets) as stub:
        stub.add_client_error("get_secret_value", "InternalServiceError")
        with pytest.raises(StoreUnavailableError):
            await source.current()


@pytest.mark.parametrize("secret", ["  ", '{"OPENAI_API_KEY": "sk-old"}', "sk-one sk-two"])
async def test_a_secret_that_is_no_key_is_an_account_error_that_does_not_show_it(
    source: SecretsManagerApiKey, aws: AwsClients, secret: str
) -> None:
    aws.secrets.put_secret_value(SecretId="openai", SecretString=secret)
    with pytest.raises(ProviderAccountError, match="one key as plain text") as refused:
        await source.current()
    assert "sk-" not in f"{refused.value} {refused.value.details}"


async def test_a_missing_secret_is_an_account_error(aws: AwsClients, clock: FakeClock) -> None:
    with pytest.raises(ProviderAccountError, match="ResourceNotFoundException"):
        await SecretsManagerApiKey(aws.secrets, "missing", clock=clock).current()


async def test_a_line_break_after_the_key_is_not_part_of_it(source: SecretsManagerApiKey, aws: AwsClients) -> None:
    aws.secrets.put_secret_value(SecretId="openai", SecretString=OLD + "\n")
    assert await source.current() == OLD


async def test_nothing_that_is_printed_holds_the_key(source: SecretsManagerApiKey) -> None:
    await source.current()
    assert OLD not in repr(source) + repr(vars(source))


class CountingSecrets:
    """A Secrets Manager that counts its reads."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.reads = 0

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 - boto3's
        self.reads += 1
        return {"SecretString": self.key}


async def test_calls_that_are_refused_together_read_the_new_key_once(clock: FakeClock) -> None:
    secrets = CountingSecrets(OLD)
    source = SecretsManagerApiKey(cast("SecretsManagerClient", secrets), "openai", clock=clock)
    used = [await source.current() for _ in range(10)]
    secrets.key = NEW
    assert await asyncio.gather(*(source.reload(key) for key in used)) == [NEW] * 10
    assert await source.reload(OLD) == NEW, "a refusal that comes late finds the new key there already"
    assert secrets.reads == 2


async def test_calls_that_are_refused_together_find_an_unchanged_key_once(clock: FakeClock) -> None:
    secrets = CountingSecrets(OLD)
    source = SecretsManagerApiKey(cast("SecretsManagerClient", secrets), "openai", clock=clock)
    await source.current()
    assert await asyncio.gather(*(source.reload(OLD) for _ in range(10))) == [OLD] * 10
    assert secrets.reads == 2
    secrets.key = NEW
    clock.advance(UNCHANGED_SECONDS)
    assert await source.reload(OLD) == NEW, "a key that is put later is found by the next refusal"
