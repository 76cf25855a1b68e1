"""The commands by name."""

from __future__ import annotations

from typing import Annotated

import typer

from local.cli.circuit import circuit
from local.cli.control import cancel, redraw, resolve
from local.cli.estimate import estimate
from local.cli.illustrate import illustrate
from local.cli.models import models
from local.cli.schemas import schemas
from local.cli.serve import serve

app = typer.Typer(
    name="picturebook",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415  nothing else needs it

        typer.echo(f"picturebook {version('picturebook')}")
        raise typer.Exit


@app.callback()
def _picturebook(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Turns a story into a picture book."""


app.command()(illustrate)
app.command()(estimate)
app.command()(serve)
app.command()(cancel)
app.command()(redraw)
app.command()(resolve)
app.add_typer(circuit, name="circuit")
app.command()(models)
app.command()(schemas)
