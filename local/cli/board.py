"""What the terminal shows while a story is illustrated: every picture with its state. Pure."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from rich.cells import cell_len, set_cell_size
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from local.cli.picture_progress import PictureProgress, PictureState
from local.cli.progress import StoryProgress
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


def board(progress: StoryProgress, *, now: datetime, elapsed_s: float, lines: int, width: int) -> RenderableType:
    """Return the whole display for a terminal of `lines` by `width`.

    Pictures get a line each where there are enough, else cells as wide as lets all of them be seen.
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


def clock_time(seconds: float) -> str:
    """Return a duration as people read it: `8.2 s`, `3:07`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def remark(picture: PictureProgress) -> str:
    """Return what else is to be said of a picture: why it failed, why it is tried again, whether to look at it."""
    if picture.state is PictureState.FAILED:
        return why_missing(picture.reason, picture.explanation)
    if picture.state is PictureState.RETRYING:
        return f"trying again: {picture.explanation or 'the image service did not answer'}"
    if picture.state is PictureState.HELD:
        return "held for a person to decide"
    if picture.state is PictureState.DONE:
        told = {"needs review": picture.needs_review, "drawn before": picture.is_reused}
        return ", ".join(words for words, is_so in told.items() if is_so)
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
        table.add_row(*row, Text(_duration(picture, now)), Text(remark(picture), style="dim"))
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
    """Shorten a label in its middle: names of one story often begin alike, and differ at their ends."""
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
        return clock_time(picture.seconds)
    if picture.started_at is None or picture.state.is_settled:
        return ""
    return clock_time(max(0.0, (now - picture.started_at).total_seconds()))


def _overall(progress: StoryProgress, elapsed_s: float) -> RenderableType:
    total = len(progress.pictures)
    counts = [f"{progress.count(state)} {state.value}" for state in PictureState if progress.count(state)]
    row = Table.grid(padding=(0, 2))
    row.add_row(
        ProgressBar(total=total, completed=progress.settled, width=24),
        Text(f"{progress.settled} of {total}", style="bold"),
        Text(clock_time(elapsed_s)),
        Text(", ".join(counts), style="dim"),
    )
    return row
