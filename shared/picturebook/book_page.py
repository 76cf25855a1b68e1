"""The page that shows a book: one HTML file without scripts that needs nothing but its pictures. Pure.

Every word in it may be hostile: all of it goes through `_text`, nothing else reaches the markup. Layout and looks are
in book_page.html and book_page.css.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from string import Template
from urllib.parse import urlsplit

from picturebook.book_words import BookWords, why_missing, words_for
from picturebook.manifest import Manifest, ManifestPicture
from picturebook.models.pictures import PictureKind

Link = Callable[[str], str]

# Scripts that are written from right to left, and the languages that use them unless their tag names another script.
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})
_RIGHT_TO_LEFT_LANGUAGES = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
)
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_SQUARE = (1024, 1024)


def book_page(manifest: Manifest, *, link: Link, sketched: bool = False) -> str:
    """Return the HTML of the book; `link` turns a picture's key into the address that the page is to use.

    `sketched` says that no model drew the pictures, but the image service that comes with the local stack.

    The address may be relative, `https:`, `http:` or `data:`; the page's security policy lets in these places alone.
    """
    words = words_for(manifest.language)
    pages = _of_kind(manifest, PictureKind.PAGE)
    cast = _of_kind(manifest, PictureKind.CHARACTER)
    size = _dimensions(manifest.size)
    style = _style(size)
    addresses = [link(picture.key) for picture in manifest.pictures if picture.key]
    return _file("book_page.html").substitute(
        language=_text(manifest.language),
        direction=_direction(manifest.language),
        words_language=_text(words.language),
        words_direction=_direction(words.language),
        policy=_text(_policy(style, addresses)),
        title=_text(manifest.title),
        style=style,
        kind=_text(words.kind),
        shape=_shape(size),
        length=_length(pages),
        cover=_cover(pages, cast, words, link=link),
        cast=_cast(cast, words, link=link),
        spreads="\n".join(_spread(picture, words, link=link) for picture in pages),
        end=_text(words.end),
        colophon=_colophon(manifest, words, sketched=sketched),
        provenance=_text(words.provenance),
    )


def _of_kind(manifest: Manifest, kind: PictureKind) -> list[ManifestPicture]:
    return [picture for picture in manifest.pictures if picture.kind == kind]


def _cover(pages: Sequence[ManifestPicture], cast: Sequence[ManifestPicture], words: BookWords, *, link: Link) -> str:
    """Return the page on which most of the cast is, or a portrait; nothing when no picture was drawn."""
    drawn = [picture for picture in (*pages, *cast) if picture.key]
    if not drawn:
        return ""
    chosen = max(drawn, key=lambda picture: len(picture.characters))
    return f'<div class="window">{_image(chosen, words, link=link, loading="eager")}</div>'


def _cast(cast: Sequence[ManifestPicture], words: BookWords, *, link: Link) -> str:
    if not cast:
        return ""
    portraits = "\n".join(
        f'<li><figure>{_picture(picture, words, link=link)}<figcaption dir="auto">'
        f"{_text(picture.character or '')}</figcaption></figure></li>"
        for picture in cast
    )
    heading = f'<h2 id="cast-heading"{_furniture(words)}>{_text(words.cast)}</h2>'
    return (
        f'<section class="cast" aria-labelledby="cast-heading">{heading}<ul role="list">\n{portraits}\n</ul></section>'
    )


def _spread(picture: ManifestPicture, words: BookWords, *, link: Link) -> str:
    return _file("book_spread.html").substitute(
        number=picture.page_number,
        label=_text(words.page.format(number=picture.page_number)),
        furniture=_furniture(words),
        picture=_picture(picture, words, link=link),
        paragraphs="".join(f'<p dir="auto">{_text(part)}</p>' for part in _paragraphs(picture.text or "")),
    )


def _picture(picture: ManifestPicture, words: BookWords, *, link: Link) -> str:
    if picture.key:
        return _image(picture, words, link=link, loading="lazy")
    why = why_missing(picture.reason, picture.explanation)
    return (
        f'<div class="missing"><p class="missing-title"{_furniture(words)}>{_text(words.missing)}</p>'
        f'<p lang="en" dir="ltr">{_text(why)}</p></div>'
    )


def _image(picture: ManifestPicture, words: BookWords, *, link: Link, loading: str) -> str:
    width, height = (picture.width or _SQUARE[0], picture.height or _SQUARE[1])
    return (
        f'<img src="{_text(link(picture.key or ""))}" alt="{_text(_alt(picture, words))}" width="{width}" '
        f'height="{height}" loading="{loading}">'
    )


def _alt(picture: ManifestPicture, words: BookWords) -> str:
    if picture.kind == PictureKind.CHARACTER:
        return words.portrait_alt.format(name=picture.character)
    if not picture.characters:
        return words.page_alt.format(number=picture.page_number)
    return words.page_alt_with.format(number=picture.page_number, names=", ".join(picture.characters))


def _colophon(manifest: Manifest, words: BookWords, *, sketched: bool) -> str:
    told = words.sketched if sketched else words.colophon
    model = f"{manifest.model} ({manifest.image_service})" if manifest.image_service else manifest.model
    return _text(told.format(drawn=manifest.drawn, total=len(manifest.pictures), model=model))


def _paragraphs(text: str) -> list[str]:
    """Split at empty lines; a single line break stays inside its paragraph (the style sheet shows it)."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def _length(pages: Sequence[ManifestPicture]) -> str:
    """Say how large the text may be set, one size for the whole book: its longest page must still fit."""
    longest = max((len(picture.text or "") for picture in pages), default=0)
    if longest <= 180:
        return "few"
    return "some" if longest <= 600 else "many"


def _shape(size: tuple[int, int]) -> str:
    """Say where the text goes: below a landscape picture, beside any other."""
    return "landscape" if size[0] > 1.2 * size[1] else "upright"


def _furniture(words: BookWords) -> str:
    """Return the attributes that keep our own words apart from the story's language."""
    return f' lang="{words.language}" dir="{_direction(words.language)}"'


def _direction(language: str) -> str:
    primary, *rest = language.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    if script:
        return "rtl" if script in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary in _RIGHT_TO_LEFT_LANGUAGES else "ltr"


def _text(text: str) -> str:
    """Return text that is safe in content and in a quoted attribute, and shows nothing that steers its neighbours."""
    return html.escape(_UNSHOWABLE.sub("\ufffd", text), quote=True)


def _style(size: tuple[int, int]) -> str:
    return f"\n:root {{ --picture: {size[0]} / {size[1]}; }}\n" + _read("book_page.css")


def _dimensions(size: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9][0-9]{1,4})x([1-9][0-9]{1,4})", size)
    return (int(found[1]), int(found[2])) if found else _SQUARE


def _policy(style: str, addresses: Iterable[str]) -> str:
    """Return the content security policy: this very style sheet, the places of these pictures, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    places = sorted({_place(address) for address in addresses} - {""}) or ["'none'"]
    images = " ".join(places)
    return f"default-src 'none'; img-src {images}; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _place(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "data":
        return "data:"
    if parts.scheme in {"http", "https"}:
        return f"{parts.scheme}://{parts.netloc}"
    # A folder that is opened from disk has no origin; browsers take `file:` for it.
    return "'self' file:" if not parts.scheme else ""


def _file(name: str) -> Template:
    return Template(_read(name))


def _read(name: str) -> str:
    return files("picturebook").joinpath(name).read_text("utf-8")
