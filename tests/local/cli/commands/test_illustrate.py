"""`picturebook illustrate` as a person at a shell sees it. None of these tests starts the cloud."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from local.cli.app import app
from tests.local.cli.stories import write_story


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_bad_input_is_one_message_on_standard_error_and_status_2(tmp_path: Path) -> None:
    shown = run("illustrate", write_story(tmp_path, pages=[]))
    assert shown.exit_code == 2
    assert shown.stdout == ""
    first, problem, accepted = shown.stderr.splitlines()
    assert first.endswith("story.json cannot be illustrated.")
    assert problem.startswith("  pages: ")
    assert accepted == "  accepted: at least 1 item(s)"


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_path_that_is_no_file_is_status_2(tmp_path: Path, name: str) -> None:
    shown = run("illustrate", tmp_path / name)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "Traceback" not in shown.stderr
    assert "accepted:" in shown.stderr


def test_an_empty_path_is_not_called_a_folder() -> None:
    shown = run("illustrate", "")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr == "The story's path is empty.\n  accepted: the path of a story's JSON file\n"


def test_bad_input_is_a_line_of_json_for_scripts(tmp_path: Path) -> None:
    shown = run("illustrate", write_story(tmp_path, size="huge"), "--json")
    assert shown.exit_code == 2
    [line] = shown.stdout.splitlines()
    output = json.loads(line)
    assert (output["type"], output["field"]) == ("error", "size")


def test_no_book_folder_is_made_for_a_bad_story(tmp_path: Path) -> None:
    run("illustrate", write_story(tmp_path, pages=[]), "--out", tmp_path / "book")
    assert not (tmp_path / "book").exists()


@pytest.mark.parametrize("option", [("--delay", "1"), ("--prerendered",), ("--measure",)])
def test_live_cannot_be_combined_with_measuring_options(tmp_path: Path, option: tuple[str, ...]) -> None:
    shown = run("illustrate", write_story(tmp_path), "--live", *option)
    assert shown.exit_code == 2
    assert "--live cannot be combined" in shown.stderr


@pytest.mark.parametrize("option", [("--delay", "-1"), ("--delay", "soon"), ("--patience", "0"), ("--nonsense",)])
def test_an_invalid_option_is_status_2(tmp_path: Path, option: tuple[str, ...]) -> None:
    assert run("illustrate", write_story(tmp_path), *option).exit_code == 2


def test_live_without_a_key_says_what_it_needs(tmp_path: Path) -> None:
    done = live(tmp_path, key=None)
    assert done.returncode == 2
    assert "OPENAI_API_KEY" in done.stderr


def test_live_without_a_terminal_prints_the_estimate_and_buys_nothing(tmp_path: Path) -> None:
    done = live(tmp_path, key="sk-never-used")
    assert done.returncode == 2
    assert "3 pictures by gpt-image-2" in done.stderr
    assert "--yes" in done.stderr
    assert "sk-never-used" not in done.stdout + done.stderr
    assert not (tmp_path / "book").exists()


def test_the_notice_of_a_replaced_model_is_printed_before_anything_is_bought(tmp_path: Path) -> None:
    done = live(tmp_path, "--json", key="sk-never-used", model="dall-e-3")
    line = "dall-e-3 was retired on 2026-05-12: gpt-image-2 draws instead."
    assert done.stderr.splitlines()[0] == line
    assert done.stderr.splitlines()[1].startswith("3 pictures by gpt-image-2")
    output = json.loads(done.stdout.splitlines()[0])
    assert output == {
        "type": "notice",
        "field": "model",
        "message": line,
        "wished_model": "dall-e-3",
        "model": "gpt-image-2",
    }


def live(folder: Path, *options: str, key: str | None, **story: str) -> subprocess.CompletedProcess[str]:
    """Run `illustrate --live` in a process of its own, without a terminal as its standard input."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENAI_API_KEY"}
    environment |= {"OPENAI_API_KEY": key} if key else {}
    command = [sys.executable, "-c", "from local.cli import main; main()", "illustrate", "--live"]
    command += [str(write_story(folder, **story)), "--out", str(folder / "book"), *options]
    return subprocess.run(  # noqa: S603  ours
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
