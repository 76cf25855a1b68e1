from __future__ import annotations

import asyncio
import threading

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.aws_errors import AwsCaller, AwsRefusedError
from picturebook.errors import StoreUnavailableError


async def test_the_answer_is_returned_and_the_event_loop_is_not_blocked() -> None:
    threads = [threading.current_thread(), await AwsCaller()(threading.current_thread)]
    assert threads[0] is not threads[1]


async def test_an_error_that_aws_answered_carries_its_code_and_item() -> None:
    def refuse() -> None:
        raise ClientError(
            {"Error": {"Code": "ConditionalCheckFailedException", "Message": "no"}, "Item": {"pk": {"S": "x"}}},  # type: ignore[typeddict-unknown-key]  # DynamoDB adds the item, the stubs do not know
            "UpdateItem",
        )

    with pytest.raises(AwsRefusedError, match="UpdateItem") as refused:
        await AwsCaller()(refuse)
    assert refused.value.code == "ConditionalCheckFailedException"
    assert refused.value.item == {"pk": {"S": "x"}}
    assert refused.value.details == {"aws_code": "ConditionalCheckFailedException", "operation": "UpdateItem"}


async def test_no_answer_is_an_unavailable_store() -> None:
    def fail() -> None:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    with pytest.raises(StoreUnavailableError, match="could not be reached"):
        await AwsCaller()(fail)


async def test_an_invalid_argument_is_not_reported_as_an_outage(aws: AwsClients) -> None:
    with pytest.raises(TypeError):
        await AwsCaller()(int, [])  # type: ignore[arg-type]  # the mistake
    with pytest.raises(ParamValidationError):
        await AwsCaller()(aws.s3.list_objects_v2, Bucket="pictures", MaxKeys="one")  # type: ignore[arg-type]  # the mistake


async def test_a_cancelled_caller_does_not_wait_for_the_answer() -> None:
    answer, ended = threading.Event(), threading.Event()

    def operation() -> None:
        answer.wait(60)  # ends, so that a caller who does wait fails below instead of hanging
        ended.set()

    call = asyncio.create_task(AwsCaller()(operation))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not ended.is_set()
    answer.set()
