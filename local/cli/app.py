"""The commands by name."""

from __future__ import annotations

import typer

from local.cli.illustrate import illustrate
from local.cli.models import models
from local.cli.schemas import schemas
from local.cli.serve import serve

app = typer.Typer(
    name="picturebook",
    help="Turns a story into a picture book.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(illustrate)
app.command()(serve)
app.command()(models)
app.command()(schemas)
