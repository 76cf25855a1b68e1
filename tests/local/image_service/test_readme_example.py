"""The README's Python example, pasted as it stands, against the embedded image service as the README starts it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text()


@pytest.fixture
def base_url() -> Iterator[str]:
    command = [sys.executable, "-m", "local.image_service", "--port", "0", "--api-key", "local-key"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as service:  # noqa: S603  ours
        try:
            assert service.stdout is not None
            yield json.loads(service.stdout.readline())["base_url"]
        finally:
            service.terminate()


def test_the_example_saves_its_pictures_says_where_and_warns_of_nothing(base_url: str, tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "example.py").write_text(code)
    environment = {**os.environ, "OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "local-key"}
    done = subprocess.run(
        [sys.executable, "example.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    named = done.stdout.splitlines()
    assert named
    for name in named:
        with Image.open(tmp_path / name) as picture:
            assert (picture.format, picture.size) == ("PNG", (1024, 1024))


def test_the_readme_names_the_file_that_it_runs() -> None:
    assert "save this as `example.py`" in README
    assert ".venv/bin/python example.py" in README


def test_every_command_of_ours_is_written_as_it_can_be_pasted() -> None:
    subcommands = "illustrate|serve|models|schemas|redraw|cancel|resolve|circuit"
    assert re.findall(rf"(?<!\.venv/bin/)picturebook (?:{subcommands})", README) == []
