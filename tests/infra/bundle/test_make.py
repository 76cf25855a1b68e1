import json
import os
import sys
import zipfile
from pathlib import Path

import pytest

from infra.bundle import BundleError, Target, load_bundle, make_bundle
from infra.functions import FUNCTIONS

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
WITHOUT_BYTECODE = Target("lambda", "3.13", "arm", "arm", compiler=None)
WITH_BYTECODE = Target("local", HERE, "here", None, compiler=Path(sys.executable))
ALL = ("dependencies", "layer.zip", *(f"{name}.zip" for name in FUNCTIONS))


class FakeInstaller:
    """Installs one module whose content is the requirements; counts its calls."""

    def __init__(self, requirements: str = "dependency==1") -> None:
        self.requirements = requirements
        self.installs = 0

    def export(self, root: Path) -> str:
        return self.requirements

    def install(self, requirements: Path, into: Path, target: Target) -> None:
        self.installs += 1
        (into / "dependency.py").write_text(f"WHAT = {requirements.read_text()!r}\n")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    package = tmp_path / "shared/picturebook"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("NAME = 'picturebook'\n")
    for name in FUNCTIONS:
        (tmp_path / "functions" / name).mkdir(parents=True)
        (tmp_path / "functions" / name / "handler.py").write_text(f"NAME = {name!r}\n")
    return tmp_path


