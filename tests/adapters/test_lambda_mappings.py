"""Mappings that are changing from one setting to another, which moto does not simulate."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.lambda_mappings import LambdaMappings
from picturebook.errors import StoreUnavailableError
from picturebook.ports.mappings import MappingSetting, MappingStatus

MAPPING = "6953189f-392e-446a-aff3-d49262d1f68b"
PROBING = MappingSetting(is_enabled=True, concurrency=2)


@pytest.mark.parametrize(
    ("state", "is_enabled", "is_changing"),
    [
        ("Creating", True, True),
        ("Enabling", True, True),
        ("Enabled", True, False),
        ("Updating", True, True),
        ("Disabling", False, True),
        ("Disabled", False, False),
        ("Deleting", False, True),
    ],
)
async def test_every_state_is_understood(aws: AwsClients, state: str, is_enabled: bool, is_changing: bool) -> None:
    with Stubber(aws.functions) as stub:
        answer = {"UUID": MAPPING, "State": state, "ScalingConfig": {"MaximumConcurrency": 2}}
        stub.add_response("get_event_source_mapping", answer, {"UUID": MAPPING})
        status = await LambdaMappings(lambda: aws.functions).read(MAPPING)
    assert status == MappingStatus(MappingSetting(is_enabled=is_enabled, concurrency=2), is_changing=is_changing)


async def test_a_mapping_without_a_limit_has_none(aws: AwsClients) -> None:
    with Stubber(aws.functions) as stub:
        stub.add_response("get_event_source_mapping", {"UUID": MAPPING, "State": "Enabled"})
        assert (await LambdaMappings(lambda: aws.functions).read(MAPPING)).setting.concurrency is None


async def test_a_mapping_that_is_changing_is_not_updated_and_raises_nothing(aws: AwsClients) -> None:
    with Stubber(aws.functions) as stub:
        stub.add_client_error("update_event_source_mapping", "ResourceInUseException")
        assert not await LambdaMappings(lambda: aws.functions).change(MAPPING, PROBING)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "TooManyRequestsException"])
async def test_every_other_refusal_is_an_error(aws: AwsClients, code: str) -> None:
    with Stubber(aws.functions) as stub:
        stub.add_client_error("update_event_source_mapping", code)
        with pytest.raises(StoreUnavailableError):
            await LambdaMappings(lambda: aws.functions).change(MAPPING, PROBING)
