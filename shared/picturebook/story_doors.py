"""The two doors by which a story comes: an upload that S3 announced, or the story itself as a message.

Both are records of the story queue, and both end as one `ReceivedStory` or one refusal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.data_classes import S3EventBridgeNotificationEvent
from pydantic_core import from_json

from picturebook.errors import InputRefusedError
from picturebook.models.accepted_text import ACCEPTED_ID, SAFE_ID
from picturebook.models.parsing import MOST_BYTES, parse_json
from picturebook.models.runs import UploadPosition
from picturebook.models.story import Story
from picturebook.use_cases.plan_story import Arrival

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    from picturebook.ports.image_store import ImageStore

_UPLOAD_KEY = re.compile(rf"stories/({SAFE_ID.pattern})\.json")


@dataclass(frozen=True, slots=True)
class StoryInput:
    """What came through a door, not yet looked into. `story_id` is the key's, None for a message."""

    raw: bytes
    what: str
    arrival: Arrival
    story_id: str | None = None

    def story(self) -> Story:
        """Return the story; raises InputRefusedError, also when key and story disagree about the id."""
        story = parse_json(Story, self.raw, what=self.what)
        if self.story_id not in (None, story.story_id):
            raise InputRefusedError(
                f"is {story.story_id!r} in the story and {self.story_id!r} in the key",
                field="story_id",
                accepted="the same id in both",
                reason="ids_differ",
            )
        return story


def origin_of(record: SQSRecord) -> str:
    """Return where a record came from, for people and for ids: the object with its version, or the message."""
    upload = _upload_of(record)
    if upload is None:
        return f"sqs:{record.message_id}"
    detail = upload.detail
    return f"s3://{detail.bucket.name}/{detail.object.key}?versionId={detail.object.version_id}"


async def open_door(record: SQSRecord, store: ImageStore, *, bucket: str) -> StoryInput:
    """Fetch what a record brings; raises InputRefusedError for an upload that is not to be read."""
    upload = _upload_of(record)
    if upload is None:
        raw = record.body.encode("utf-8", "surrogatepass")
        return StoryInput(raw, "the message", _arrival(_sent_at(record), record.message_id))
    key = upload.detail.object.key
    story_id = _story_id(key)
    content = await _read_upload(upload, story_id, store, bucket)
    occurred = datetime.fromisoformat(upload.time)
    arrival = _arrival(occurred, upload.get_id, sequencer=upload.detail.object.sequencer)
    return StoryInput(content, key, arrival, story_id)


async def _read_upload(upload: S3EventBridgeNotificationEvent, story_id: str, store: ImageStore, bucket: str) -> bytes:
    key, size = upload.detail.object.key, upload.detail.object.size or 0
    if upload.detail.bucket.name != bucket:
        raise InputRefusedError("is not the bucket that we serve", field="bucket", accepted=bucket, story_id=story_id)
    if size > MOST_BYTES:
        raise InputRefusedError(
            f"has {size} bytes", field=key, accepted="at most 1 MiB", reason="too_large", story_id=story_id
        )
    content = await store.read(key)
    if content is None:
        raise InputRefusedError("is gone again", field=key, accepted="an object that stays", story_id=story_id)
    return content


def _story_id(key: str) -> str:
    match = _UPLOAD_KEY.fullmatch(key)
    if match is None:
        raise InputRefusedError(
            f"{key[:200]!r} names no story",
            field="key",
            accepted=f"stories/<story_id>.json, the id being {ACCEPTED_ID}",
            reason="unsafe_key",
        )
    return match.group(1)


def _upload_of(record: SQSRecord) -> S3EventBridgeNotificationEvent | None:
    """Return S3's announcement when the body is one; the bodies of stories have neither field."""
    try:
        body = from_json(record.body)
    except ValueError:
        return None
    if not isinstance(body, dict) or body.get("source") != "aws.s3" or body.get("detail-type") != "Object Created":
        return None
    return S3EventBridgeNotificationEvent(body)


def _sent_at(record: SQSRecord) -> datetime:
    return datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC)


def _arrival(moment: datetime, correlation_id: str, *, sequencer: str = "") -> Arrival:
    return Arrival(UploadPosition(moment=moment, sequencer=sequencer), correlation_id)
