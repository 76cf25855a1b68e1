import stat
import sys
from pathlib import Path

import pytest

from infra.bundle import lambda_target, local_target

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def interpreter(path: Path, answer: str, status: int = 0) -> Path:
    """A stand-in Python that answers the version probe."""
    path.write_text(f"#!/bin/sh\necho {answer}\nexit {status}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_locally_the_running_python_compiles_and_runs() -> None:
    target = local_target()
    assert (target.python, target.compiler, target.wheels) == (HERE, Path(sys.executable), None)


def test_lambda_is_compiled_for_by_the_interpreter_that_is_named(tmp_path: Path) -> None:
    fitting = interpreter(tmp_path / "fitting", "3.13 final")
    assert lambda_target(fitting, {}).compiler == fitting
    assert lambda_target(environment={"LAMBDA_PYTHON": str(fitting)}).compiler == fitting


UNFIT = [("3.12 final", 0), ("3.13 beta", 0), ("3.13 final", 127)]


@pytest.mark.parametrize(("answer", "status"), UNFIT)
def test_naming_another_version_a_pre_release_or_a_broken_shim_is_an_error(
    tmp_path: Path, answer: str, status: int
) -> None:
    unfit = interpreter(tmp_path / "unfit", answer, status)
    with pytest.raises(ValueError, match=r"not a released Python 3\.13"):
        lambda_target(unfit, {})


@pytest.mark.skipif(HERE == "3.13", reason="this Python itself compiles for Lambda")
@pytest.mark.parametrize(("answer", "status"), UNFIT)
def test_what_the_path_has_is_used_only_when_it_fits(tmp_path: Path, answer: str, status: int) -> None:
    on_path = interpreter(tmp_path / "python3.13", answer, status)
    assert lambda_target(environment={"PATH": str(tmp_path)}).compiler is None
    interpreter(on_path, "3.13 final")
    assert lambda_target(environment={"PATH": str(tmp_path)}).compiler == on_path


def test_a_local_python_that_does_not_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a released Python"):
        local_target(tmp_path / "missing")
