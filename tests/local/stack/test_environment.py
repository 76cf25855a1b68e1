import subprocess
from pathlib import Path

import pytest

from local.stack.environment import prepare, scrubbed
from local.stack.part import LocalStackError


@pytest.mark.stack
def test_the_functions_python_has_the_standard_library_and_no_package(state_dir: Path) -> None:
    python = prepare(state_dir / "environment").function
    script = "import json, sys, pathlib; print([*pathlib.Path(sys.prefix).glob('lib/python*/site-packages/*')])"
    ran = subprocess.run([python, "-c", script], env=scrubbed(), capture_output=True, text=True, check=True)  # noqa: S603  ours
    assert ran.stdout.strip() == "[]"


@pytest.mark.stack
def test_it_is_installed_once_and_then_used_again(state_dir: Path) -> None:
    directory = state_dir / "environment"
    prepare(directory)
    before = (directory / "made-of").stat().st_mtime_ns
    assert prepare(directory) == prepare(directory)
    assert (directory / "made-of").stat().st_mtime_ns == before


def test_a_failed_installation_is_reported_with_uvs_output(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("this is no project")
    (tmp_path / "uv.lock").write_text("")
    with pytest.raises(LocalStackError, match=r"could not be installed\. uv says:\n.*\n?.*TOML"):
        prepare(tmp_path / "environment", project=tmp_path)
    assert not (tmp_path / "environment" / "made-of").exists()
