from __future__ import annotations

from dataclasses import dataclass

import boto3
import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.lambda_mappings import LambdaMappings
from picturebook.errors import StoreUnavailableError
from picturebook.ports.mappings import Mappings, MappingSetting, MappingStatus
from tests.fakes.in_memory_mappings import InMemoryMappings
from tests.fakes.mapped_queue import map_queue

AT_WORK = MappingSetting(is_enabled=True, concurrency=10)
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Mapped:
    """The port, and the ids of two enabled mappings."""

    mappings: Mappings
    first: str
    second: str


@pytest.fixture(params=["lambda", "in_memory"])
def mapped(request: pytest.FixtureRequest) -> Mapped:
    if request.param == "in_memory":
        return Mapped(InMemoryMappings({name: MappingStatus(AT_WORK) for name in ("m-1", "m-2")}), "m-1", "m-2")
    aws: AwsClients = request.getfixturevalue("aws")
    session = boto3.Session("testing", "testing", region_name="eu-central-1")
    first, second = (map_queue(session, name, concurrency=10) for name in ("a", "b"))
    return Mapped(LambdaMappings(lambda: aws.functions), first, second)


async def test_a_mapping_returns_its_setting(mapped: Mapped) -> None:
    assert await mapped.mappings.read(mapped.first) == MappingStatus(AT_WORK)


@pytest.mark.parametrize("is_enabled", [True, False])
async def test_an_update_changes_one_mapping_only(mapped: Mapped, is_enabled: bool) -> None:
    setting = MappingSetting(is_enabled=is_enabled, concurrency=2)
    assert await mapped.mappings.change(mapped.first, setting)
    assert (await mapped.mappings.read(mapped.first)).setting == setting
    assert (await mapped.mappings.read(mapped.second)).setting == AT_WORK


async def test_a_disabled_mapping_can_be_enabled_again(mapped: Mapped) -> None:
    await mapped.mappings.change(mapped.first, MappingSetting(is_enabled=False, concurrency=2))
    assert await mapped.mappings.change(mapped.first, AT_WORK)
    assert await mapped.mappings.read(mapped.first) == MappingStatus(AT_WORK)


async def test_a_missing_mapping_is_an_unavailable_store(mapped: Mapped) -> None:
    with pytest.raises(StoreUnavailableError):
        await mapped.mappings.read(UNKNOWN)
