"""Records events in this process's memory."""

from __future__ import annotations

from collections.abc import Sequence

from picturebook.events import DetailType, Event


class RecordingEventPublisher:
    """An EventPublisher whose `events` are all published events, including repetitions."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def publish(self, events: Sequence[Event]) -> None:
        """Keep all of `events`."""
        self.events.extend(events)

    def of_type(self, detail_type: DetailType) -> list[Event]:
        """Return the published events of one detail type, in order."""
        return [event for event in self.events if event.detail_type == detail_type]
