"""Downloads a finished book into a folder: pictures under readable names, the manifest, and both HTML pages."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from pydantic import ValidationError

from local.cli.exit_status import BadInputError
from local.stack.cloud import LocalCloud
from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.book.pages.book_page import book_page
from picturebook.book.pages.production_page import production_page
from picturebook.models.messages import FULL_FIGURE

_DOWNLOADS_AT_ONCE = 8
_LONGEST_NAME = 40
# Originals are in the first, versions for the web in the second.
_FOLDERS = ("pictures", "web")


def prepare_folder(folder: Path) -> Path:
    """Make the book's folder before any picture is drawn; raises BadInputError if the folder is not writable."""
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

    Deletes the pictures of an earlier revision that the book no longer has. `sketched`: see `book_page`.
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

    Files that no manifest names stay: this program did not write them.
    """
    try:
        earlier = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (OSError, ValidationError):
        return []
    if earlier.story_id != manifest.story_id:
        return []
    gone = set(picture_paths(earlier).values()) - set(picture_paths(manifest).values())
    # A person may have edited the manifest: delete only inside the book's own folders.
    allowed = [folder / name for name in _FOLDERS]
    return [folder / path for path in sorted(gone) if (folder / path).parent in allowed]


def picture_paths(manifest: Manifest) -> Mapping[str, str]:
    """Return the path below the folder of each file by its key in the bucket; no two are the same.

    An original is `pictures/page-01.png`; its versions are `web/page-01.webp` and `web/page-01.thumbnail.webp`.
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
        for version in picture.derivatives:
            # Names have no dot, so this path cannot be that of another picture.
            role = "" if version.role == "web" else f".{version.role}"
            paths[version.key] = f"web/{name}{role}{Path(version.key).suffix}"
    return paths


def _free_name(picture: ManifestPicture, taken: Collection[str], *, digits: int) -> str:
    """Return a readable name; with the picture's id added if another picture already has that name."""
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
    """Return the name in a-z, 0-9 and '-', which every file system accepts; empty if no such letter is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_NAME].strip("-")
