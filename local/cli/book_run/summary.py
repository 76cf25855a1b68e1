"""Prints the summary of a story that has ended: a table of its pictures, the costs, the times and the book's pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.cli.amounts import by_kind, exact, exact_costs, max_amount, paid_amount
from local.cli.book_run.book_result import BookResult
from local.cli.progress.picture_progress import PictureProgress, PictureState
from local.cli.progress.progress_view import duration_text, picture_note, state_text
from picturebook.book.manifest import Manifest
from picturebook.book.pages.page_labels import why_missing
from picturebook.models.pictures import Costs

_ENDINGS = {
    "StoryCompleted": "The book is finished.",
    "StoryPartiallyCompleted": "The book is finished, with pictures missing.",
    "StoryFailed": "No picture could be drawn.",
    "StoryCancelled": "The story was cancelled.",
    "StoryRejected": "The story was refused.",
}


def print_summary(result: BookResult, console: Console) -> None:
    """Print the summary for a person."""
    progress = result.illustration.progress
    console.print()
    console.print(_table(result))
    console.print(Text(_ENDINGS.get(progress.ending or "", "The story has ended."), style="bold"))
    why = _ending_reason(result)
    if why:
        console.print(Text(why))
    for line in _money_lines(result):
        console.print(Text(line))
    console.print(Text(f"Story time: {duration_text(result.illustration.seconds)}"))
    for name, timing in result.timings.items():
        console.print(Text(timing.sentence(name)))
    if result.folder:
        for what, page in (("The book: ", "index.html"), ("How it was made: ", "production.html")):
            console.print(Text.assemble(what, (str(result.folder / page), "bold cyan")), soft_wrap=True)


def summary_document(result: BookResult) -> dict[str, object]:
    """Return the summary for scripts."""
    progress, manifest = result.illustration.progress, result.manifest
    estimated, costs = _estimated(result), {one.picture_id: one.costs for one in manifest.pictures} if manifest else {}
    return {
        "type": "summary",
        "story_id": progress.story_id,
        "revision": progress.revision,
        "ending": progress.ending,
        "reason": _ending_reason(result),
        "pictures_total": len(progress.pictures),
        "pictures_drawn": progress.count(PictureState.DONE),
        "seconds": round(result.illustration.seconds, 3),
        "cost_usd": exact(_cost(manifest)),
        "costs": exact_costs(manifest.costs if manifest else None),
        "bible_costs": exact_costs(manifest.bible_costs if manifest else None),
        "worst_cost_usd": exact(result.estimate.at_most_usd),
        "is_live": result.is_live,
        "folder": str(result.folder) if result.folder else None,
        "pictures": [
            _picture_document(picture, estimated.get(name), costs.get(name))
            for name, picture in progress.pictures.items()
        ],
        "paces": {
            name: {"seconds": round(t.story_s, 3), "critical_path": t.critical_path_s, "ratio": round(t.ratio, 3)}
            for name, t in result.timings.items()
        },
    }


def _table(result: BookResult) -> Table:
    progress = result.illustration.progress
    pictures = [*progress.pictures.values()]
    notes = [picture_note(picture) for picture in pictures]
    table = Table(title=Text(progress.title), title_justify="left", title_style="bold", box=box.SIMPLE)
    # In a narrow terminal names are folded, and amounts are never cut.
    table.add_column("Picture", max_width=30, overflow="fold")
    table.add_column("State", no_wrap=True)
    for name in ("Attempts", "Seconds", "At most", "Cost"):
        table.add_column(name, justify="right", no_wrap=True)
    if any(notes):
        table.add_column("Note", overflow="fold", min_width=12)
    estimated = _estimated(result)
    for picture, note in zip(pictures, notes, strict=True):
        cells = _row(picture, estimated.get(picture.picture_id))
        table.add_row(*cells, *([Text(note)] if any(notes) else []))
    return table


def _row(picture: PictureProgress, estimated: Decimal | None) -> tuple[Text, ...]:
    return (
        Text(picture.label),
        state_text(picture),
        Text(str(picture.attempts)),
        Text(f"{picture.seconds:.1f}" if picture.seconds is not None else "-"),
        Text(max_amount(estimated)),
        Text(paid_amount(picture.cost_usd)),
    )


def _estimated(result: BookResult) -> Mapping[str, Decimal | None]:
    """Return the estimated amounts by picture id."""
    estimate = result.estimate
    return {message.picture.picture_id: estimate.picture_usd(message) for message in estimate.plan.messages}


def _cost(manifest: Manifest | None) -> Decimal | None:
    return manifest.cost_usd if manifest else None


def _money_lines(result: BookResult) -> Iterator[str]:
    cost, at_most, manifest = _cost(result.manifest), result.estimate.at_most_usd, result.manifest
    estimated = f"estimated at most {max_amount(at_most)}" if at_most is not None else "and some prices are unknown"
    line = f"Cost: {paid_amount(cost)}, {estimated}."
    yield line if result.is_live else f"{line} The pictures were drawn on this machine, so nothing was charged."
    if manifest and manifest.costs:
        bible = manifest.bible_costs
        bible_part = f", {paid_amount(bible.total)} of it for the bible" if bible and bible.total != 0 else ""
        yield f"By kind: {by_kind(manifest.costs)}{bible_part}."


def _ending_reason(result: BookResult) -> str | None:
    data = result.illustration.progress.ending_data
    reason = data.get("message") or data.get("reason")
    return why_missing(str(reason), str(reason)) if reason else None


def _picture_document(picture: PictureProgress, estimated: Decimal | None, costs: Costs | None) -> dict[str, object]:
    return {
        "picture_id": picture.picture_id,
        "label": picture.label,
        "state": picture.state.value,
        "attempts": picture.attempts,
        "seconds": round(picture.seconds, 3) if picture.seconds is not None else None,
        "cost_usd": str(picture.cost_usd) if picture.cost_usd is not None else None,
        "costs": exact_costs(costs),
        "worst_cost_usd": exact(estimated),
        "needs_review": picture.needs_review,
        "is_reused": picture.is_reused,
        "reason": picture.reason,
        "explanation": picture.explanation,
    }
