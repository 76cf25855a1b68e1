"""Illustrates one story on a running cloud, the way every story goes: upload it, and listen until it has ended.

Knows nothing of terminals; `Audience` is told what happens.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from local.cli.composition import FUNCTIONS, log_end
from local.cli.event_feed import EventSource
from local.cli.exit_status import CommandFailedError
from local.cli.progress import StoryProgress, advance, begin
from local.cli.story_file import StoryFile
from picturebook.events import Event

if TYPE_CHECKING:
    from local.stack.cloud import LocalCloud

Clock = Callable[[], float]
_POLL_S = 1
# The ending may overtake the last pictures' own events; after this many seconds nobody waits for them.
_LATE_EVENTS_S = 3.0


class Audience(Protocol):
    """Who is told what happens while a story is illustrated."""

    def heard(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:
        """An event came and made `after` of `before`."""
        ...


class StalledError(CommandFailedError):
    """Nothing was heard for too long; the message has the end of each function's log."""


@dataclass(frozen=True, slots=True)
class Illustration:
    """A story that has ended, and the seconds from its upload to the word that it had."""

    progress: StoryProgress
    seconds: float


class Recorder:
    """Passes on what is heard, keeps the latest state, and notes when the story's ending was heard."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self.latest: StoryProgress | None = None
        self.ended_at: float | None = None

    def heard(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:
        """Take note, then tell the audience."""
        self.latest = after
        if after.ending and not before.ending:
            self.ended_at = time.monotonic()
        self._audience.heard(event, before, after)


def upload_story(cloud: LocalCloud, story: StoryFile) -> str:
    """Upload a story to where the cloud looks for stories; return its address."""
    bucket, key = cloud.outputs["BucketName"], f"stories/{story.plan.story.story_id}.json"
    cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=story.content, ContentType="application/json")
    return f"s3://{bucket}/{key}"


def follow_story(
    begun: StoryProgress, events: EventSource, audience: Audience, *, patience_s: float, clock: Clock = time.monotonic
) -> StoryProgress:
    """Listen until the story has ended; raises StalledError after `patience_s` seconds without any event."""
    progress, last_heard = begun, clock()
    ended_at: float | None = None
    while ended_at is None or (progress.settled < len(progress.pictures) and clock() < ended_at + _LATE_EVENTS_S):
        for event in events.receive(wait_s=_POLL_S):
            last_heard = clock()
            before, progress = progress, advance(progress, event)
            audience.heard(event, before, progress)
        if progress.ending and ended_at is None:
            ended_at = clock()
            if progress.ending in {"StoryRejected", "StoryCancelled"}:
                break
        if clock() - last_heard > patience_s:
            raise StalledError(f"Nothing was heard of the story for {patience_s:.0f} seconds.")
    return progress


def illustrate_on(
    cloud: LocalCloud, story: StoryFile, events: EventSource, recorder: Recorder, *, patience_s: float
) -> Illustration:
    """Upload the story and follow it to its end; raises StalledError with the functions' logs."""
    started = time.monotonic()
    upload_story(cloud, story)
    try:
        progress = follow_story(begin(story.plan), events, recorder, patience_s=patience_s)
    except StalledError as stalled:
        raise StalledError(f"{function_logs(cloud)}\n\n{stalled} The functions' logs are above.") from stalled
    return Illustration(progress, (recorder.ended_at or time.monotonic()) - started)


def function_logs(cloud: LocalCloud) -> str:
    """Return the end of what each function wrote."""
    parts = [f"--- the end of the log of {name}:\n{log_end(cloud.function_logs(name))}" for name in FUNCTIONS]
    return "\n".join(parts)
