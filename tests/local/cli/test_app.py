"""The list of commands: `picturebook --help`, and the modules that are imported for it and for a command."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from local.cli.app import PicturebookGroup, app
from local.cli.lazy_group import LazyCommand, LazyGroup, import_command

COMMANDS = PicturebookGroup.lazy_commands
# `picturebook --help` prints text that is already in app.py, and needs none of these.
NOT_FOR_HELP = {"boto3", "botocore", "openai", "pydantic", "PIL", "rich", "asyncio", "picturebook", "infra"}


def help_text(*arguments: str, width: int = 80) -> str:
    shown = CliRunner().invoke(app, [*arguments, "--help"], env={"COLUMNS": str(width)})
    assert shown.exit_code == 0
    return shown.stdout


def modules_after(*arguments: str) -> set[str]:
    """Run the command line in a new process; return the names of all modules that it imported."""
    code = (
        "import sys; from local.cli import main; sys.argv = ['picturebook', *sys.argv[1:]]\n"
        "try: main()\n"
        "finally: print('\\n'.join(['', 'modules:', *sys.modules]))"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  ours
    return set(done.stdout.partition("\nmodules:\n")[2].split())


def test_help_lists_every_command_with_its_whole_line_of_help() -> None:
    lines = help_text().partition("Commands:\n")[2].splitlines()
    assert [line.split(maxsplit=1) for line in lines] == [[name, one.summary] for name, one in COMMANDS.items()]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_listed_line_of_help_is_the_commands_own(name: str) -> None:
    command = import_command(name, COMMANDS[name].target)
    assert command.get_short_help_str(limit=1000) == COMMANDS[name].summary
    assert f"\n  {COMMANDS[name].summary}\n" in help_text(name, width=200)


def test_every_module_in_the_folder_of_commands_is_a_listed_command() -> None:
    folder = Path(__file__).parents[3] / "local" / "cli" / "commands"
    modules = {f"local.cli.commands.{path.stem}" for path in folder.glob("*.py")}
    assert modules == {one.target.partition(":")[0] for one in COMMANDS.values()}


def test_help_imports_no_command_and_nothing_that_only_commands_need() -> None:
    modules = modules_after("--help")
    assert {name.partition(".")[0] for name in modules} & NOT_FOR_HELP == set()
    assert not any(name.startswith(("local.cli.commands", "local.stack", "local.image_service")) for name in modules)


def test_a_command_imports_no_other_command() -> None:
    modules = modules_after("models", "--json")
    assert {name for name in modules if name.startswith("local.cli.commands.")} == {"local.cli.commands.models"}
    assert not {"boto3", "openai", "local.stack"} & modules


def test_a_mistyped_command_gets_a_suggestion() -> None:
    shown = CliRunner().invoke(app, ["ilustrate"])
    assert shown.exit_code == 2
    assert "No such command 'ilustrate'. Did you mean 'illustrate'?" in shown.stderr


def test_the_version_is_the_packages() -> None:
    shown = CliRunner().invoke(app, ["--version"])
    assert (shown.exit_code, shown.stdout) == (0, f"picturebook {version('picturebook')}\n")


def test_an_interrupt_during_the_import_of_a_command_ends_it_as_any_other_interrupt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow_to_import.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    monkeypatch.syspath_prepend(tmp_path)

    class OneCommand(LazyGroup):
        lazy_commands = {"slow": LazyCommand("slow_to_import:slow", "Never gets this far.")}  # noqa: RUF012  a ClassVar

    one = typer.Typer(cls=OneCommand, add_completion=False)
    one.callback()(lambda: None)
    shown = CliRunner().invoke(one, ["slow"])
    assert (shown.exit_code, shown.stderr) == (130, "Stopped. Everything that this command started has ended.\n")
