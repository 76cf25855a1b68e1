"""The command line `picturebook`: its commands by name, and where each of them is."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from local.cli.lazy_group import LazyCommand, LazyGroup, import_target


class PicturebookGroup(LazyGroup):
    """All commands, in the order in which `picturebook --help` lists them."""

    lazy_commands = {  # noqa: RUF012  LazyGroup declares it as a ClassVar
        "illustrate": LazyCommand(
            "local.cli.commands.illustrate:illustrate", "Draw all pictures of a story and make a book of them."
        ),
        "estimate": LazyCommand(
            "local.cli.commands.estimate:estimate", "Show what a story would buy and the most that it may cost."
        ),
        "serve": LazyCommand("local.cli.commands.serve:serve", "Run the whole stack on this machine until Ctrl-C."),
        "cancel": LazyCommand(
            "local.cli.commands.cancel:cancel", "Cancel a story: buy no more pictures, keep finished ones."
        ),
        "redraw": LazyCommand("local.cli.commands.redraw:redraw", "Draw one picture again; this buys one picture."),
        "resolve": LazyCommand(
            "local.cli.commands.resolve:resolve", "Buy a held picture again (repay) or give it up (fail)."
        ),
        "circuit": LazyCommand(
            "local.cli.commands.circuit:circuit", "Show circuit breakers, or force one open or closed."
        ),
        "models": LazyCommand(
            "local.cli.commands.models:models", "List the models with their prices and retirement dates."
        ),
        "schemas": LazyCommand(
            "local.cli.commands.schemas:schemas", "Print JSON Schemas of stories, messages, events and manifest."
        ),
    }


app = typer.Typer(
    name="picturebook",
    cls=PicturebookGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line; the entry point of the package."""
    try:
        app()
    finally:
        # All work is done. A second Ctrl-C would only print a traceback below the command's last message.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)


def _print_version(is_set: bool) -> None:
    if is_set:
        installed_version = import_target("importlib.metadata:version")
        typer.echo(f"picturebook {installed_version('picturebook')}")
        raise typer.Exit


@app.callback()
def _picturebook(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Turns a story into a picture book."""
