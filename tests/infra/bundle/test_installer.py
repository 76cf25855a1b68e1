from pathlib import Path

import pytest

from infra.bundle import find_uv


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_named_uv_goes_before_all_others(tmp_path: Path) -> None:
    executable(tmp_path / ".uv/bin/uv")
    named = executable(tmp_path / "named")
    assert find_uv(tmp_path, named, {"UV": str(executable(tmp_path / "started-by"))}) == named


def test_the_uv_that_started_us_is_used_again(tmp_path: Path) -> None:
    executable(tmp_path / ".uv/bin/uv")
    started_by = executable(tmp_path / "started-by")
    assert find_uv(tmp_path, environment={"UV": str(started_by)}) == started_by


def test_else_the_projects_own_uv_is_used(tmp_path: Path) -> None:
    own = executable(tmp_path / ".uv/bin/uv")
    assert find_uv(tmp_path, environment={"UV": str(tmp_path / "gone")}) == own


def test_without_uv_the_message_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"make \.venv/ready"):
        find_uv(tmp_path, environment={})
