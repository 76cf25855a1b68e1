"""Backgrounds for the characters of other artists: random flat landscapes, and photographs where they are installed."""

from __future__ import annotations

import colorsys
import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from benchmarks.likeness.treatments import painted

SIDE = 1024
_Colour = tuple[int, int, int]


def draw_scene(rng: random.Random) -> Image.Image:
    """Return a flat scene: a sky, rolling layers or a room's wall, and some things."""
    picture = Image.new("RGB", (SIDE, SIDE), _colour(rng, (0.5, 0.66), (0.15, 0.55), (0.8, 1.0)))
    pen = ImageDraw.Draw(picture)
    horizon = rng.randint(350, 620)
    if rng.random() < 0.25:
        _draw_room(pen, rng, horizon)
    else:
        _draw_hills(pen, rng, horizon)
    for _ in range(rng.randint(4, 14)):
        _draw_thing(pen, rng, horizon)
    return picture


def photographed_scene(rng: random.Random, photographs: Sequence[Path]) -> Image.Image:
    """Return a part of a photograph, painted over so that it looks like an illustration."""
    with Image.open(rng.choice(photographs)) as opened:
        photograph = opened.convert("RGB")
    side = round(min(photograph.size) * rng.uniform(0.6, 1.0))
    left, top = rng.randint(0, photograph.width - side), rng.randint(0, photograph.height - side)
    part = photograph.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return painted(ImageOps.mirror(part) if rng.random() < 0.5 else part)


def _draw_hills(pen: ImageDraw.ImageDraw, rng: random.Random, horizon: int) -> None:
    hue = rng.choice(((0.2, 0.4), (0.08, 0.14), (0.55, 0.62), (0.3, 0.5)))
    for layer in range(rng.randint(2, 4)):
        y, paint = horizon + 130 * layer, _colour(rng, hue, (0.25, 0.7), (0.45, 0.9))
        for x in range(-200, SIDE + 200, 300):
            pen.ellipse((x - 260, y - rng.randint(30, 120), x + 320, y + 500), fill=paint)
        pen.rectangle((0, min(y + 120, SIDE), SIDE, SIDE), fill=paint)


def _draw_room(pen: ImageDraw.ImageDraw, rng: random.Random, horizon: int) -> None:
    pen.rectangle((0, 0, SIDE, horizon + 150), fill=_colour(rng, (0.0, 1.0), (0.05, 0.4), (0.7, 0.95)))
    pen.rectangle((0, horizon + 150, SIDE, SIDE), fill=_colour(rng, (0.04, 0.12), (0.3, 0.6), (0.4, 0.75)))
    left = rng.randint(80, 600)
    pen.rectangle((left, 120, left + 260, 400), fill=(236, 240, 226), outline=(120, 84, 60), width=14)


def _draw_thing(pen: ImageDraw.ImageDraw, rng: random.Random, horizon: int) -> None:
    x, y, size = rng.randint(0, SIDE), rng.randint(horizon - 60, SIDE), rng.randint(20, 120)
    paint = _colour(rng, (0.0, 1.0), (0.2, 0.9), (0.4, 0.95))
    match rng.choice(("tree", "house", "ball", "flower")):
        case "tree":
            pen.rectangle((x - size // 8, y - size, x + size // 8, y), fill=(112, 80, 58))
            pen.ellipse((x - size // 2, y - 2 * size, x + size // 2, y - size // 2), fill=paint)
        case "house":
            pen.rectangle((x - size, y - size, x + size, y), fill=paint)
            roof = _colour(rng, (0.0, 1.0), (0.3, 0.8), (0.4, 0.8))
            pen.polygon([(x - size - 12, y - size), (x, y - 2 * size), (x + size + 12, y - size)], fill=roof)
        case "ball":
            pen.ellipse((x - size // 2, y - size, x + size // 2, y), fill=paint)
        case _:
            pen.line((x, y, x, y - size), fill=(70, 120, 60), width=6)
            pen.ellipse((x - size // 4, y - size - size // 4, x + size // 4, y - size + size // 4), fill=paint)


def _colour(
    rng: random.Random, hue: tuple[float, float], saturation: tuple[float, float], value: tuple[float, float]
) -> _Colour:
    red, green, blue = colorsys.hsv_to_rgb(rng.uniform(*hue) % 1, rng.uniform(*saturation), rng.uniform(*value))
    return round(red * 255), round(green * 255), round(blue * 255)
