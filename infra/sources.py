"""A digest of all that determines the template, kept beside it: it shows without CDK whether the template is stale."""

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

_SHAPING = (
    "app.py",
    "cloud_stack.py",
    "code_assets.py",
    "functions.py",
    "picturebook_stack.py",
    "stage.py",
    "constructs/*.py",
)
_TOOLS = ("aws-cdk-lib", "cdk-nag", "constructs")


def sources_digest(root: Path) -> str:
    """SHA-256 over the stack's modules, `cdk.json` and the locked versions of CDK, for the project at `root`."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    for version in _tool_versions(root):
        digest.update(version.encode())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    yield root / "cdk.json"
    for pattern in _SHAPING:
        yield from sorted((root / "infra").glob(pattern))


def _tool_versions(root: Path) -> list[str]:
    packages = tomllib.loads((root / "uv.lock").read_text())["package"]
    return [f"{package['name']}=={package['version']}\n" for package in packages if package["name"] in _TOOLS]
