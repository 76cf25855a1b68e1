"""What is said when a story has ended: a table of its pictures, totals, and how it compares to what is possible."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.cli.board import clock_time, state_text
from local.cli.picture_progress import PictureProgress, PictureState
from local.cli.progress import StoryProgress
from local.cli.result import Result
from picturebook.manifest import Manifest
from picturebook.pages.book_words import why_missing

_ENDINGS = {
    "StoryCompleted": "The book is finished.",
    "StoryPartiallyCompleted": "The book is finished, with pictures missing.",
    "StoryFailed": "No picture could be drawn.",
    "StoryCancelled": "The story was cancelled.",
    "StoryRejected": "The story was refused.",
}


def print_summary(result: Result, console: Console) -> None:
    """Print everything for people."""
    progress = result.illustration.progress
    console.print()
    console.print(_table(progress))
    console.print(Text(_ENDINGS.get(progress.ending or "", "The story has ended."), style="bold"))
    why = _ending_reason(progress)
    if why:
        console.print(Text(why))
    console.print(Text(_money_line(result)))
    console.print(Text(f"Story time: {clock_time(result.illustration.seconds)}"))
    for name, pace in result.paces.items():
        console.print(Text(pace.sentence(name)))
    if result.folder:
        console.print(Text.assemble("The book: ", (str(result.folder / "index.html"), "bold cyan")), soft_wrap=True)


def summary_document(result: Result) -> dict[str, object]:
    """Return everything for scripts."""
    progress = result.illustration.progress
    cost, worst = _cost(result.manifest), result.plan.worst_cost_usd
    return {
        "type": "summary",
        "story_id": progress.story_id,
        "revision": progress.revision,
        "ending": progress.ending,
        "reason": _ending_reason(progress),
        "pictures_total": len(progress.pictures),
        "pictures_drawn": progress.count(PictureState.DONE),
        "seconds": round(result.illustration.seconds, 3),
        "cost_usd": str(cost) if cost is not None else "unknown",
        "worst_cost_usd": str(worst) if worst is not None else "unknown",
        "is_live": result.is_live,
        "folder": str(result.folder) if result.folder else None,
        "pictures": [_picture_document(p) for p in progress.pictures.values()],
        "paces": {
            name: {"seconds": round(p.story_s, 3), "critical_path": p.critical_path_s, "ratio": round(p.ratio, 3)}
            for name, p in result.paces.items()
        },
    }


def _table(progress: StoryProgress) -> Table:
    table = Table(title=Text(progress.title), title_justify="left", title_style="bold")
    table.add_column("Picture", max_width=30, overflow="ellipsis", no_wrap=True)
    table.add_column("State", no_wrap=True)
    for name in ("Attempts", "Seconds", "Cost"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Reason", overflow="fold")
    for picture in progress.pictures.values():
        table.add_row(*_row(picture))
    return table


def _row(picture: PictureProgress) -> tuple[Text, ...]:
    failed = picture.state is PictureState.FAILED
    return (
        Text(picture.label),
        state_text(picture),
        Text(str(picture.attempts)),
        Text(f"{picture.seconds:.1f}" if picture.seconds is not None else "-"),
        Text(_usd(picture.cost_usd)),
        Text(why_missing(picture.reason, picture.explanation) if failed else ""),
    )


def _usd(amount: Decimal | None) -> str:
    return f"${amount:.4f}" if amount is not None else "unknown"


def _cost(manifest: Manifest | None) -> Decimal | None:
    return manifest.cost_usd if manifest else None


def _money_line(result: Result) -> str:
    cost, worst = _cost(result.manifest), result.plan.worst_cost_usd
    estimated = f"estimated at most {_usd(worst)}" if worst is not None else "and nobody knows the model's price"
    line = f"Cost: {_usd(cost)}, {estimated}."
    return line if result.is_live else f"{line} Drawn on this machine: nothing was charged."


def _ending_reason(progress: StoryProgress) -> str | None:
    data = progress.ending_data
    told = data.get("message") or data.get("reason")
    return why_missing(str(told), str(told)) if told else None


def _picture_document(picture: PictureProgress) -> dict[str, object]:
    return {
        "picture_id": picture.picture_id,
        "label": picture.label,
        "state": picture.state.value,
        "attempts": picture.attempts,
        "seconds": round(picture.seconds, 3) if picture.seconds is not None else None,
        "cost_usd": str(picture.cost_usd) if picture.cost_usd is not None else None,
        "reason": picture.reason,
        "explanation": picture.explanation,
    }
