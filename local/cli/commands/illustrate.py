"""`picturebook illustrate`: its options. `book_run/make_book.py` does the work."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from local.cli.api_key import take_key
from local.cli.book_run.make_book import IllustrateOptions, make_book, print_result
from local.cli.error_exit import exit_on_error
from local.cli.exit_status import BadInputError
from local.cli.stack_setup import LocalImageOptions
from local.cli.story_file import story_path


def illustrate(  # noqa: PLR0913  one argument per option of the command
    story: Annotated[str, typer.Argument(metavar="STORY.json", help="The file of the story.", show_default=False)],
    *,
    out: Annotated[Path | None, typer.Option(help="Folder for the book.", show_default="book/<story_id>")] = None,
    delay: Annotated[
        float, typer.Option(min=0, max=600, help="Seconds that the local image service waits before it draws.")
    ] = 0.0,
    prerendered: Annotated[
        bool, typer.Option("--prerendered", help="Use ready-made pictures, for measurements.")
    ] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="Draw twice, with functions started cold and warm, and compare the times.")
    ] = False,
    patience: Annotated[
        float, typer.Option(min=0.1, help="Minutes to wait for the next event before giving up.")
    ] = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per line, for scripts.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Buy pictures from the real image service.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Buy without asking first.")] = False,
) -> None:
    """Draw all pictures of a story and make a book of them.

    Everything runs on this machine and costs nothing, except with --live.
    """
    json_to = sys.stdout if as_json else None
    with exit_on_error(json_to=json_to):
        if live and (delay or prerendered or measure):
            raise BadInputError("--live cannot be combined with --delay, --prerendered or --measure.", field="--live")
        options = IllustrateOptions(
            story=story_path(story),
            out=out,
            images=LocalImageOptions(delay_s=delay, prerendered=prerendered),
            measure=measure,
            patience_s=patience * 60,
            live=live,
            yes=yes,
        )
        today = datetime.now(UTC).date()
        result = make_book(options, key=take_key(os.environ), json_to=json_to, today=today)
        print_result(result, json_to=json_to)
    raise typer.Exit(result.status)
