"""One picture in the production view: its outcome, request, scores and costs. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.book.pages.markup import Link, bar, in_language, safe_address, safe_text, template
from picturebook.book.pages.page_labels import labels_for, why_missing
from picturebook.book.pages.pictures import alt_text, small_image
from picturebook.book.pages.production_costs import is_cost_unknown, picture_costs
from picturebook.models.messages import FULL_FIGURE
from picturebook.models.pictures import PictureKind

THUMBNAIL_SIZES = "(min-width: 60rem) 11rem, 6.5rem"
ENGLISH = labels_for("en")
# By the names of the checks; any other check is shown by its name.
_FINDINGS = {
    "border": "It seems to have a frame or an empty border.",
    "nearly_uniform": "Hardly anything is to be seen on it.",
}
_WROTE_ALT_TEXT = {"chat": "written by a chat model", "composed": "composed from the story's words"}


def picture_record(picture: ManifestPicture, manifest: Manifest, *, link: Link) -> str:
    """Return all information about one picture of the book."""
    thumbnail = small_image(picture, ENGLISH, link=link, sizes=THUMBNAIL_SIZES) if picture.key else ""
    named = f", request <code>{safe_text(picture.request_hash)}</code>" if picture.request_hash else ""
    return template("production_picture.html").substitute(
        classes=" ".join(states_of(picture)),
        picture_id=safe_text(picture.picture_id),
        thumbnail=_linked(thumbnail, picture.key, link) if picture.key else '<div class="nothing">no picture</div>',
        name=name_of(picture),
        badges=_badges(picture),
        notes="".join(f'<p class="note" dir="auto">{safe_text(note)}</p>' for note in _notes(picture)),
        calls=safe_text(_calls(picture)),
        files=_files(picture, link=link),
        words=_words(picture, manifest.language),
        alt_text=_alt_text(picture, manifest.language),
        prompt_length=f"{len(picture.prompt):,}",
        request_hash=named,
        prompt=safe_text(picture.prompt),
        scores=_scores(picture),
        costs=picture_costs(picture),
    )


def name_of(picture: ManifestPicture) -> str:
    """Return the picture's display name as markup, since names may have another direction."""
    if picture.kind == PictureKind.PAGE:
        return f"Page {picture.page_number}"
    return f"<bdi>{safe_text(picture.character or '')}</bdi>, <bdi>{safe_text(picture.view or FULL_FIGURE)}</bdi>"


def states_of(picture: ManifestPicture) -> Sequence[str]:
    """Return the states of a picture, as classes of the style sheet."""
    states = {
        "failed": picture.key is None,
        "needs-review": picture.needs_review,
        "reused": picture.is_reused,
        "unknown-cost": is_cost_unknown(picture),
    }
    return [state for state, is_so in states.items() if is_so]


def _badges(picture: ManifestPicture) -> str:
    shown = [*states_of(picture)] or ["drawn"]
    if picture.take > 1:
        shown.append(f"take {picture.take}")
    return " ".join(f'<span class="badge {state.split()[0]}">{state.replace("-", " ")}</span>' for state in shown)


def _notes(picture: ManifestPicture) -> list[str]:
    """Return sentences with what the maker needs to decide about the picture."""
    notes = [_FINDINGS.get(name, f"It did not pass the check “{_readable(name)}”.") for name in picture.findings]
    if picture.key is None:
        why = why_missing(picture.reason, picture.explanation)
        explanation = picture.explanation if picture.explanation not in (None, why) else None
        notes += [f"{why} ({picture.reason or 'no reason given'})", *([explanation] if explanation else [])]
    if picture.is_reused:
        notes.append("An earlier revision of the story had drawn it for the same request: nothing was bought.")
    if picture.lost_calls:
        lost = "the answer of one call was lost: it" if picture.lost_calls == 1 else "answers of calls were lost: they"
        notes.append(f"Beside what is known, {lost} may have been billed.")
    return notes


def _calls(picture: ManifestPicture) -> str:
    parts = [f"Take {picture.take}", _counted(picture.attempts, "attempt"), _counted(picture.lost_calls, "lost call")]
    if picture.usage:
        usage = picture.usage
        parts.append(f"tokens: {usage.text_in:,} text in, {usage.image_in:,} image in, {usage.image_out:,} image out")
    return " · ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"


def _files(picture: ManifestPicture, *, link: Link) -> str:
    if picture.key is None:
        return ""
    kind = (picture.media_type or "").removeprefix("image/").upper()
    size = f"{picture.width}x{picture.height}" if picture.width and picture.height else ""
    links = [_linked(safe_text(" ".join(filter(None, ("original", kind, size)))), picture.key, link)]
    for made in picture.derivatives:
        text = f"{made.role} {made.width}x{made.height}, {made.size_bytes / 1000:,.0f} kB"
        links.append(_linked(safe_text(text), made.key, link))
    return f'<p class="files">{" · ".join(links)}</p>'


def _linked(markup: str, key: str, link: Link) -> str:
    address = safe_address(link(key))
    return f'<a href="{address}">{markup}</a>' if address else markup


def _words(picture: ManifestPicture, language: str) -> str:
    text = "\n".join(line for line in (picture.text or "").splitlines() if line.strip())
    return f'<p class="text"{_of_story(language)}>{safe_text(text)}</p>' if text else ""


def _alt_text(picture: ManifestPicture, language: str) -> str:
    if picture.key is None:
        return ""
    written = picture.alt_text
    source = _WROTE_ALT_TEXT[written.source] if written else "none was written; the book says"
    labels = labels_for(language)
    attributes = _of_story(language) if written else in_language(labels.language)
    text = safe_text(alt_text(picture, labels))
    return f'<p class="alt"><span class="label">Alt text, {source}:</span> <span{attributes}>{text}</span></p>'


def _readable(name: str) -> str:
    return name.replace("_", " ")


def _of_story(language: str) -> str:
    return f' lang="{safe_text(language)}" dir="auto"'


def _scores(picture: ManifestPicture) -> str:
    if not picture.scores:
        return ""
    rows = "".join(_score(name, score, is_low=name in picture.findings) for name, score in picture.scores.items())
    return f'<table class="scores"><caption>Scores, of 100</caption>{rows}</table>'


def _score(name: str, score: int, *, is_low: bool) -> str:
    mark = ' class="low"' if is_low else ""
    label = safe_text(_readable(name))
    return f'<tr{mark}><th scope="row">{label}</th><td>{bar(score / 100)}</td><td>{score}</td></tr>'
