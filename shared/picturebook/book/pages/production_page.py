"""The production view of a book, for its makers: the requests, their outcomes and their costs. Pure.

One HTML file next to the book's page, without scripts and under the same policy. It is in English, except for the
story's text, which has its own language attribute. Layout and style are in production_page.html and
production_page.css, one picture is in production_picture.py, the bible in production_bible.py.
"""

from __future__ import annotations

from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.book.pages.markup import (
    Link,
    packaged_file,
    safe_address,
    safe_text,
    security_policy,
    template,
)
from picturebook.book.pages.pictures import picture_addresses
from picturebook.book.pages.production_bible import bible_section
from picturebook.book.pages.production_costs import book_costs, estimate_beside_actual
from picturebook.book.pages.production_picture import name_of, picture_record, states_of
from picturebook.models.moderation import ModerationResult, ModerationStatus

_ENDINGS = {
    "StoryCompleted": "completed",
    "StoryPartiallyCompleted": "completed in part",
    "StoryFailed": "failed",
    "StoryCancelled": "cancelled",
}
_MODERATION = {
    ModerationStatus.PASSED: "passed",
    ModerationStatus.FLAGGED: "flagged, and drawn all the same",
    ModerationStatus.UNCHECKED: "unchecked: the moderation could not be reached",
    ModerationStatus.OFF: "switched off",
}
# States of a picture that need the maker's attention, then those for information.
_ALARMING = {"needs-review": "Needs review", "failed": "Failed", "unknown-cost": "Cost unknown"}
_FILTERS = {**_ALARMING, "reused": "Reused"}


def production_page(manifest: Manifest, *, link: Link, book_href: str = "index.html", sketched: bool = False) -> str:
    """Return the HTML of the production view; `link` and `sketched` are those of `book_page`.

    `book_href` is the address of the book's own page.
    """
    style = packaged_file("production_page.css")
    return template("production_page.html").substitute(
        policy=safe_text(security_policy(style, picture_addresses(manifest, link))),
        title=safe_text(manifest.title),
        language=safe_text(manifest.language),
        style=style,
        book_href=safe_address(book_href) or "",
        sketched=_sketched(manifest) if sketched else "",
        facts="\n".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in _facts(manifest).items()),
        attention=_attention(manifest),
        actual=estimate_beside_actual(manifest),
        costs=book_costs(manifest),
        bible=bible_section(manifest, link=link),
        filter=_filter(manifest),
        pictures="\n".join(picture_record(picture, manifest, link=link) for picture in manifest.pictures),
    )


def _sketched(manifest: Manifest) -> str:
    model = safe_text(manifest.model)
    return (
        '<p class="sketched">Sketched on this machine by the local image service: nothing was charged. '
        f"The amounts are what these calls to {model} would have cost.</p>"
    )


def _facts(manifest: Manifest) -> dict[str, str]:
    ended = f", {manifest.ended_at:%Y-%m-%d %H:%M} UTC" if manifest.ended_at else ""
    requested = f" (the story names {manifest.wished_model})" if manifest.wished_model else ""
    return {
        "Story": f"<code>{safe_text(manifest.story_id)}</code>",
        "Revision": f"<code>{safe_text(manifest.revision)}</code>, version {manifest.version} of the book",
        "Ending": safe_text((_ENDINGS.get(manifest.ending) or manifest.ending or "not ended") + ended),
        "Pictures": _counts(manifest),
        "Model": safe_text(f"{manifest.model}{requested}"),
        "Size, quality": safe_text(f"{manifest.size}, {manifest.quality}"),
        "Image service": safe_text(manifest.image_service or "not recorded"),
        "Language": safe_text(manifest.language),
        "Moderation": _moderation(manifest.moderation),
    }


def _moderation(moderation_result: ModerationResult | None) -> str:
    if moderation_result is None:
        return "not recorded"
    flags = "".join(
        f"<li><code>{safe_text(flag.field)}</code> {safe_text(', '.join(flag.categories))}</li>"
        for flag in moderation_result.flags
    )
    return _MODERATION[moderation_result.status] + (f'<ul class="flags">{flags}</ul>' if flags else "")


def _counts(manifest: Manifest) -> str:
    reused = sum(picture.is_reused for picture in manifest.pictures)
    review = sum(picture.needs_review for picture in manifest.pictures)
    total = len(manifest.pictures)
    return (
        f"{manifest.drawn - reused} drawn, {reused} reused, {total - manifest.drawn} failed, of {total}; "
        f"{review} to review"
    )


def _in_state(manifest: Manifest, state: str) -> list[ManifestPicture]:
    return [picture for picture in manifest.pictures if state in states_of(picture)]


def _attention(manifest: Manifest) -> str:
    lines = [
        f'<li><span class="badge {state}">{label}</span> {", ".join(map(_anchor, pictures))}</li>'
        for state, label in _ALARMING.items()
        if (pictures := _in_state(manifest, state))
    ]
    return f'<ul class="attention">{"".join(lines)}</ul>' if lines else "<p>Nothing.</p>"


def _anchor(picture: ManifestPicture) -> str:
    return f'<a href="#picture-{safe_text(picture.picture_id)}">{name_of(picture)}</a>'


def _filter(manifest: Manifest) -> str:
    """Return the radio buttons that select which pictures the style sheet shows."""
    counts = {"all": ("All", len(manifest.pictures))}
    counts |= {state: (label, len(_in_state(manifest, state))) for state, label in _FILTERS.items()}
    choices = "".join(
        f'<input type="radio" name="show" id="show-{state}"{" checked" if state == "all" else ""}>'
        f'<label for="show-{state}">{label} <b>{count}</b></label>'
        for state, (label, count) in counts.items()
        if count
    )
    return f'<fieldset class="filter"><legend>Show</legend>{choices}</fieldset>'
