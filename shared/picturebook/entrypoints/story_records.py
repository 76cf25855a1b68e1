"""Reads the two kinds of record in the story queue: a notice of an upload to S3, or the story itself.

Either becomes one `StoryInput` or one refusal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import from_json

from picturebook.errors import InputRefusedError
from picturebook.models.accepted_text import ACCEPTED_ID, SAFE_ID, SafeId
from picturebook.models.parsing import ACCEPTED_BYTES, MOST_BYTES, parse_json
from picturebook.models.runs import UploadPosition
from picturebook.models.story import Story
from picturebook.use_cases.plan_story import Arrival

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    from picturebook.ports.image_store import ImageStore

_UPLOAD_KEY = re.compile(rf"stories/({SAFE_ID.pattern})\.json")


class _Notice(BaseModel):
    # S3 may add fields to its notices, so unknown ones are ignored.
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class _Bucket(_Notice):
    name: str


class _Object(_Notice):
    key: str
    size: int = 0
    sequencer: Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{1,64}$")]
    version_id: Annotated[str | None, Field(alias="version-id")] = None


class _Detail(_Notice):
    bucket: _Bucket
    object: _Object


class UploadNotice(_Notice):
    """The fields that we read of EventBridge's notice of a new S3 object."""

    id: SafeId
    time: AwareDatetime
    detail_type: Annotated[Literal["Object Created"], Field(alias="detail-type")]
    detail: _Detail


@dataclass(frozen=True, slots=True)
class StoryInput:
    """A story's raw bytes, not yet parsed. `story_id` is taken from an upload's key; None for a message."""

    raw: bytes
    arrival: Arrival
    story_id: str | None = None

    def named_id(self) -> str | None:
        """Return the story's id if it can be read, so that the sender can match a refusal to the story."""
        try:
            document = from_json(self.raw)
        except ValueError:
            return self.story_id
        named = document.get("story_id") if isinstance(document, dict) else None
        return self.story_id or (named if isinstance(named, str) and SAFE_ID.fullmatch(named) else None)

    def story(self) -> Story:
        """Return the parsed story; raises InputRefusedError, also when the key and the story have different ids."""
        story = parse_json(Story, self.raw, what="the story")
        if self.story_id not in (None, story.story_id):
            raise InputRefusedError(
                f"is {story.story_id!r} in the story and {self.story_id!r} in the key",
                field="story_id",
                accepted="the same id in both",
                reason="ids_differ",
            )
        return story


def origin_of(record: SQSRecord) -> str:
    """Return where a record came from, for people and for event ids: the object and its version, or the message."""
    try:
        upload = _upload_of(record)
    except InputRefusedError:
        upload = None
    if upload is None:
        return f"sqs:{record.message_id}"
    uploaded = upload.detail.object
    version = f"?versionId={uploaded.version_id}" if uploaded.version_id else ""
    return f"s3://{upload.detail.bucket.name}/{uploaded.key}{version}"


async def read_story_record(record: SQSRecord, store: ImageStore, *, bucket: str) -> StoryInput:
    """Return the record's story, fetching an upload; raises InputRefusedError for an upload that may not be read."""
    upload = _upload_of(record)
    if upload is None:
        raw = record.body.encode("utf-8", "surrogatepass")
        return StoryInput(raw, _arrival(_sent_at(record), record.message_id))
    uploaded = upload.detail.object
    story_id = _story_id(uploaded.key)
    content = await _read_upload(upload.detail, story_id, store, bucket)
    return StoryInput(content, _arrival(upload.time, upload.id, uploaded.sequencer), story_id)


async def _read_upload(detail: _Detail, story_id: str, store: ImageStore, bucket: str) -> bytes:
    key = detail.object.key
    if detail.bucket.name != bucket:
        raise InputRefusedError(
            "is not the bucket of this deployment", field="bucket", accepted=bucket, story_id=story_id
        )
    # The object may have been replaced since the notice, so its size is checked again while reading.
    content = await store.read(key, at_most=MOST_BYTES + 1) if detail.object.size <= MOST_BYTES else None
    if detail.object.size > MOST_BYTES or (content is not None and len(content) > MOST_BYTES):
        raise InputRefusedError(
            "has more than 1 MiB", field="the story", accepted=ACCEPTED_BYTES, reason="too_large", story_id=story_id
        )
    if content is None:
        raise InputRefusedError("no longer exists", field=key, accepted="an object that stays", story_id=story_id)
    return content


def _story_id(key: str) -> str:
    match = _UPLOAD_KEY.fullmatch(key)
    if match is None:
        raise InputRefusedError(
            f"{key[:200]!r} is not the key of a story",
            field="key",
            accepted=f"stories/<story_id>.json, the id being {ACCEPTED_ID}",
            reason="unsafe_key",
        )
    return match.group(1)


def _upload_of(record: SQSRecord) -> UploadNotice | None:
    """Return S3's notice when the body's `source` says that it is one, else None; a story has no such field.

    Raises InputRefusedError for an incomplete or forged notice.
    """
    try:
        body = from_json(record.body.encode("utf-8", "surrogatepass"))
    except ValueError:
        return None
    if not isinstance(body, dict) or body.get("source") != "aws.s3":
        return None
    return parse_json(UploadNotice, record.body.encode("utf-8", "surrogatepass"), what="the notice of an upload")


def _sent_at(record: SQSRecord) -> datetime:
    return datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC)


def _arrival(moment: datetime, correlation_id: str, sequencer: str = "") -> Arrival:
    return Arrival(UploadPosition(moment=moment, sequencer=sequencer), correlation_id)
