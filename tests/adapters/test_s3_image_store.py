from __future__ import annotations

import pytest
from botocore.stub import Stubber

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.s3_image_store import MOST_TRIES, S3ImageStore
from picturebook.errors import StoreUnavailableError
from tests.fakes.clock import FakeClock

BUCKET = "picturebook-test"
KEY = "images/fern/a.png"


@pytest.fixture
def store(aws: AwsClients, clock: FakeClock) -> S3ImageStore:
    aws.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return S3ImageStore(aws.s3, BUCKET, clock=clock)


async def test_an_original_may_be_kept_by_browsers_for_good(store: S3ImageStore, aws: AwsClients) -> None:
    await store.write_once(KEY, b"x", media_type="image/png")
    head = aws.s3.head_object(Bucket=BUCKET, Key=KEY)
    assert (head["ContentType"], head["CacheControl"]) == ("image/png", "max-age=31536000, immutable")


async def test_a_document_is_asked_for_again_each_time(store: S3ImageStore, aws: AwsClients) -> None:
    await store.write("books/fern/index.html", b"x", media_type="text/html; charset=utf-8")
    head = aws.s3.head_object(Bucket=BUCKET, Key="books/fern/index.html")
    assert (head["ContentType"], head["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")


async def test_an_upload_that_conflicts_with_another_is_repeated(
    store: S3ImageStore, aws: AwsClients, clock: FakeClock
) -> None:
    with Stubber(aws.s3) as stub:
        stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
        stub.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
        assert await store.write_once(KEY, b"x", media_type="image/png") is False
        stub.assert_no_pending_responses()
    assert len(clock.slept) == 1


async def test_conflicts_without_end_are_an_unavailable_store(store: S3ImageStore, aws: AwsClients) -> None:
    with Stubber(aws.s3) as stub:
        for _ in range(MOST_TRIES):
            stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
        with pytest.raises(StoreUnavailableError, match=KEY):
            await store.write_once(KEY, b"x", media_type="image/png")
        stub.assert_no_pending_responses()


async def test_a_denied_permission_is_an_unavailable_store_and_not_a_missing_picture(
    store: S3ImageStore, aws: AwsClients
) -> None:
    with Stubber(aws.s3) as stub:
        for method in ("put_object", "put_object", "get_object", "list_objects_v2"):
            stub.add_client_error(method, "AccessDenied", http_status_code=403)
        with pytest.raises(StoreUnavailableError, match="AccessDenied"):
            await store.write_once(KEY, b"x", media_type="image/png")
        with pytest.raises(StoreUnavailableError, match="AccessDenied"):
            await store.write(KEY, b"x", media_type="image/png")
        with pytest.raises(StoreUnavailableError, match="AccessDenied"):
            await store.read(KEY)
        with pytest.raises(StoreUnavailableError, match="AccessDenied"):
            await store.find("images/")
