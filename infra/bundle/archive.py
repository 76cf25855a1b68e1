"""Zip archives and digests that depend on content only, not on times, order or owner."""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold
_MODE = 0o644 << 16  # readable by the Lambda user, independent of this machine's umask


def write_zip(archive: Path, folder: Path) -> None:
    """Zip everything below `folder`, replacing `archive`."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        _add(opened, folder, below="")


def extend_zip(archive: Path, folder: Path, below: str) -> None:
    """Add everything below `folder` to an existing archive, under the path `below`."""
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as opened:
        _add(opened, folder, below=below)


def tree_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of the sources below `folder`; bytecode does not count."""
    digest = hashlib.sha256()
    for path in files_below(folder):
        name = path.relative_to(folder).as_posix()
        if "__pycache__" not in name:
            digest.update(f"{name}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """All files, in one order everywhere."""
    yield from sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.as_posix())


def _add(archive: zipfile.ZipFile, folder: Path, below: str) -> None:
    for path in files_below(folder):
        entry = zipfile.ZipInfo(f"{below}{path.relative_to(folder).as_posix()}", _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = _MODE
        archive.writestr(entry, path.read_bytes())
