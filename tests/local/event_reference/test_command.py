"""The command that writes the reference: what it refuses."""

from __future__ import annotations

import pytest

from local.event_reference.__main__ import main


def test_an_unknown_command_shows_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw"]) == 2
    assert "write | check | release VERSION" in capsys.readouterr().err


def test_the_repository_passes_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().err == ""
