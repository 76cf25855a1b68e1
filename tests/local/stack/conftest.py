from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.cloud import LocalCloud
from tests.local.stack.tiny_stack import tiny_deployment


@pytest.fixture(scope="session")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def cloud(state_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud.start(tiny_deployment(tmp_path_factory.mktemp("tiny")), state_dir=state_dir) as running:
        yield running
