import shutil
from pathlib import Path

import pytest

from infra.deploy import install_cdk

LOCKED = Path(__file__).resolve().parents[2] / "infra/cdk_command"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An installation as npm leaves it, without npm."""
    folder = tmp_path / "cdk"
    shutil.copytree(LOCKED, folder)
    script = folder / "node_modules/aws-cdk/bin/cdk"
    script.parent.mkdir(parents=True)
    script.touch()
    return folder


def test_an_installed_cdk_command_of_the_same_lock_is_used_again(installed: Path) -> None:
    assert install_cdk(LOCKED, installed) == installed / "node_modules/aws-cdk/bin/cdk"


def test_the_cdk_command_is_locked_by_hash() -> None:
    assert '"integrity": "sha512-' in (LOCKED / "package-lock.json").read_text()
