"""Brings a finished book from the cloud into a folder: pictures under names that people read, manifest, both pages."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import ValidationError

from local.cli.exit_status import BadInputError
from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.book.pages.book_page import book_page
from picturebook.book.pages.production_page import production_page
from picturebook.models.messages import FULL_FIGURE

if TYPE_CHECKING:
    from local.stack.cloud import LocalCloud

_DOWNLOADS_AT_ONCE = 8
_LONGEST_NAME = 40
# Originals lie in the first, what was made of them in the second.
_FOLDERS = ("pictures", "web")


def prepare_folder(folder: Path) -> Path:
    """Make the book's folder before anything is drawn; raises BadInputError when it cannot be written to."""
    try:
        for name in _FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
            probe = folder / name / ".writable"
            probe.touch()
            probe.unlink()
    except OSError as error:
        reason = error.strerror or error
        raise BadInputError(f"{folder} cannot hold the book: {reason}.\n  accepted: a folder to write to") from error
    return folder


def fetch_book(cloud: LocalCloud, story_id: str, folder: Path, *, sketched: bool) -> Manifest:
    """Download manifest and pictures into the folder, write index.html and production.html, and return the manifest.

    Pictures of an earlier revision that the book has no more are removed. `sketched`: see `book_page`.
    """
    s3, bucket = cloud.client("s3"), cloud.outputs["BucketName"]

    def read(key: str) -> bytes:
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    raw = read(f"books/{story_id}/manifest.json")
    manifest = Manifest.model_validate_json(raw)
    paths = picture_paths(manifest)
    outdated = outdated_pictures(folder, manifest)
    with ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as pool:
        list(pool.map(lambda key: (folder / paths[key]).write_bytes(read(key)), paths))
    (folder / "manifest.json").write_bytes(raw)
    for name, page in (("index.html", book_page), ("production.html", production_page)):
        markup = page(manifest, link=lambda key: quote(paths[key]), sketched=sketched)
        (folder / name).write_text(markup, encoding="utf-8")
    for picture in outdated:
        picture.unlink(missing_ok=True)
    return manifest


def outdated_pictures(folder: Path, manifest: Manifest) -> list[Path]:
    """Return the pictures that the folder's manifest of the same story names and the new one does not.

    What no manifest of ours names is somebody else's, and stays.
    """
    try:
        earlier = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (OSError, ValidationError):
        return []
    if earlier.story_id != manifest.story_id:
        return []
    gone = set(picture_paths(earlier).values()) - set(picture_paths(manifest).values())
    # The file may have been edited: no name in it leads out of our folders.
    ours = [folder / name for name in _FOLDERS]
    return [folder / path for path in sorted(gone) if (folder / path).parent in ours]


def picture_paths(manifest: Manifest) -> Mapping[str, str]:
    """Return the path below the folder of each file by its key in the bucket; no two are the same.

    An original is `pictures/page-01.png`, what was made of it `web/page-01.webp` and `web/page-01.thumbnail.webp`.
    """
    widest = max((len(str(p.page_number)) for p in manifest.pictures if p.page_number), default=1)
    paths: dict[str, str] = {}
    taken: set[str] = set()
    for picture in manifest.pictures:
        if picture.key is None:
            continue
        name = _free_name(picture, taken, digits=max(2, widest))
        taken.add(name)
        paths[picture.key] = f"pictures/{name}{Path(picture.key).suffix}"
        for made in picture.derivatives:
            # No name has a dot in it, so that this is nobody else's.
            role = "" if made.role == "web" else f".{made.role}"
            paths[made.key] = f"web/{name}{role}{Path(made.key).suffix}"
    return paths


def _free_name(picture: ManifestPicture, taken: Collection[str], *, digits: int) -> str:
    """Return the name that people would look for, with the picture's id where it is another's already."""
    name = _friendly_name(picture, digits=digits)
    further = (f"{name}-{picture.picture_id}" + "-again" * times for times in itertools.count())
    return next(candidate for candidate in itertools.chain([name], further) if candidate not in taken)


def _friendly_name(picture: ManifestPicture, *, digits: int) -> str:
    if picture.page_number is not None:
        return f"page-{picture.page_number:0{digits}}"
    slug = _slug(picture.character or "")
    view = _slug(picture.view or "") if picture.view != FULL_FIGURE else ""
    return "-".join(filter(None, ("character", slug, view))) if slug else picture.picture_id


def _slug(name: str) -> str:
    """Return the name in a-z, 0-9 and '-', as every file system takes it; empty when nothing of it is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_NAME].strip("-")
