"""The bible in the production view: style, palette, and each character with all its views. Pure."""

from __future__ import annotations

from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.book.pages.markup import Link, safe_text
from picturebook.book.pages.pictures import of_kind, small_image
from picturebook.book.pages.production_picture import ENGLISH
from picturebook.models.bible import Bible, CharacterAppearance
from picturebook.models.messages import FULL_FIGURE
from picturebook.models.pictures import PictureKind

_SHEET_SIZES = "7rem"


def bible_section(manifest: Manifest, *, link: Link) -> str:
    """Return style and palette, and each character's appearance with its sheets."""
    bible = manifest.bible or Bible(style=manifest.style)
    source = f' <span class="label">({_source(bible.style_source, bible)})</span>'
    colours = "".join(f'<li dir="auto">{safe_text(colour)}</li>' for colour in bible.palette)
    palette = f'<ul class="palette">{colours}</ul>' if colours else "no colours were named"
    appearances = {appearance.name: appearance for appearance in bible.characters}
    sheets = of_kind(manifest, PictureKind.CHARACTER)
    names = dict.fromkeys([*appearances, *(sheet.character or "" for sheet in sheets)])
    characters = "\n".join(
        _character(
            name, appearances.get(name), bible, [sheet for sheet in sheets if sheet.character == name], link=link
        )
        for name in names
    )
    return (
        f'<dl class="facts words"><div><dt>Style</dt><dd><bdi>{safe_text(bible.style)}</bdi>{source}</dd>'
        f"</div><div><dt>Palette</dt><dd>{palette}</dd></div></dl>\n"
        f'<ul class="characters">\n{characters}\n</ul>'
    )


def _character(
    name: str, appearance: CharacterAppearance | None, bible: Bible, sheets: list[ManifestPicture], *, link: Link
) -> str:
    described = "<p>no description was kept</p>"
    if appearance:
        source = f'<span class="label">({_source(appearance.source, bible)})</span>'
        described = f"<p><bdi>{safe_text(appearance.description)}</bdi> {source}</p>"
    views = "".join(_view(sheet, link=link) for sheet in sheets)
    return f'<li><div><h3><bdi>{safe_text(name)}</bdi></h3>{described}</div><ul class="views">{views}</ul></li>'


def _view(sheet: ManifestPicture, *, link: Link) -> str:
    image = small_image(sheet, ENGLISH, link=link, sizes=_SHEET_SIZES) if sheet.key else ""
    label = f"<bdi>{safe_text(sheet.view or FULL_FIGURE)}</bdi>"
    missing = "" if sheet.key else '<span class="nothing">no picture</span>'
    return f'<li><a href="#picture-{safe_text(sheet.picture_id)}">{image}{missing}{label}</a></li>'


def _source(source: str, bible: Bible) -> str:
    """Return the source of an appearance or of the style, as text."""
    if source == "chat":
        return f"written by {safe_text(bible.chat_model or 'a chat model')}"
    return "the story's traits in their order" if source == "traits" else "the story's own words"
