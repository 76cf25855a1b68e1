import json
import shutil
from pathlib import Path

import pytest

from infra import npm_packages
from infra.npm_packages import install_locked

ROOT = Path(__file__).resolve().parents[2]
LOCKED = [ROOT / "infra/cdk_command", ROOT / "tests/races/dynamodb_local", ROOT / "benchmarks/likeness/art"]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An installation as npm leaves it, without npm."""
    folder = tmp_path / "cdk"
    shutil.copytree(LOCKED[0], folder)
    (folder / "node_modules").mkdir()
    (folder / "node_modules/.package-lock.json").touch()
    return folder


def test_what_is_installed_from_the_same_lock_is_used_again(installed: Path) -> None:
    assert install_locked(LOCKED[0], installed) == installed / "node_modules"


@pytest.mark.parametrize("is_other_lock", [True, False], ids=["another lock's", "half"])
def test_what_is_installed_otherwise_is_not_used(installed: Path, *, is_other_lock: bool) -> None:
    if is_other_lock:
        (installed / "package-lock.json").write_text("{}")
    else:
        (installed / "node_modules/.package-lock.json").unlink()
    with pytest.raises(RuntimeError, match="no Node here"):  # this environment has none: it wanted npm
        install_locked(LOCKED[0], installed)


def test_a_package_that_cannot_be_installed_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert npm_packages.main(str(LOCKED[1]), str(tmp_path / "into")) == 1
    assert capsys.readouterr().err == "no Node here: use the environment of `make .venv-infra/ready`\n"


@pytest.mark.parametrize("locked", LOCKED, ids=lambda folder: folder.name)
def test_every_package_is_locked_by_hash(locked: Path) -> None:
    packages = json.loads((locked / "package-lock.json").read_text())["packages"]
    assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name)
