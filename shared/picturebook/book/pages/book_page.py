"""The page that shows a book: one HTML file without scripts, which needs only its pictures. Pure.

All text may be hostile: it reaches the markup only through `safe_text`. Layout and style are in book_page.html and
book_page.css.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.book.pages.markup import (
    Link,
    direction,
    in_language,
    packaged_file,
    safe_address,
    safe_text,
    security_policy,
    template,
)
from picturebook.book.pages.page_labels import PageLabels, labels_for, why_missing
from picturebook.book.pages.pictures import SQUARE, large_image, of_kind, picture_addresses, small_image
from picturebook.models.bible import Bible
from picturebook.models.messages import PORTRAIT
from picturebook.models.pictures import PictureKind

_PORTRAIT_SIZES = "(min-width: 41rem) 17rem, (min-width: 36rem) 42vw, 7.5rem"
# More names than this make a list of the cover.
_MOST_NAMES_ON_COVER = 5
# An appearance is written for the image model; a caption shows at most this many characters.
_LONGEST_CAPTION = 220


def book_page(
    manifest: Manifest, *, link: Link, sketched: bool = False, production_href: str = "production.html"
) -> str:
    """Return the HTML of the book; `link` returns the address for a picture's key.

    `sketched`: the local stack's image service drew the pictures, not a model. `production_href` is the address of the
    production view (see `production_page`). Addresses may be relative, `https:`, `http:` or `data:`; the page's
    content security policy permits only these.
    """
    labels = labels_for(manifest.language)
    pages = of_kind(manifest, PictureKind.PAGE)
    cast = [_shown_view(views) for views in _by_character(manifest)]
    size = _dimensions(manifest.size)
    style = f"\n:root {{ --picture: {size[0]} / {size[1]}; }}\n" + packaged_file("book_page.css")
    return template("book_page.html").substitute(
        language=safe_text(manifest.language),
        direction=direction(manifest.language),
        furniture=in_language(labels.language),
        policy=safe_text(security_policy(style, picture_addresses(manifest, link))),
        title=safe_text(manifest.title),
        style=style,
        kind=safe_text(labels.kind),
        shape=_shape(size),
        length=_length(pages),
        title_length=_title_length(manifest.title),
        cover=_cover(pages, cast, labels, link=link),
        names=_names(cast),
        cast=_cast(cast, manifest.bible, labels, link=link),
        spreads="\n".join(_spread(picture, labels, link=link) for picture in pages),
        end=safe_text(labels.end),
        colophon=_colophon(manifest, labels, sketched=sketched),
        provenance=safe_text(labels.provenance),
        production_href=safe_address(production_href) or "",
        production=safe_text(labels.production),
    )


def _by_character(manifest: Manifest) -> list[list[ManifestPicture]]:
    """Return the views of each character, characters and views in the book's order."""
    views: dict[str, list[ManifestPicture]] = {}
    for picture in of_kind(manifest, PictureKind.CHARACTER):
        views.setdefault(picture.character or "", []).append(picture)
    return list(views.values())


def _shown_view(views: Sequence[ManifestPicture]) -> ManifestPicture:
    """Return the view that introduces a character: the portrait, else the first drawn one."""
    drawn = [view for view in views if view.key]
    return next((view for view in drawn if view.view == PORTRAIT), (drawn or views)[0])


def _cover(pages: Sequence[ManifestPicture], cast: Sequence[ManifestPicture], labels: PageLabels, *, link: Link) -> str:
    """Return the page with most characters, else a portrait; empty if no picture was drawn.

    A picture that needs review is the last choice of its kind.
    """
    drawn = [picture for picture in (*pages, *cast) if picture.key]
    if not drawn:
        return ""
    chosen = max(drawn, key=lambda picture: _fitness(picture, cast))
    kind = safe_text(chosen.kind)
    return f'<div class="window {kind}">{large_image(chosen, labels, link=link, is_first=True)}</div>'


def _fitness(picture: ManifestPicture, cast: Sequence[ManifestPicture]) -> tuple[bool, bool, int]:
    has_character = bool(picture.characters) or picture in cast
    return (has_character, not picture.needs_review, len(picture.characters))


