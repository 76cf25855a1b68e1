"""`picturebook schemas` as a person at a shell sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

from typer.testing import CliRunner, Result

from local.cli.app import app
from picturebook.events import DetailType


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_schemas_are_those_of_the_models() -> None:
    schemas = json.loads(run("schemas").stdout)
    messages = {"draw_character", "draw_page", "cancel", "redraw", "resolve"}
    assert set(schemas) == {"story", *messages, "event", "manifest", *get_args(DetailType)}
    story = json.loads(run("schemas", "story").stdout)
    assert story == schemas["story"]
    assert story["additionalProperties"] is False


def test_the_message_about_an_unknown_schema_lists_all_schemas() -> None:
    shown = run("schemas", "novel")
    assert shown.exit_code == 2
    assert "story, draw_character, draw_page, cancel, redraw, resolve, event, manifest" in shown.stderr
