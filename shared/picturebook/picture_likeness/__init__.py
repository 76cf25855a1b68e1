"""How alike is a page to the sheets of its heroes: in palette, and in the way it is drawn?

Knows pictures only: neither who is on them, nor what a story says, nor what a new take costs. What the scores separate,
and what they do not, is measured in docs/decisions/0012-likeness-of-pictures.md.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from PIL import Image

from picturebook.picture_likeness.palette import palette_likeness
from picturebook.picture_likeness.style import style_likeness

__all__ = ["LEAST_SCORES", "findings", "likeness"]

# What a score must reach, or else money is spent on another take. The rule, set beforehand: on other people's pictures
# that nobody had looked at, an AUC of 0.9 or more and false alarms of 5 % or less. `palette` is far from it (0.70).
# `style` tells another medium (0.93), but took 5.4 % of the right pages for wrong, and 13 % of those with a busy scene:
# it would redraw whole books. So nothing is asked of either: both are information, and open no new take.
LEAST_SCORES: Mapping[str, int] = {}
# Points of the shorter side that are looked at: more decodes slower and tells no more.
_SHORT_SIDE = 512


def likeness(picture: bytes, sheets: Sequence[bytes]) -> Mapping[str, int]:
    """Return scores from 0 to 100 (alike) of an encoded picture beside the sheets of everybody who is on it.

    `palette`: are the figures' own colours found together in one place, give or take the scene's light; the least alike
    figure counts: one wrong hero spoils a page. `style`: grain, flatness, light and dark marks, whatever it shows.
    Without sheets there is nothing to compare, and no score. All must be decodable: check them first.
    """
    if not sheets:
        return {}
    page, figures = _decoded(picture), [_decoded(sheet) for sheet in sheets]
    return {"palette": palette_likeness(page, figures), "style": style_likeness(page, figures)}


def findings(scores: Mapping[str, int], *, least_scores: Mapping[str, int] = LEAST_SCORES) -> tuple[str, ...]:
    """Return the names of the scores that are below what is asked of them; a score that is not there is not below."""
    return tuple(name for name, least in least_scores.items() if scores.get(name, least) < least)


def _decoded(content: bytes) -> Image.Image:
    """Return the picture in RGB, its shorter side reduced towards 512 points, what is transparent on white."""
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
