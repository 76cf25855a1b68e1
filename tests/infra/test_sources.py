from pathlib import Path

import pytest

from infra.sources import sources_digest

LOCK = '[[package]]\nname = "aws-cdk-lib"\nversion = "2.0.0"\n\n[[package]]\nname = "boto3"\nversion = "1.0.0"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "infra/constructs").mkdir(parents=True)
    (tmp_path / "infra/app.py").write_text("app")
    (tmp_path / "infra/constructs/queue.py").write_text("queue")
    (tmp_path / "infra/snapshot.py").write_text("snapshot")
    (tmp_path / "cdk.json").write_text("{}")
    (tmp_path / "uv.lock").write_text(LOCK)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("infra/app.py", "another app"),
        ("infra/constructs/queue.py", "another queue"),
        ("infra/constructs/new.py", ""),
        ("cdk.json", '{"context": {}}'),
        ("uv.lock", LOCK.replace("2.0.0", "2.0.1")),
    ],
)
def test_what_shapes_the_template_changes_the_digest(project: Path, file: str, content: str) -> None:
    before = sources_digest(project)
    (project / file).write_text(content)
    assert sources_digest(project) != before


@pytest.mark.parametrize(
    ("file", "content"), [("infra/snapshot.py", "other"), ("uv.lock", LOCK.replace("1.0.0", "1.0.1"))]
)
def test_what_does_not_shape_the_template_leaves_the_digest(project: Path, file: str, content: str) -> None:
    before = sources_digest(project)
    (project / file).write_text(content)
    assert sources_digest(project) == before
