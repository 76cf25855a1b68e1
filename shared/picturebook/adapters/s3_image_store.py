"""Pictures and documents in one S3 bucket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import AwsCaller, AwsRefusedError
from picturebook.adapters.storage_keys import checked_key, checked_prefix
from picturebook.adapters.thread_executor import THREADS
from picturebook.errors import StoreUnavailableError
from picturebook.ports.clock import Clock
from picturebook.ports.executor import Executor

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# An object that is written once never changes, so a browser may cache it for a year, the longest that caches follow.
IMMUTABLE = "max-age=31536000, immutable"
MAY_CHANGE = "no-cache"
# S3's API reference, PutObject, If-None-Match: 412 if the key is taken; 409 if another request writes it at the same
# time, and then the upload must be repeated.
KEY_IS_TAKEN = "PreconditionFailed"
CONFLICT = "ConditionalRequestConflict"
MOST_TRIES = 4
WAIT_SECONDS = 0.2


class S3ImageStore:
    """An ImageStore. The function's role needs s3:ListBucket, or S3 answers 403 for a missing key."""

    def __init__(self, client: S3Client, bucket: str, *, clock: Clock, executor: Executor = THREADS) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._bucket = bucket
        self._clock = clock

    async def write_once(self, key: str, content: bytes, *, media_type: str) -> bool:
        """Store `content` unless the key is taken; also returns False if an earlier try of ours took it unanswered."""
        checked_key(key)
        for _ in range(MOST_TRIES):
            try:
                await self._call(
                    self._client.put_object,
                    Bucket=self._bucket,
                    Key=key,
                    Body=content,
                    ContentType=media_type,
                    CacheControl=IMMUTABLE,
                    IfNoneMatch="*",
                )
            except AwsRefusedError as refused:
                if refused.code == KEY_IS_TAKEN:
                    return False
                if refused.code != CONFLICT:
                    raise
                await self._clock.sleep(WAIT_SECONDS)
            else:
                return True
        raise StoreUnavailableError(f"{key}: another request was writing it during each of {MOST_TRIES} tries.")

    async def write(self, key: str, content: bytes, *, media_type: str) -> None:
        """Store `content`; it replaces an earlier object."""
        await self._call(
            self._client.put_object,
            Bucket=self._bucket,
            Key=checked_key(key),
            Body=content,
            ContentType=media_type,
            CacheControl=MAY_CHANGE,
        )

    async def read(self, key: str, *, at_most: int | None = None) -> bytes | None:
        """Return the bytes under `key`, at most the first `at_most`, or None."""
        try:
            return await self._call(self._read, checked_key(key), at_most)
        except AwsRefusedError as refused:
            if refused.code == "NoSuchKey":
                return None
            raise

    async def find(self, prefix: str) -> str | None:
        """Return the first key that begins with `prefix`, or None."""
        answer = await self._call(
            self._client.list_objects_v2, Bucket=self._bucket, Prefix=checked_prefix(prefix), MaxKeys=1
        )
        contents = answer.get("Contents", [])
        return contents[0]["Key"] if contents else None

    async def keys(self, prefix: str) -> Sequence[str]:
        """Return all keys that begin with `prefix`, sorted; S3 lists a thousand per request."""
        return await self._call(self._keys, checked_prefix(prefix))

    def _keys(self, prefix: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def uri(self, key: str) -> str:
        """Return `s3://bucket/key`."""
        return f"s3://{self._bucket}/{checked_key(key)}"

    def _read(self, key: str, at_most: int | None) -> bytes:
        with self._client.get_object(Bucket=self._bucket, Key=key)["Body"] as body:
            return body.read(at_most)