def names_in(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


def test_a_bundle_holds_the_layer_below_python_and_each_handler_at_the_top(project: Path) -> None:
    bundle = make_bundle(WITHOUT_BYTECODE, project, FakeInstaller())
    assert names_in(bundle.zips["layer.zip"]) == ["python/dependency.py", "python/picturebook/__init__.py"]
    assert names_in(bundle.zips["draw_page.zip"]) == ["handler.py"]
    assert (bundle.layer / "python/picturebook/__init__.py").is_file()
    assert (bundle.functions["draw_page"] / "handler.py").is_file()
    assert bundle.made == ALL


def test_a_second_run_makes_nothing(project: Path) -> None:
    installer = FakeInstaller()
    first = make_bundle(WITHOUT_BYTECODE, project, installer)
    second = make_bundle(WITHOUT_BYTECODE, project, installer)
    assert second.made == ()
    assert second.digests == first.digests
    assert installer.installs == 1


def test_a_change_of_our_code_remakes_the_layer_and_installs_nothing(project: Path) -> None:
    installer = FakeInstaller()
    make_bundle(WITHOUT_BYTECODE, project, installer)
    (project / "shared/picturebook/__init__.py").write_text("NAME = 'another'\n")
    bundle = make_bundle(WITHOUT_BYTECODE, project, installer)
    assert bundle.made == ("layer.zip",)
    assert installer.installs == 1
    with zipfile.ZipFile(bundle.zips["layer.zip"]) as layer:
        assert b"another" in layer.read("python/picturebook/__init__.py")


def test_a_deleted_module_leaves_the_layer(project: Path) -> None:
    (project / "shared/picturebook/old.py").write_text("")
    make_bundle(WITHOUT_BYTECODE, project, FakeInstaller())
    (project / "shared/picturebook/old.py").unlink()
    bundle = make_bundle(WITHOUT_BYTECODE, project, FakeInstaller())
    assert not (bundle.layer / "python/picturebook/old.py").exists()
    assert "python/picturebook/old.py" not in names_in(bundle.zips["layer.zip"])


def test_a_change_of_one_function_remakes_that_function_alone(project: Path) -> None:
    make_bundle(WITHOUT_BYTECODE, project, FakeInstaller())
    (project / "functions/draw_page/handler.py").write_text("NAME = 'another'\n")
    assert make_bundle(WITHOUT_BYTECODE, project, FakeInstaller()).made == ("draw_page.zip",)


def test_another_lock_installs_anew_and_leaves_the_functions(project: Path) -> None:
    make_bundle(WITHOUT_BYTECODE, project, FakeInstaller())
    installer = FakeInstaller("dependency==2")
    bundle = make_bundle(WITHOUT_BYTECODE, project, installer)
    assert bundle.made == ("dependencies", "layer.zip")
    assert "dependency==2" in (bundle.layer / "python/dependency.py").read_text()


def test_an_interrupted_run_counts_as_unfinished(project: Path) -> None:
    class BrokenInstaller(FakeInstaller):
        def install(self, requirements: Path, into: Path, target: Target) -> None:
            raise OSError("the disk is full")

    make_bundle(WITHOUT_BYTECODE, project, FakeInstaller())
    with pytest.raises(OSError, match="disk is full"):
        make_bundle(WITHOUT_BYTECODE, project, BrokenInstaller("dependency==2"))
    with pytest.raises(BundleError, match="no bundle"):
        load_bundle(project, "lambda")
    assert make_bundle(WITHOUT_BYTECODE, project, FakeInstaller()).made == ALL


def test_the_same_sources_give_the_same_bytes_elsewhere_and_later(project: Path, tmp_path: Path) -> None:
    first = make_bundle(WITHOUT_BYTECODE, project, FakeInstaller())
    before = {asset: path.read_bytes() for asset, path in first.zips.items()}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for folder in ("shared", "functions"):
        (project / folder).rename(elsewhere / folder)
    os.utime(elsewhere / "shared/picturebook/__init__.py", (1_000_000_000, 1_000_000_000))
    second = make_bundle(WITHOUT_BYTECODE, elsewhere, FakeInstaller())
    assert {asset: path.read_bytes() for asset, path in second.zips.items()} == before
    assert second.digests == first.digests


def test_bytecode_stays_valid_after_unpacking_and_names_no_path_of_this_machine(project: Path) -> None:
    bundle = make_bundle(WITH_BYTECODE, project, FakeInstaller())
    compiled = next(bundle.layer.rglob("picturebook/__pycache__/*.pyc")).read_bytes()
    flags = int.from_bytes(compiled[4:8], "little")
    assert flags == 0b01  # by hash, and not compared with the source (PEP 552)
    assert str(project).encode() not in compiled
    assert b"/opt/python/picturebook/__init__.py" in compiled
    assert bundle.bytecode == HERE


def test_without_a_fitting_interpreter_there_is_no_dead_bytecode(project: Path) -> None:
    bundle = make_bundle(WITHOUT_BYTECODE, project, FakeInstaller())
    assert bundle.bytecode is None
    assert not list(bundle.layer.rglob("*.pyc"))


def test_bytecode_of_a_developers_own_runs_is_not_bundled_and_changes_nothing(project: Path) -> None:
    make_bundle(WITHOUT_BYTECODE, project, FakeInstaller())
    (project / "functions/draw_page/__pycache__").mkdir()
    (project / "functions/draw_page/__pycache__/handler.cpython-311.pyc").write_bytes(b"stale")
    assert make_bundle(WITHOUT_BYTECODE, project, FakeInstaller()).made == ()


def test_a_missing_function_is_named(project: Path) -> None:
    (project / "functions/draw_page/handler.py").unlink()
    with pytest.raises(BundleError, match=r"functions/draw_page/handler\.py"):
        make_bundle(WITHOUT_BYTECODE, project, FakeInstaller())


def test_a_bundle_over_lambdas_limit_is_refused(project: Path) -> None:
    class BigInstaller(FakeInstaller):
        def install(self, requirements: Path, into: Path, target: Target) -> None:
            with (into / "big.bin").open("wb") as big:
                big.truncate(250 * 1024 * 1024)

    with pytest.raises(BundleError, match="Lambda takes"):
        make_bundle(WITHOUT_BYTECODE, project, BigInstaller())


def test_a_kept_bundle_can_be_loaded_without_making_it(project: Path) -> None:
    made = make_bundle(WITHOUT_BYTECODE, project, FakeInstaller())
    loaded = load_bundle(project, "lambda")
    assert (loaded.zips, loaded.digests, loaded.unzipped_bytes) == (made.zips, made.digests, made.unzipped_bytes)
    assert json.loads((project / ".build/lambda/bundle.json").read_text())["bytecode"] is None
