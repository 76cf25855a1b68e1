from __future__ import annotations

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.adapters.s3_image_store import S3ImageStore
from picturebook.errors import ImageValidationError
from picturebook.ports.image_store import ImageStore
from tests.fakes.clock import FakeClock

BUCKET = "picturebook-test"
KEY = "images/fern/0123456789abcdef/page-001/take-1.png"


@pytest.fixture(params=["s3", "in_memory"])
def store(request: pytest.FixtureRequest, clock: FakeClock) -> ImageStore:
    if request.param == "in_memory":
        return InMemoryImageStore()
    aws: AwsClients = request.getfixturevalue("aws")
    aws.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return S3ImageStore(aws.s3, BUCKET, clock=clock)


async def test_an_original_is_written_once_and_never_replaced(store: ImageStore) -> None:
    assert await store.write_once(KEY, b"first", media_type="image/png") is True
    assert await store.write_once(KEY, b"second", media_type="image/png") is False
    assert await store.read(KEY) == b"first"


async def test_a_document_replaces_an_earlier_one(store: ImageStore) -> None:
    await store.write("books/fern/manifest.json", b"{}", media_type="application/json")
    await store.write("books/fern/manifest.json", b'{"pages": 1}', media_type="application/json")
    assert await store.read("books/fern/manifest.json") == b'{"pages": 1}'


async def test_a_missing_key_reads_as_none(store: ImageStore) -> None:
    assert await store.read(KEY) is None


async def test_empty_content_can_be_stored(store: ImageStore) -> None:
    await store.write(KEY, b"", media_type="image/png")
    assert await store.read(KEY) == b""


async def test_find_gives_the_first_key_of_a_prefix_in_order_of_keys(store: ImageStore) -> None:
    for name in ("b-2", "a-2", "a-1"):
        await store.write_once(f"images/fern/{name}.png", b"x", media_type="image/png")
    assert await store.find("images/fern/a") == "images/fern/a-1.png"
    assert await store.find("images/fern/") == "images/fern/a-1.png"
    assert await store.find("images/fern/b-2.png") == "images/fern/b-2.png"


async def test_find_gives_none_without_a_matching_key(store: ImageStore) -> None:
    await store.write_once("images/fern/a.png", b"x", media_type="image/png")
    assert await store.find("images/fern/b") is None


async def test_keys_gives_all_matching_keys_in_order_over_several_pages(store: ImageStore) -> None:
    many = [f"books/fern/drawn/{number:04d}.json" for number in range(1002)]  # S3 lists a thousand per request
    for key in [*reversed(many), "books/fern/plan.json"]:
        await store.write(key, b"x", media_type="application/json")
    assert list(await store.keys("books/fern/drawn/")) == many
    assert list(await store.keys("books/oak/")) == []


UNSAFE = ["", "/images/a.png", "images/../stories/a.json", "..", "images//a.png", "images/a\n.png", "images/\ud800.png"]


@pytest.mark.parametrize("key", [*UNSAFE, "images/", "i" * 1025, "\u00e9" * 513])
async def test_a_key_that_could_lead_elsewhere_is_refused_by_every_method(store: ImageStore, key: str) -> None:
    with pytest.raises(ImageValidationError, match="is not accepted"):
        await store.write_once(key, b"x", media_type="image/png")
    with pytest.raises(ImageValidationError, match="is not accepted"):
        await store.write(key, b"x", media_type="image/png")
    with pytest.raises(ImageValidationError, match="is not accepted"):
        await store.read(key)
    with pytest.raises(ImageValidationError, match="is not accepted"):
        store.uri(key)


@pytest.mark.parametrize("prefix", UNSAFE)
async def test_a_prefix_that_could_lead_elsewhere_is_refused(store: ImageStore, prefix: str) -> None:
    with pytest.raises(ImageValidationError, match="is not accepted"):
        await store.find(prefix)
    with pytest.raises(ImageValidationError, match="is not accepted"):
        await store.keys(prefix)


async def test_the_address_names_the_key(store: ImageStore) -> None:
    assert store.uri(KEY) in {f"s3://{BUCKET}/{KEY}", f"memory://{KEY}"}
