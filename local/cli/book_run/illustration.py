"""Illustrates one story on a running cloud: uploads it, and receives its events until it has ended.

This module does not print. It passes each event to a `ProgressListener`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from local.cli.exit_status import CommandFailedError
from local.cli.progress.event_feed import EventSource
from local.cli.progress.story_progress import StoryProgress, advance, begin
from local.cli.stack_setup import FUNCTIONS, log_end
from local.cli.story_file import StoryFile
from local.stack.cloud import LocalCloud
from picturebook.events import Event

Clock = Callable[[], float]
_POLL_S = 1
# The story's last event may arrive before the last pictures' events: wait this many seconds for those.
_LATE_EVENTS_S = 3.0


class ProgressListener(Protocol):
    """Receives the progress of a story while it is illustrated."""

    def on_event(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:
        """Handle an event that changed the progress from `before` to `after`."""
        ...


class StalledError(CommandFailedError):
    """No event arrived for too long; the message has the end of each function's log."""


@dataclass(frozen=True, slots=True)
class Illustration:
    """A story that has ended, and the seconds from its upload to its last event."""

    progress: StoryProgress
    seconds: float


class ProgressRecorder:
    """Passes each event on, keeps the latest progress, and notes the time of the story's last event."""

    def __init__(self, listener: ProgressListener) -> None:
        self._listener = listener
        self.latest: StoryProgress | None = None
        self.ended_at: float | None = None

    def on_event(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:
        """Record the progress, then pass the event on."""
        self.latest = after
        if after.ending and not before.ending:
            self.ended_at = time.monotonic()
        self._listener.on_event(event, before, after)


def upload_story(cloud: LocalCloud, story: StoryFile) -> str:
    """Upload a story to the bucket's folder for stories; return its S3 address."""
    bucket, key = cloud.outputs["BucketName"], f"stories/{story.plan.story.story_id}.json"
    cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=story.content, ContentType="application/json")
    return f"s3://{bucket}/{key}"


def follow_story(
    start: StoryProgress,
    events: EventSource,
    listener: ProgressListener,
    *,
    patience_s: float,
    clock: Clock = time.monotonic,
) -> StoryProgress:
    """Receive events until the story has ended; raises StalledError after `patience_s` seconds without an event."""
    progress, last_event_at = start, clock()
    ended_at: float | None = None
    while ended_at is None or (progress.settled < len(progress.pictures) and clock() < ended_at + _LATE_EVENTS_S):
        for event in events.receive(wait_s=_POLL_S):
            last_event_at = clock()
            before, progress = progress, advance(progress, event)
            listener.on_event(event, before, progress)
        if progress.ending and ended_at is None:
            ended_at = clock()
            if progress.ending in {"StoryRejected", "StoryCancelled"}:
                break
        if clock() - last_event_at > patience_s:
            raise StalledError(f"No event of the story arrived for {patience_s:.0f} seconds.")
    return progress


def illustrate_on(
    cloud: LocalCloud, story: StoryFile, events: EventSource, recorder: ProgressRecorder, *, patience_s: float
) -> Illustration:
    """Upload the story and follow it to its end; raises StalledError with the end of the functions' logs."""
    started = time.monotonic()
    upload_story(cloud, story)
    try:
        progress = follow_story(begin(story.plan), events, recorder, patience_s=patience_s)
    except StalledError as stalled:
        raise StalledError(f"{function_logs(cloud)}\n\n{stalled} The functions' logs are above.") from stalled
    return Illustration(progress, (recorder.ended_at or time.monotonic()) - started)


def function_logs(cloud: LocalCloud) -> str:
    """Return the end of each function's log."""
    parts = [f"--- the end of the log of {name}:\n{log_end(cloud.function_logs(name))}" for name in FUNCTIONS]
    return "\n".join(parts)
