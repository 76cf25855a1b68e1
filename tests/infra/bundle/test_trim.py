import ast
from pathlib import Path

from infra.bundle.trim import AWS_SERVICES, trim

ROOT = Path(__file__).resolve().parents[3]


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_scripts_records_of_the_installation_tests_and_stubs_go(tmp_path: Path) -> None:
    gone = [
        write(tmp_path / name)
        for name in ("bin/tool", "a-1.dist-info/RECORD", "a-1.dist-info/uv_cache.json", "a/tests/t.py", "a/b/c.pyi")
    ]
    trim(tmp_path)
    assert not [path for path in gone if path.exists()]


def test_metadata_licences_entry_points_and_modules_stay(tmp_path: Path) -> None:
    kept = [
        write(tmp_path / name)
        for name in (
            "a-1.dist-info/METADATA",
            "a-1.dist-info/entry_points.txt",
            "a-1.dist-info/licenses/LICENSE",
            "a/__init__.py",
            "a/testing.py",
            "a/_native.so",
        )
    ]
    trim(tmp_path)
    assert all(path.exists() for path in kept)


def test_only_the_services_that_are_used_keep_their_description(tmp_path: Path) -> None:
    used = write(tmp_path / "botocore/data/sqs/2012-11-05/service-2.json.gz")
    shared = write(tmp_path / "botocore/data/endpoints.json")
    unused = write(tmp_path / "botocore/data/ec2/2016-11-15/service-2.json.gz")
    trim(tmp_path)
    assert (used.exists(), shared.exists(), unused.exists()) == (True, True, False)


def test_every_client_that_the_code_opens_keeps_its_description() -> None:
    opened = {
        call.args[0].value
        for folder in ("shared", "functions")
        for source in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(source.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"client", "resource"}
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert opened <= AWS_SERVICES
