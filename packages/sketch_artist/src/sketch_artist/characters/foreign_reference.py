"""Takes a character's colours from a picture that is no character sheet: its main colours, without the background."""

from collections import Counter
from dataclasses import replace
from typing import Any

from PIL import Image

from sketch_artist.appearance import Appearance
from sketch_artist.colours import Colour, brightness, distance, lighter
from sketch_artist.species import HUMANS

THUMBNAIL = 64
PAINTS = 10
BACKGROUND_REACH = 42.0


def appearance_from_any_picture(picture: Image.Image, from_words: Appearance) -> Appearance:
    """Return `from_words` with clothes and coat in the picture's main colours, the most vivid for the clothes."""
    paints = main_paints(picture)
    if not paints:
        return from_words
    vivid = sorted(paints, key=_vividness, reverse=True)
    outfit = vivid[0]
    accent = vivid[1 % len(vivid)]
    colours: dict[str, Any] = {
        "outfit": outfit,
        "pattern_colour": lighter(outfit, 0.6),
        "accent": accent,
        "hat": accent,
        "trim": vivid[2 % len(vivid)],
    }
    if from_words.species in HUMANS:
        colours["hair"] = min(paints, key=brightness)
    else:
        colours["coat"] = paints[0]
    return replace(from_words, **colours)


def main_paints(picture: Image.Image) -> list[Colour]:
    """Return the picture's colours, most frequent first, without those near the commonest colour of its border."""
    small = picture.convert("RGB").resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
    reduced = small.quantize(PAINTS, Image.Quantize.MEDIANCUT).convert("RGB")
    pixels = _pixels(reduced)
    border = Counter(
        pixels[y * THUMBNAIL + x]
        for y in range(THUMBNAIL)
        for x in range(THUMBNAIL)
        if x in (0, THUMBNAIL - 1) or y in (0, THUMBNAIL - 1)
    )
    background = border.most_common(1)[0][0]
    counted = Counter(pixel for pixel in pixels if distance(pixel, background) > BACKGROUND_REACH)
    return [colour for colour, _ in counted.most_common()]


def _pixels(picture: Image.Image) -> list[Colour]:
    raw = picture.tobytes()
    return [(raw[i], raw[i + 1], raw[i + 2]) for i in range(0, len(raw), 3)]


def _vividness(colour: Colour) -> int:
    return max(colour) - min(colour)
