"""A group of commands that imports a command's module only when that command is called or its own help is asked for.

`picturebook --help` lists every command with its one line of help and imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from local.cli.error_exit import exit_on_error


class LazyCommand(NamedTuple):
    """Where a command is, as `module:name`, and the first sentence of its help.

    The name is that of a function with Typer's annotations, or of a `typer.Typer` that has commands of its own.
    """

    target: str
    summary: str


class LazyGroup(TyperGroup):
    """A Typer group whose commands stand in `lazy_commands`, which a subclass gives."""

    lazy_commands: ClassVar[Mapping[str, LazyCommand]] = {}

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, command in self.lazy_commands.items():
            # A placeholder: Typer needs it for the list of commands and for "Did you mean ...?".
            self.add_command(TyperCommand(name, help=command.summary))

    # Typer does not publish the types of its contexts and commands, therefore Any.
    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the name of the called command, the command itself, now imported, and its arguments."""
        name, placeholder, rest = super().resolve_command(ctx, args)
        if name is None or name not in self.lazy_commands:
            return name, placeholder, rest
        # The import takes long enough for a Ctrl-C.
        with exit_on_error():
            return name, import_command(name, self.lazy_commands[name].target), rest


def import_target(target: str) -> Any:
    """Import the module of `target`, which is `module:name`, and return the object with that name."""
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)


def import_command(name: str, target: str) -> Any:
    """Import a command and return it as Typer's command of the given name."""
    found: Callable[..., None] | typer.Typer = import_target(target)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name)(found)
    return typer.main.get_command(alone)
