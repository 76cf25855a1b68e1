"""Takes a character's colours from any picture: its main paints, without its background."""

from collections import Counter
from dataclasses import replace
from typing import Any

from PIL import Image

from local.image_service.drawing.colours import Colour, brightness, distance, lighter
from local.image_service.drawing.look import Look
from local.image_service.drawing.species import HUMANS

THUMBNAIL = 64
PAINTS = 10
BACKGROUND_REACH = 42.0


def look_from_any_picture(picture: Image.Image, worded: Look) -> Look:
    """Return the look with clothes and coat in the picture's own colours, most prominent first."""
    paints = main_paints(picture)
    if not paints:
        return worded
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
    if worded.species in HUMANS:
        colours["hair"] = min(paints, key=brightness)
    else:
        colours["coat"] = paints[0]
    return replace(worded, **colours)


def main_paints(picture: Image.Image) -> list[Colour]:
    """Return the picture's colours, most frequent first, without those of its border."""
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
