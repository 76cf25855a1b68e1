import hashlib
import json
import tomllib
import zipfile
from pathlib import Path

import pytest

from local.stack import launcher
from local.stack.emulator import MINISTACK_VERSION
from local.stack.environment import prepare, scrubbed
from local.stack.part import PartDidNotStartError, running
from tests.local.stack.tiny_stack import write_package


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_known_package_is_linked_and_its_copy_removed(tmp_path: Path) -> None:
    package = write_package(tmp_path / "layer", {"python/some.py": "x = 1"})
    copy, target = tmp_path / "copy.zip", tmp_path / "extracted"
    copy.write_bytes(package.zip.read_bytes())
    target.mkdir()
    opened = launcher.linking_zipfile({_digest(package.zip): str(package.folder)})
    with opened.ZipFile(str(copy)) as known:
        known.extractall(str(target))
    assert target.readlink() == package.folder
    assert not copy.exists()


def test_an_unknown_package_is_unzipped_as_ever(tmp_path: Path) -> None:
    package = write_package(tmp_path / "layer", {"python/some.py": "x = 1"})
    with launcher.linking_zipfile({}).ZipFile(str(package.zip)) as unknown:
        assert isinstance(unknown, zipfile.ZipFile)
        unknown.extractall(str(tmp_path / "extracted"))
    assert (tmp_path / "extracted" / "python" / "some.py").read_text() == "x = 1"


def test_a_bundle_made_anew_does_not_change_what_was_kept(tmp_path: Path) -> None:
    package = write_package(tmp_path / "layer", {"python/some.py": "old"})
    kept = launcher.keep_unpacked({"a digest": str(package.folder)}, tmp_path / "kept")
    assert (Path(kept["a digest"]) / "python" / "some.py").samefile(package.folder / "python" / "some.py")  # no copy
    (package.folder / "python" / "some.py").unlink()
    write_package(package.folder, {"python/some.py": "new"})
    assert (Path(kept["a digest"]) / "python" / "some.py").read_text() == "old"


def test_the_version_it_was_made_for_is_the_one_that_is_installed() -> None:
    project = tomllib.loads((Path(launcher.__file__).parent / "environment" / "pyproject.toml").read_text())
    assert project["project"]["dependencies"] == [f"ministack=={MINISTACK_VERSION}"]


@pytest.mark.stack
def test_another_ministack_than_it_was_made_for_is_refused(state_dir: Path, tmp_path: Path) -> None:
    python = prepare(state_dir / "environment").ministack
    settings = json.dumps({"version": "0.0.1", "function_python": str(python), "unpacked": {}})
    command = [str(python), "-I", launcher.__file__, settings]
    refusal = f"made for MiniStack 0.0.1, not for {MINISTACK_VERSION}"
    with (
        running("MiniStack", command, environment=scrubbed(), directory_in=tmp_path) as part,
        pytest.raises(PartDidNotStartError, match=refusal),
    ):
        part.announcement(within_s=300)
