"""Makes a bundle in `.build/<target>/`, and remakes only the parts whose inputs changed.

layer/python/        dependencies and the package picturebook     layer.zip
functions/<name>/    one function's own code                      functions/<name>.zip
dependencies.zip     the layer without our code, so that a change of our code compresses nothing else
bundle.json          what was made from what; written last: without it the bundle counts as unfinished
"""

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.bundle.archive import extend_zip, files_below, tree_digest, write_zip
from infra.bundle.bytecode import compile_bytecode
from infra.bundle.installer import Installer, UvInstaller, find_uv
from infra.bundle.record import Bundle, BundleError, Record, describe, forget_record, read_record, write_record
from infra.bundle.target import Target
from infra.bundle.trim import trim
from infra.functions import FUNCTIONS, LAYER_ASSET, function_asset

# Raise it when the recipe changes the content of bundles: every bundle of an earlier recipe is then made again.
RECIPE = "1"
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: function and layers, unzipped.
MAX_UNZIPPED_BYTES = 250 * 1024 * 1024

_PACKAGE = "shared/picturebook"


def make_bundle(target: Target, root: Path, installer: Installer | None = None) -> Bundle:
    """Bring `.build/<target>/` of the project at `root` up to date and return it.

    Raises BundleError when a function is missing or the bundle exceeds Lambda's limit, CommandError when a tool fails,
    FileNotFoundError when there is no uv. Processes that call it at the same time wait for each other.
    """
    installer = installer or UvInstaller(find_uv(root))
    build = root / ".build" / target.name
    build.mkdir(parents=True, exist_ok=True)
    with _alone(build):
        return _make(target, root, build, installer)


def _make(target: Target, root: Path, build: Path, installer: Installer) -> Bundle:
    requirements = installer.export(root)
    setting = _digest(RECIPE, target.name, target.python, target.platform, str(bool(target.compiler)))
    dependencies = _digest(setting, requirements)
    digests = _source_digests(root, setting, dependencies)
    before = read_record(build)
    if before and before.dependencies == dependencies and before.digests == digests:
        return describe(target.name, build, before, made=())
    forget_record(build)
    made = []
    if not before or before.dependencies != dependencies:
        _make_dependencies(target, build, requirements, installer)
        made.append("dependencies")
    for asset, digest in digests.items():
        if not before or before.digests.get(asset) != digest:
            _make_asset(asset, target, root, build)
            made.append(asset)
    record = Record(dependencies, digests, target.python if target.compiler else None, _unzipped_bytes(build))
    if record.unzipped_bytes > MAX_UNZIPPED_BYTES:
        raise BundleError(f"{record.unzipped_bytes:,} bytes unzipped, and Lambda takes {MAX_UNZIPPED_BYTES:,}")
    write_record(build, record)
    return describe(target.name, build, record, made=tuple(made))


def _make_dependencies(target: Target, build: Path, requirements: str, installer: Installer) -> None:
    layer = build / "layer"
    shutil.rmtree(layer, ignore_errors=True)
    site = layer / "python"
    site.mkdir(parents=True)
    listed = build / "requirements.txt"
    listed.write_text(requirements)
    installer.install(listed, site, target)
    trim(site)
    if target.compiler:
        compile_bytecode(site, target.compiler)
    write_zip(build / "dependencies.zip", layer)


def _make_asset(asset: str, target: Target, root: Path, build: Path) -> None:
    if asset == LAYER_ASSET:
        package = build / "layer/python/picturebook"
        _copy_sources(root / _PACKAGE, package, target)
        shutil.copyfile(build / "dependencies.zip", build / LAYER_ASSET)
        extend_zip(build / LAYER_ASSET, package, below="python/picturebook/")
    else:
        name = asset.removesuffix(".zip")
        _copy_sources(root / "functions" / name, build / "functions" / name, target)
        write_zip(build / "functions" / asset, build / "functions" / name)


def _copy_sources(source: Path, destination: Path, target: Target) -> None:
    """Compile before replacing the folder, so that a process that imports meanwhile sees the old code or the new."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=destination.parent.parent, prefix=".staging-") as staging:
        staged = Path(staging) / destination.name
        shutil.copytree(source, staged, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        if target.compiler:
            compile_bytecode(staged.parent, target.compiler)
        shutil.rmtree(destination, ignore_errors=True)
        staged.rename(destination)


def _source_digests(root: Path, setting: str, dependencies: str) -> dict[str, str]:
    """The digest of each asset's sources. Raises BundleError when a source folder is missing."""
    sources = {LAYER_ASSET: root / _PACKAGE / "__init__.py"}
    sources |= {function_asset(name): root / "functions" / name / "handler.py" for name in FUNCTIONS}
    missing = [str(source.relative_to(root)) for source in sources.values() if not source.is_file()]
    if missing:
        raise BundleError(f"nothing to bundle at {', '.join(missing)}")
    return {
        asset: _digest(dependencies if asset == LAYER_ASSET else setting, tree_digest(source.parent))
        for asset, source in sources.items()
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _unzipped_bytes(build: Path) -> int:
    """Of the layer and all functions together: an upper bound, because Lambda counts each function alone."""
    return sum(path.stat().st_size for part in ("layer", "functions") for path in files_below(build / part))


@contextmanager
def _alone(build: Path) -> Iterator[None]:
    """Let one process at a time build a target; the lock ends with its process."""
    with (build / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
