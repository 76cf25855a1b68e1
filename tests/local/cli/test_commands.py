"""The commands as a shell sees them. None of these starts the cloud."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner, Result

from local.cli.app import app
from local.cli.model_tables import retired_tables
from local.cli.retired_model import replaced_model
from picturebook.catalogue import load_catalogue
from picturebook.events import DetailType
from tests.local.cli.stories import story_file, write_story

COMMANDS = ("illustrate", "estimate", "serve", "cancel", "redraw", "resolve", "circuit", "models", "schemas")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_each_command_is_listed_with_one_line_of_help() -> None:
    shown = run("--help")
    assert shown.exit_code == 0
    assert all(f"  {command} " in shown.stdout for command in COMMANDS)


def test_the_version_is_the_packages() -> None:
    shown = run("--version")
    assert (shown.exit_code, shown.stdout) == (0, f"picturebook {version('picturebook')}\n")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from local.cli.app import app; "
        "assert CliRunner().invoke(app, ['illustrate', '--help']).exit_code == 0; "
        "print([m for m in ('boto3', 'botocore', 'openai', 'PIL', 'picturebook', 'rich.live') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  ours
    assert done.stdout.strip() == "[]"


def test_bad_input_is_one_message_on_standard_error_and_status_2(tmp_path: Path) -> None:
    shown = run("illustrate", write_story(tmp_path, pages=[]))
    assert shown.exit_code == 2
    assert shown.stdout == ""
    first, problem, accepted = shown.stderr.splitlines()
    assert first.endswith("story.json cannot be illustrated.")
    assert problem.startswith("  pages: ")
    assert accepted == "  accepted: at least 1 item(s)"


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_what_is_no_file_is_status_2(tmp_path: Path, name: str) -> None:
    shown = run("illustrate", tmp_path / name)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "Traceback" not in shown.stderr
    assert "accepted:" in shown.stderr


def test_an_empty_path_is_not_called_a_folder() -> None:
    shown = run("illustrate", "")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr == "The story's path is empty.\n  accepted: the path of a story, a JSON file\n"


def test_bad_input_is_a_line_of_json_for_scripts(tmp_path: Path) -> None:
    shown = run("illustrate", write_story(tmp_path, size="huge"), "--json")
    assert shown.exit_code == 2
    [line] = shown.stdout.splitlines()
    told = json.loads(line)
    assert (told["type"], told["field"]) == ("error", "size")


def test_no_book_folder_is_made_for_a_bad_story(tmp_path: Path) -> None:
    run("illustrate", write_story(tmp_path, pages=[]), "--out", tmp_path / "book")
    assert not (tmp_path / "book").exists()


@pytest.mark.parametrize("option", [("--delay", "1"), ("--prerendered",), ("--measure",)])
def test_live_is_not_for_measuring(tmp_path: Path, option: tuple[str, ...]) -> None:
    shown = run("illustrate", write_story(tmp_path), "--live", *option)
    assert shown.exit_code == 2
    assert "--live cannot be combined" in shown.stderr


@pytest.mark.parametrize("option", [("--delay", "-1"), ("--delay", "soon"), ("--patience", "0"), ("--nonsense",)])
def test_an_option_that_makes_no_sense_is_status_2(tmp_path: Path, option: tuple[str, ...]) -> None:
    assert run("illustrate", write_story(tmp_path), *option).exit_code == 2


def test_live_without_a_key_says_what_it_needs(tmp_path: Path) -> None:
    done = live(tmp_path, key=None)
    assert done.returncode == 2
    assert "OPENAI_API_KEY" in done.stderr


def test_live_where_nobody_can_be_asked_shows_the_estimate_and_buys_nothing(tmp_path: Path) -> None:
    done = live(tmp_path, key="sk-never-used")
    assert done.returncode == 2
    assert "3 pictures by gpt-image-2" in done.stderr
    assert "--yes" in done.stderr
    assert "sk-never-used" not in done.stdout + done.stderr
    assert not (tmp_path / "book").exists()


def test_models_lists_what_stays_and_what_is_gone() -> None:
    shown = run("models", "--json")
    catalogue = json.loads(shown.stdout)
    models = {model["name"]: model for model in catalogue["models"]}
    assert set(models) == set(load_catalogue().specs)
    assert (models["gpt-image-2"]["is_gone"], models["gpt-image-2"]["retires_on"]) == (False, None)
    assert (models["dall-e-3"]["is_gone"], models["dall-e-3"]["replaced_by"]) == (True, "gpt-image-2")
    assert run("models").exit_code == 0


@pytest.mark.parametrize(
    ("today", "titles"),
    [
        (date(2026, 5, 11), ["Models that will be retired"]),
        (date(2026, 11, 30), ["Retired models", "Models that will be retired"]),
        (date(2026, 12, 1), ["Retired models"]),
    ],
)
def test_a_model_is_called_retired_from_its_day_on(today: date, titles: list[str]) -> None:
    tables = retired_tables(load_catalogue(), today=today)
    assert [table.title for table in tables] == titles
    assert sum(table.row_count for table in tables) == len(set(load_catalogue().specs) - set(load_catalogue().names))
    tenses = {"Retired models": "Ended on", "Models that will be retired": "Ends on"}
    assert [table.columns[1].header for table in tables] == [tenses[title] for title in titles]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("gpt-image-1", "gpt-image-1 is retired since 2026-10-23: gpt-image-2 draws instead."),
        ("gpt-image-1.5", "gpt-image-1.5 ends on 2026-12-01: gpt-image-2 draws instead."),
        ("gpt-image-2", None),
        (None, None),
    ],
)
def test_a_model_that_another_one_replaces_is_told_with_its_day(
    tmp_path: Path, model: str | None, said: str | None
) -> None:
    assert replaced_model(story_file(tmp_path, model=model).plan, today=date(2026, 11, 24)) == said


def test_the_replacement_is_told_before_anything_is_bought(tmp_path: Path) -> None:
    done = live(tmp_path, "--json", key="sk-never-used", model="dall-e-3")
    line = "dall-e-3 is retired since 2026-05-12: gpt-image-2 draws instead."
    assert done.stderr.splitlines()[0] == line
    assert done.stderr.splitlines()[1].startswith("3 pictures by gpt-image-2")
    told = json.loads(done.stdout.splitlines()[0])
    assert told == {
        "type": "notice",
        "field": "model",
        "message": line,
        "wished_model": "dall-e-3",
        "model": "gpt-image-2",
    }


def test_schemas_are_those_of_the_models() -> None:
    schemas = json.loads(run("schemas").stdout)
    messages = {"draw_character", "draw_page", "cancel", "redraw", "resolve"}
    assert set(schemas) == {"story", *messages, "event", "manifest", *get_args(DetailType)}
    story = json.loads(run("schemas", "story").stdout)
    assert story == schemas["story"]
    assert story["additionalProperties"] is False


def test_an_unknown_schema_names_those_there_are() -> None:
    shown = run("schemas", "novel")
    assert shown.exit_code == 2
    assert "story, draw_character, draw_page, cancel, redraw, resolve, event, manifest" in shown.stderr


def live(folder: Path, *options: str, key: str | None, **story: str) -> subprocess.CompletedProcess[str]:
    """Run `illustrate --live` in a process of its own, with nobody at its standard input."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENAI_API_KEY"}
    environment |= {"OPENAI_API_KEY": key} if key else {}
    command = [sys.executable, "-c", "from local.cli import main; main()", "illustrate", "--live"]
    command += [str(write_story(folder, **story)), "--out", str(folder / "book"), *options]
    return subprocess.run(  # noqa: S603  ours
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
