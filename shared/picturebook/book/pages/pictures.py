"""A picture as our pages show it: which of its files, at which size, in which words for whoever cannot see it. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.book.pages.markup import Link, in_language, safe_text
from picturebook.book.pages.page_labels import PageLabels
from picturebook.models.messages import FULL_FIGURE, PORTRAIT
from picturebook.models.pictures import PictureKind

SQUARE = (1024, 1024)
# It would end an address among the choices of `srcset`.
_WHITESPACE = re.compile(r"\s")
# Fetched and shown first; or fetched when the reader comes near, and shown when it is ready.
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
    """Return where all files of all pictures are."""
    keys = [picture.key for picture in manifest.pictures if picture.key]
    return [link(key) for key in (*keys, *(made.key for picture in manifest.pictures for made in picture.derivatives))]


def large_image(picture: ManifestPicture, words: PageLabels, *, link: Link, is_first: bool = False) -> str:
    """Return the `<img>` of a drawn picture: its web size, or the original where it has none."""
    return _image(picture, words, _files(picture, link)[-1], attributes=_EAGER if is_first else _LAZY)


def small_image(picture: ManifestPicture, words: PageLabels, *, link: Link, sizes: str) -> str:
    """Return the `<img>` of a drawn picture that is shown as wide as `sizes` says, in the syntax of that attribute.

    The browser takes the thumbnail where its points are enough.
    """
    files = _files(picture, link)
    attributes = _LAZY
    if len(files) > 1:
        choices = ", ".join(f"{_WHITESPACE.sub('%20', file.address)} {file.width}w" for file in files)
        attributes = f'srcset="{safe_text(choices)}" sizes="{safe_text(sizes)}" {_LAZY}'
    return _image(picture, words, files[-1], attributes=attributes)


def alt_text(picture: ManifestPicture, words: PageLabels) -> str:
    """Say what a picture shows: what was written for it, else what is known of it without looking."""
    if picture.alt_text:
        return picture.alt_text.text
    if picture.kind == PictureKind.CHARACTER:
        return _character_alt(picture.character or "", picture.view, words)
    if not picture.characters:
        return words.page_alt.format(number=picture.page_number)
    return words.page_alt_with.format(number=picture.page_number, names=", ".join(picture.characters))


def _character_alt(name: str, view: str | None, words: PageLabels) -> str:
    if view == FULL_FIGURE:
        return words.figure_alt.format(name=name)
    return words.portrait_alt.format(name=name) if view in (None, PORTRAIT) else f"{name}: {view}"


def _files(picture: ManifestPicture, link: Link) -> list[_File]:
    """Return the thumbnail, if there is one, and the web size, or the original in its place: the smallest first."""
    made = {derivative.role: derivative for derivative in picture.derivatives}
    shown = [made[role] for role in ("thumbnail", "web") if role in made]
    files = [_File(link(file.key), file.width, file.height) for file in shown]
    if "web" not in made:
        width, height = (picture.width or SQUARE[0], picture.height or SQUARE[1])
        files.append(_File(link(picture.key or ""), width, height))
    return files


def _image(picture: ManifestPicture, words: PageLabels, file: _File, *, attributes: str) -> str:
    # What we say of a picture is in our words' language, what was written for it in the story's.
    language = "" if picture.alt_text else in_language(words.language)
    return (
        f'<img src="{safe_text(file.address)}" alt="{safe_text(alt_text(picture, words))}"{language} '
        f'width="{file.width}" height="{file.height}" {attributes}>'
    )