def _names(cast: Sequence[ManifestPicture]) -> str:
    if not 1 < len(cast) <= _MOST_NAMES_ON_COVER:
        return ""
    names = "".join(f"<li><bdi>{safe_text(picture.character or '')}</bdi></li>" for picture in cast)
    return f'<ul class="names" role="list">{names}</ul>'


def _cast(cast: Sequence[ManifestPicture], bible: Bible | None, labels: PageLabels, *, link: Link) -> str:
    if not cast:
        return ""
    portraits = "\n".join(_portrait(picture, bible, labels, link=link) for picture in cast)
    heading = f'<h2 id="cast-heading"{in_language(labels.language)}>{safe_text(labels.cast)}</h2>'
    return (
        f'<section class="cast" aria-labelledby="cast-heading">{heading}<ul role="list">\n{portraits}\n</ul></section>'
    )


def _portrait(picture: ManifestPicture, bible: Bible | None, labels: PageLabels, *, link: Link) -> str:
    name = picture.character or ""
    appearance = bible.appearance_of(name) if bible else None
    caption = f'<p class="look" dir="auto">{safe_text(_shortened(appearance.description))}</p>' if appearance else ""
    shown = small_image(picture, labels, link=link, sizes=_PORTRAIT_SIZES) if picture.key else _missing(picture, labels)
    return (
        f'<li><figure>{shown}<figcaption><p class="name" dir="auto">{safe_text(name)}</p>{caption}'
        "</figcaption></figure></li>"
    )


def _spread(picture: ManifestPicture, labels: PageLabels, *, link: Link) -> str:
    return template("book_spread.html").substitute(
        number=picture.page_number,
        label=safe_text(labels.page.format(number=picture.page_number)),
        furniture=in_language(labels.language),
        picture=large_image(picture, labels, link=link) if picture.key else _missing(picture, labels),
        paragraphs="".join(f'<p dir="auto">{safe_text(part)}</p>' for part in _paragraphs(picture.text or "")),
    )


def _missing(picture: ManifestPicture, labels: PageLabels) -> str:
    why = why_missing(picture.reason, picture.explanation)
    return (
        f'<div class="missing"><p class="missing-title"{in_language(labels.language)}>{safe_text(labels.missing)}</p>'
        f'<p lang="en" dir="ltr">{safe_text(why)}</p></div>'
    )


def _colophon(manifest: Manifest, labels: PageLabels, *, sketched: bool) -> str:
    text = labels.sketched if sketched else labels.colophon
    model = f"{manifest.model} ({manifest.image_service})" if manifest.image_service else manifest.model
    return safe_text(text.format(drawn=manifest.drawn, total=len(manifest.pictures), model=model))


def _paragraphs(text: str) -> list[str]:
    """Split at empty lines; a single line break stays in its paragraph, and the style sheet displays it."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def _shortened(text: str) -> str:
    """Return an appearance as a caption, cut between clauses or words if possible."""
    if len(text) <= _LONGEST_CAPTION:
        return text
    cut = text[:_LONGEST_CAPTION]
    ends = (max(map(cut.rfind, separators)) for separators in ((". ", "; ", ", "), (" ",)))
    end = next((end for end in ends if end > _LONGEST_CAPTION // 2), _LONGEST_CAPTION)
    return cut[:end].rstrip(" ,;.") + "…"


def _length(pages: Sequence[ManifestPicture]) -> str:
    """Return the class for the size of the text, the same for the whole book: its longest page must fit."""
    longest = max((len(picture.text or "") for picture in pages), default=0)
    if longest <= 180:
        return "few"
    return "some" if longest <= 600 else "many"


def _title_length(title: str) -> str:
    """Return the class for the size of the title, which shares the cover with a picture."""
    if len(title) <= 16:
        return "short"
    return "usual" if len(title) <= 60 else "long"


def _shape(size: tuple[int, int]) -> str:
    """Return the class for the place of the text: below a landscape picture, beside any other."""
    return "landscape" if size[0] > 1.2 * size[1] else "upright"


def _dimensions(size: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9][0-9]{1,4})x([1-9][0-9]{1,4})", size)
    return (int(found[1]), int(found[2])) if found else SQUARE
