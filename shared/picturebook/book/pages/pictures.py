"""The `<img>` of a picture on a page: which of its files, at which size, with which alt text. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.book.pages.markup import Link, in_language, safe_text
from picturebook.book.pages.page_labels import PageLabels
from picturebook.models.messages import FULL_FIGURE, PORTRAIT
from picturebook.models.pictures import PictureKind

SQUARE = (1024, 1024)
# White space would end an address in `srcset`.
_WHITESPACE = re.compile(r"\s")
# Loaded first; or loaded when the reader scrolls near it.
_EAGER = 'loading="eager" fetchpriority="high"'
_LAZY = 'loading="lazy" decoding="async"'


class _File(NamedTuple):
    address: str
    width: int
    height: int


def of_kind(manifest: Manifest, kind: PictureKind) -> list[ManifestPicture]:
    """Return the pictures of one kind, in the book's order."""
    return [picture for picture in manifest.pictures if picture.kind == kind]


def picture_addresses(manifest: Manifest, link: Link) -> list[str]:
    """Return the addresses of all files of all pictures."""
    keys = [picture.key for picture in manifest.pictures if picture.key]
    return [link(key) for key in (*keys, *(made.key for picture in manifest.pictures for made in picture.derivatives))]


def large_image(picture: ManifestPicture, labels: PageLabels, *, link: Link, is_first: bool = False) -> str:
    """Return the `<img>` of a drawn picture: its web size, or the original if it has none."""
    return _image(picture, labels, _files(picture, link)[-1], attributes=_EAGER if is_first else _LAZY)


def small_image(picture: ManifestPicture, labels: PageLabels, *, link: Link, sizes: str) -> str:
    """Return the `<img>` of a drawn picture with the given `sizes` attribute.

    The browser loads the thumbnail if its resolution is sufficient.
    """
    files = _files(picture, link)
    attributes = _LAZY
    if len(files) > 1:
        choices = ", ".join(f"{_WHITESPACE.sub('%20', file.address)} {file.width}w" for file in files)
        attributes = f'srcset="{safe_text(choices)}" sizes="{safe_text(sizes)}" {_LAZY}'
    return _image(picture, labels, files[-1], attributes=attributes)


def alt_text(picture: ManifestPicture, labels: PageLabels) -> str:
    """Return the picture's alt text, or one composed from its kind, page number and characters."""
    if picture.alt_text:
        return picture.alt_text.text
    if picture.kind == PictureKind.CHARACTER:
        return _character_alt(picture.character or "", picture.view, labels)
    if not picture.characters:
        return labels.page_alt.format(number=picture.page_number)
    return labels.page_alt_with.format(number=picture.page_number, names=", ".join(picture.characters))


def _character_alt(name: str, view: str | None, labels: PageLabels) -> str:
    if view == FULL_FIGURE:
        return labels.figure_alt.format(name=name)
    return labels.portrait_alt.format(name=name) if view in (None, PORTRAIT) else f"{name}: {view}"


def _files(picture: ManifestPicture, link: Link) -> list[_File]:
    """Return the thumbnail, if there is one, and the web size or else the original: the smallest first."""
    made = {derivative.role: derivative for derivative in picture.derivatives}
    shown = [made[role] for role in ("thumbnail", "web") if role in made]
    files = [_File(link(file.key), file.width, file.height) for file in shown]
    if "web" not in made:
        width, height = (picture.width or SQUARE[0], picture.height or SQUARE[1])
        files.append(_File(link(picture.key or ""), width, height))
    return files


def _image(picture: ManifestPicture, labels: PageLabels, file: _File, *, attributes: str) -> str:
    # A composed alt text is in the language of the labels, a stored one in the story's.
    language = "" if picture.alt_text else in_language(labels.language)
    return (
        f'<img src="{safe_text(file.address)}" alt="{safe_text(alt_text(picture, labels))}"{language} '
        f'width="{file.width}" height="{file.height}" {attributes}>'
    )
