"""`picturebook illustrate`: its options. What it does is in book_making.py."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from local.cli.ending import ending_well
from local.cli.exit_status import BadInputError


def illustrate(  # noqa: PLR0913  one argument per option of the command
    story: Annotated[str, typer.Argument(metavar="STORY.json", help="The story.", show_default=False)],
    *,
    out: Annotated[Path | None, typer.Option(help="Folder for the book.", show_default="book/<story_id>")] = None,
    delay: Annotated[float, typer.Option(min=0, max=600, help="Seconds the local image service takes to think.")] = 0.0,
    prerendered: Annotated[bool, typer.Option("--prerendered", help="Take ready-made pictures, to measure.")] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="Draw twice, on a cold and on a warm cloud, and compare.")
    ] = False,
    patience: Annotated[float, typer.Option(min=0.1, help="Minutes without any news until giving up.")] = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line, for scripts.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Buy pictures from the real image service.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before buying.")] = False,
) -> None:
    """Draw all pictures of a story and make a book of them.

    Everything runs on this machine and costs nothing, except with --live.
    """
    json_to = sys.stdout if as_json else None
    with ending_well(json_to=json_to):
        if live and (delay or prerendered or measure):
            raise BadInputError("--live cannot be combined with --delay, --prerendered or --measure.", field="--live")
        from local.cli.book_making import Wishes, make_book, tell_result  # noqa: PLC0415  --help needs none of it
        from local.cli.composition import ImageWishes, take_key  # noqa: PLC0415
        from local.cli.story_file import story_path  # noqa: PLC0415

        wishes = Wishes(
            story=story_path(story),
            out=out,
            images=ImageWishes(delay_s=delay, prerendered=prerendered),
            measure=measure,
            patience_s=patience * 60,
            live=live,
            yes=yes,
        )
        today = datetime.now(UTC).date()
        result = make_book(wishes, key=take_key(os.environ), json_to=json_to, today=today)
        tell_result(result, json_to=json_to)
    raise typer.Exit(result.status)
