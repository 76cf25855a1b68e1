"""The layer's requirements, as uv exports them from the project's own lock."""

from pathlib import Path

import pytest

from infra.bundle import find_uv
from infra.bundle.installer import UvInstaller

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def requirements() -> str:
    return UvInstaller(find_uv(ROOT)).export(ROOT)


def test_the_layer_carries_neither_the_sketch_artist_nor_the_rest_of_the_local_extra(requirements: str) -> None:
    names = {line.split("==")[0] for line in requirements.splitlines() if "==" in line}
    assert {"openai", "pillow"} <= names
    assert names & {"sketch-artist", "starlette", "typer", "uvicorn"} == set()
    assert "packages/" not in requirements


def test_every_requirement_of_the_layer_comes_with_its_hashes(requirements: str) -> None:
    listed = [line for line in requirements.splitlines() if line and not line.startswith((" ", "#"))]
    assert listed
    assert all(line.endswith("\\") for line in listed)  # the hashes follow on the next lines
