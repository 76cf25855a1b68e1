"""The three displays of a story's progress: a live view in a terminal, log lines elsewhere, JSON for scripts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol, TextIO

from rich.console import Console, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from local.cli.json_lines import print_json_line
from local.cli.progress.progress_view import duration_text, picture_note, progress_view
from local.cli.progress.story_progress import StoryProgress, changes
from picturebook.events import Event

_REFRESHES_PER_S = 8


class ProgressDisplay(Protocol):
    """Shows the steps before a story starts, and then its progress; also a `ProgressListener`."""

    def report(self, step: str) -> None:
        """Show a step that comes before the story starts."""
        ...

    def on_start(self, progress: StoryProgress) -> None:
        """Show that the story starts."""
        ...

    def on_event(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:
        """Show an event that changed the progress from `before` to `after`."""
        ...


class LiveDisplay:
    """A view of the whole story that is redrawn several times a second."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: StoryProgress | None = None
        self._spinner = Spinner("dots", text=Text("Starting"))
        self._since = time.monotonic()

    def report(self, step: str) -> None:
        """Show the step beside a spinner."""
        self._progress = None
        self._spinner.update(text=Text(step))

    def on_start(self, progress: StoryProgress) -> None:
        """Show the progress of the story from now on."""
        self._since = time.monotonic()
        self._progress = progress

    def on_event(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:  # noqa: ARG002  protocol
        """Show the new progress at the next refresh."""
        self._progress = after

    def renderable(self) -> RenderableType:
        """Return the view as it is now."""
        if self._progress is None:
            return self._spinner
        elapsed = time.monotonic() - self._since
        lines, width = self._console.height, self._console.width
        return progress_view(self._progress, now=datetime.now(UTC), elapsed_s=elapsed, lines=lines, width=width)


class LogDisplay:
    """One line per change, for log files and terminals without cursor control."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()

    def report(self, step: str) -> None:
        """Print the step."""
        self._line(step)

    def on_start(self, progress: StoryProgress) -> None:
        """Print the story's title and the number of its pictures."""
        self._line(f"“{progress.title}”: {len(progress.pictures)} pictures")

    def on_event(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:  # noqa: ARG002  protocol
        """Print each picture whose state changed, and a new notice."""
        for picture in changes(before, after):
            note = picture_note(picture)
            settled = f" ({after.settled} of {len(after.pictures)})" if picture.state.is_settled else ""
            self._line(f"{picture.label}: {picture.state.value}{settled}" + (f" - {note}" if note else ""))
        if after.notice and after.notice != before.notice:
            self._line(after.notice)

    def _line(self, text: str) -> None:
        elapsed = duration_text(time.monotonic() - self._started)
        self._console.print(Text(f"{elapsed:>8}  {text}"), soft_wrap=True)


class JsonDisplay:
    """One line of JSON per received event."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def report(self, step: str) -> None:
        """Print nothing: scripts wait for events."""

    def on_start(self, progress: StoryProgress) -> None:
        """Print nothing: the event StoryAccepted follows."""

    def on_event(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:  # noqa: ARG002  protocol
        """Print the event; an event that is delivered twice is printed twice."""
        print_json_line(self._stream, {"type": "event", **event.model_dump(mode="json")})


@contextmanager
def display_on(console: Console, *, json_to: TextIO | None) -> Iterator[ProgressDisplay]:
    """Choose the display: JSON if `json_to` is given, a live view in a terminal, else log lines."""
    if json_to is not None:
        yield JsonDisplay(json_to)
    elif not console.is_terminal:
        yield LogDisplay(console)
    else:
        shown = LiveDisplay(console)
        with Live(
            console=console,
            get_renderable=shown.renderable,
            refresh_per_second=_REFRESHES_PER_S,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        ):
            yield shown
