"""Renders the progress of a story for a terminal: each picture with its state, and a progress bar. Pure."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from rich.cells import cell_len, set_cell_size
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from local.cli.progress.picture_progress import PictureProgress, PictureState
from local.cli.progress.story_progress import StoryProgress
from picturebook.book.pages.page_labels import why_missing

# One character wide in every font that terminals use.
_SYMBOLS = {
    PictureState.WAITING: ("·", "dim"),
    PictureState.DRAWING: ("✎", "cyan"),
    PictureState.RETRYING: ("↻", "yellow"),
    PictureState.HELD: ("‖", "yellow"),
    PictureState.DONE: ("✓", "green"),
    PictureState.FAILED: ("✗", "red"),
}
# Title, bar, counts, notice and the lines around them.
_LINES_BESIDE_PICTURES = 7
_LEAST_CELL_WIDTH = 14
_SYMBOL_WIDTH = 2


def progress_view(
    progress: StoryProgress, *, now: datetime, elapsed_s: float, lines: int, width: int
) -> RenderableType:
    """Return the whole display for a terminal of `lines` by `width`.

    Each picture has a line of its own if the terminal has enough lines, else a cell; all pictures are always visible.
    """
    pictures = list(progress.pictures.values())
    rows = max(1, lines - _LINES_BESIDE_PICTURES)
    fits = len(pictures) <= rows
    return Group(
        Text(progress.title, style="bold", no_wrap=True, overflow="ellipsis"),
        _pictures_as_lines(pictures, now) if fits else _pictures_as_cells(pictures, rows=rows, width=width),
        _overall(progress, elapsed_s),
        Text(progress.notice or "", style="yellow"),
    )


def duration_text(seconds: float) -> str:
    """Return a duration in seconds or minutes: `8.2 s`, `3:07`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def picture_note(picture: PictureProgress) -> str:
    """Return a note on a picture: why it failed, why it is tried again, or that it needs review; often empty."""
    if picture.state is PictureState.FAILED:
        return why_missing(picture.reason, picture.explanation)
    if picture.state is PictureState.RETRYING:
        return f"trying again: {picture.explanation or 'the image service did not answer'}"
    if picture.state is PictureState.HELD:
        return "held for a person to decide"
    if picture.state is PictureState.DONE:
        notes = {"needs review": picture.needs_review, "drawn before": picture.is_reused}
        return ", ".join(note for note, applies in notes.items() if applies)
    return ""


def state_text(picture: PictureProgress) -> Text:
    """Return the state as a coloured word behind its symbol."""
    symbol, style = _SYMBOLS[picture.state]
    return Text(f"{symbol} {picture.state.value}", style=style)


def _pictures_as_lines(pictures: list[PictureProgress], now: datetime) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=1)
    table.add_column(no_wrap=True, max_width=30, overflow="ellipsis")
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True, width=8)
    table.add_column(no_wrap=True, overflow="ellipsis")
    for picture in pictures:
        symbol, style = _SYMBOLS[picture.state]
        row = [Text(symbol, style=style), Text(picture.label), Text(picture.state.value, style=style)]
        table.add_row(*row, Text(_duration(picture, now)), Text(picture_note(picture), style="dim"))
    return table


def _pictures_as_cells(pictures: list[PictureProgress], *, rows: int, width: int) -> RenderableType:
    per_row = ceil(len(pictures) / rows)
    longest = max(cell_len(picture.label) for picture in pictures) + _SYMBOL_WIDTH
    cell_width = max(_LEAST_CELL_WIDTH, min(longest, width // per_row - 1))
    cells = []
    for picture in pictures:
        symbol, style = _SYMBOLS[picture.state]
        label = _cut(picture.label, cell_width - _SYMBOL_WIDTH)
        cells.append(Text(f"{symbol} {label}", style=style, no_wrap=True))
    return Columns(cells, width=cell_width, padding=(0, 1))


def _cut(label: str, width: int) -> str:
    """Shorten a label in its middle: the names in one story often start alike and differ at the end."""
    if cell_len(label) <= width:
        return label
    tail = ""
    for character in reversed(label):
        if cell_len(character + tail) > width // 2:
            break
        tail = character + tail
    return f"{set_cell_size(label, width - 1 - cell_len(tail))}…{tail}"


def _duration(picture: PictureProgress, now: datetime) -> str:
    if picture.seconds is not None:
        return duration_text(picture.seconds)
    if picture.started_at is None or picture.state.is_settled:
        return ""
    return duration_text(max(0.0, (now - picture.started_at).total_seconds()))


def _overall(progress: StoryProgress, elapsed_s: float) -> RenderableType:
    total = len(progress.pictures)
    counts = [f"{progress.count(state)} {state.value}" for state in PictureState if progress.count(state)]
    row = Table.grid(padding=(0, 2))
    row.add_row(
        ProgressBar(total=total, completed=progress.settled, width=24),
        Text(f"{progress.settled} of {total}", style="bold"),
        Text(duration_text(elapsed_s)),
        Text(", ".join(counts), style="dim"),
    )
    return row
