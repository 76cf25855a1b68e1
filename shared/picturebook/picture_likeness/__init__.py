"""Scores how similar a page is to the sheets of its characters, in palette and in style.

Knows only pictures: not the characters, the story, or the cost of a new take. Measurements of what the scores can and
cannot separate are in docs/decisions/0012-likeness-of-pictures.md.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from PIL import Image

from picturebook.picture_likeness.palette import palette_likeness
from picturebook.picture_likeness.style import style_likeness

__all__ = ["LEAST_SCORES", "findings", "likeness"]

# A score below its value here opens another take, which costs money. The condition, set before the measurement: on
# unseen pictures of other origin an AUC of at least 0.9, and at most 5 % false alarms. `palette` fails clearly (0.70).
# `style` recognizes another medium (0.93), but rejected 5.4 % of the right pages, and 13 % of those with a busy scene:
# it would redraw whole books. So neither has a minimum: both are information, and open no take.
LEAST_SCORES: Mapping[str, int] = {}
# Pixels of the shorter side that are used: more would be slower to decode without better scores.
_SHORT_SIDE = 512


def likeness(picture: bytes, sheets: Sequence[bytes]) -> Mapping[str, int]:
    """Return scores from 0 to 100 (most similar) of an encoded picture and the sheets of all its characters.

    `palette`: whether each figure's colours are found together in one place, allowing for the scene's light; the least
    similar figure counts, as one wrong character spoils a page. `style`: grain, flatness, light and dark strokes,
    independent of the content. Without sheets there are no scores. All pictures must be decodable: check them first.
    """
    if not sheets:
        return {}
    page, figures = _decoded(picture), [_decoded(sheet) for sheet in sheets]
    return {"palette": palette_likeness(page, figures), "style": style_likeness(page, figures)}


def findings(scores: Mapping[str, int], *, least_scores: Mapping[str, int] = LEAST_SCORES) -> tuple[str, ...]:
    """Return the names of the scores below their minimum; a missing score is not below."""
    return tuple(name for name, least in least_scores.items() if scores.get(name, least) < least)


def _decoded(content: bytes) -> Image.Image:
    """Return the picture in RGB, on white, its shorter side reduced to 512 pixels or a little more."""
    with Image.open(io.BytesIO(content)) as encoded:
        encoded.draft("RGB", (_SHORT_SIDE, _SHORT_SIDE))
        factor = max(1, min(encoded.size) // _SHORT_SIDE)
        if encoded.mode == "RGB" and not encoded.has_transparency_data:
            return encoded.reduce(factor)
        picture = _on_white(encoded) if encoded.has_transparency_data else encoded.convert("RGB")
    return picture.reduce(factor)


def _on_white(encoded: Image.Image) -> Image.Image:
    layered = encoded.convert("RGBA")
    ground = Image.new("RGB", layered.size, "white")
    ground.paste(layered, mask=layered.getchannel("A"))
    return ground
