"""The three ways to show how a story gets on: a live board on a terminal, log lines elsewhere, JSON for scripts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol, TextIO

from rich.console import Console, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from local.cli.board import board, clock_time, remark
from local.cli.progress import StoryProgress, changes
from picturebook.events import Event

_REFRESHES_PER_S = 8


class Display(Protocol):
    """Shows what is being prepared, and then how a story gets on; an `Audience` too."""

    def report(self, what: str) -> None:
        """Something is being done before the story can begin."""
        ...

    def begun(self, progress: StoryProgress) -> None:
        """The story is on its way."""
        ...

    def heard(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:
        """An event came and made `after` of `before`."""
        ...


class LiveDisplay:
    """A board that is drawn anew several times a second."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: StoryProgress | None = None
        self._spinner = Spinner("dots", text=Text("Starting"))
        self._since = time.monotonic()

    def report(self, what: str) -> None:
        """Show what is being prepared beside a spinner."""
        self._progress = None
        self._spinner.update(text=Text(what))

    def begun(self, progress: StoryProgress) -> None:
        """Show the board from now on."""
        self._since = time.monotonic()
        self._progress = progress

    def heard(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:  # noqa: ARG002  the protocol's
        """Show the new state at the next refresh."""
        self._progress = after

    def renderable(self) -> RenderableType:
        """Return what is to be seen now."""
        if self._progress is None:
            return self._spinner
        elapsed = time.monotonic() - self._since
        lines, width = self._console.height, self._console.width
        return board(self._progress, now=datetime.now(UTC), elapsed_s=elapsed, lines=lines, width=width)


class LogDisplay:
    """One line per change, for logs and terminals that cannot go back."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()

    def report(self, what: str) -> None:
        """Print what is being prepared."""
        self._line(what)

    def begun(self, progress: StoryProgress) -> None:
        """Print what is to come."""
        self._line(f"“{progress.title}”: {len(progress.pictures)} pictures")

    def heard(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:  # noqa: ARG002  the protocol's
        """Print each picture whose state changed, and a notice that is new."""
        for picture in changes(before, after):
            why = remark(picture)
            settled = f" ({after.settled} of {len(after.pictures)})" if picture.state.is_settled else ""
            self._line(f"{picture.label}: {picture.state.value}{settled}" + (f" - {why}" if why else ""))
        if after.notice and after.notice != before.notice:
            self._line(after.notice)

    def _line(self, text: str) -> None:
        seconds = clock_time(time.monotonic() - self._started)
        self._console.print(Text(f"{seconds:>8}  {text}"), soft_wrap=True)


class JsonDisplay:
    """One JSON object per event, as it came."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def report(self, what: str) -> None:
        """Say nothing: scripts wait for events."""

    def begun(self, progress: StoryProgress) -> None:
        """Say nothing: StoryAccepted will."""

    def heard(self, event: Event, before: StoryProgress, after: StoryProgress) -> None:  # noqa: ARG002  the protocol's
        """Print the event; the same one again is printed again, as it came twice."""
        print_json_line(self._stream, {"type": "event", **event.model_dump(mode="json")})


def print_json_line(stream: TextIO, document: object) -> None:
    """Print one line of JSON and send it on at once."""
    stream.write(json.dumps(document, ensure_ascii=False) + "\n")
    stream.flush()


@contextmanager
def display_on(console: Console, *, json_to: TextIO | None) -> Iterator[Display]:
    """Choose the display: JSON when a stream for it is given, a board on a terminal, else log lines."""
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
