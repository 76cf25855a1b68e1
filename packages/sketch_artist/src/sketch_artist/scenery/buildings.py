"""Houses, castles, lighthouses, boats and bridges. Each is drawn around (0, 0) on the ground, one unit tall."""

import random

from sketch_artist.colours import Colour, darker, lighter, vary
from sketch_artist.light import Light
from sketch_artist.pen import Pen, Point

WALLS: tuple[Colour, ...] = ((246, 226, 196), (236, 200, 168), (214, 220, 216), (244, 210, 190), (222, 206, 224))
ROOFS: tuple[Colour, ...] = ((196, 88, 72), (92, 110, 148), (150, 96, 84), (108, 132, 112), (214, 130, 84))
PANE: Colour = (150, 186, 204)


def window_paint(light: Light, depth: float) -> Colour:
    """Return the colour of a window: lit when it is dark outside."""
    return light.glow if light.dark else light.on(PANE, depth)


def draw_house(pen: Pen, light: Light, rng: random.Random, *, depth: float = 0.0, snowy: bool = False) -> None:
    """Draw a small house with a gable roof, a door and lit windows at night."""
    wall, roof = vary(rng.choice(WALLS), rng, 8), vary(rng.choice(ROOFS), rng, 12)
    half = rng.uniform(0.34, 0.44)
    paint = light.on(wall, depth)
    pen.box(0.16, -0.98, 0.27, -0.66, light.on((160, 110, 96), depth))
    pen.box(-half, -0.58, half, 0.02, paint)
    pen.box(half * 0.45, -0.58, half, 0.02, darker(paint, 0.07))
    tile = light.on(roof, depth)
    pen.polygon([(-half - 0.1, -0.54), (0, -0.98), (half + 0.1, -0.54)], tile)
    pen.polygon([(0, -0.98), (half + 0.1, -0.54), (half - 0.02, -0.54), (0, -0.9)], darker(tile, 0.14))
    if snowy:
        pen.shape(
            [
                (-half - 0.11, -0.53),
                (0, -1.01),
                (half + 0.11, -0.53),
                (half - 0.05, -0.63),
                (0, -0.86),
                (-half + 0.05, -0.63),
            ],
            light.on((244, 248, 252), depth),
        )
    _draw_door(pen, light, depth, rng)
    for x in (-half + 0.14, half - 0.14):
        draw_window(pen, light, (x, -0.34), depth=depth)
    pen.ellipse(0, -0.7, 0.065, paint=window_paint(light, depth))


def _draw_door(pen: Pen, light: Light, depth: float, rng: random.Random) -> None:
    wood = light.on(vary(rng.choice(((150, 92, 66), (92, 120, 124), (178, 84, 74))), rng, 8), depth)
    pen.box(-0.085, -0.3, 0.085, 0.02, wood, radius=0.03)
    pen.box(-0.085, -0.15, 0.085, 0.02, wood)
    pen.ellipse(0.05, -0.12, 0.014, paint=light.on((248, 214, 120), depth))


def draw_window(pen: Pen, light: Light, centre: Point, *, depth: float, size: float = 0.075) -> None:
    """Draw a square window with a cross."""
    x, y = centre
    frame = light.on((250, 244, 230), depth)
    pen.box(x - size * 1.2, y - size * 1.2, x + size * 1.2, y + size * 1.2, frame)
    pen.box(x - size, y - size, x + size, y + size, window_paint(light, depth))
    pen.box(x - size * 0.1, y - size, x + size * 0.1, y + size, frame)
    pen.box(x - size, y - size * 0.1, x + size, y + size * 0.1, frame)


def draw_town_house(pen: Pen, light: Light, rng: random.Random, *, depth: float) -> None:
    """Draw a narrow, tall house of a street."""
    wall = light.on(vary(rng.choice(WALLS), rng, 14), depth)
    roof = light.on(vary(rng.choice(ROOFS), rng, 12), depth)
    half = 0.2
    pen.box(-half, -0.74, half, 0.05, wall)
    if rng.random() < 0.5:
        pen.polygon([(-half - 0.03, -0.73), (0, -1.0), (half + 0.03, -0.73)], roof)
    else:
        pen.polygon([(-half - 0.03, -0.73), (-half * 0.6, -0.92), (half * 0.6, -0.92), (half + 0.03, -0.73)], roof)
    for row in range(3):
        for column in (-0.1, 0.1):
            draw_window(pen, light, (column, -0.62 + row * 0.2), depth=depth, size=0.042)


def draw_castle(pen: Pen, light: Light, rng: random.Random, *, depth: float) -> None:
    """Draw a castle of three towers with banners."""
    stone = light.on(vary((206, 196, 200), rng, 8), depth)
    roof = light.on(rng.choice(((108, 112, 164), (186, 92, 96), (92, 136, 140))), depth)
    pen.box(-0.5, -0.42, 0.5, 0.03, stone)
    for step in range(8):
        pen.box(-0.5 + step * 0.13, -0.48, -0.43 + step * 0.13, -0.41, stone)
    for x, half, top in ((-0.5, 0.11, -0.68), (0.5, 0.11, -0.66), (0.0, 0.14, -0.8)):
        pen.box(x - half, top, x + half, 0.03, darker(stone, 0.06))
        pen.polygon([(x - half - 0.05, top), (x, top - 0.26), (x + half + 0.05, top)], roof)
        pen.stroke([(x, top - 0.25), (x, top - 0.35)], 0.012, darker(stone, 0.4), curved=False)
        pen.polygon([(x, top - 0.35), (x + 0.1, top - 0.32), (x, top - 0.29)], light.on((240, 186, 84), depth))
        pen.box(x - 0.03, top + 0.09, x + 0.03, top + 0.2, window_paint(light, depth), radius=0.028)
    pen.box(-0.09, -0.25, 0.09, 0.03, light.on((120, 86, 70), depth), radius=0.06)
    pen.box(-0.09, -0.12, 0.09, 0.03, light.on((120, 86, 70), depth))


def draw_lighthouse(pen: Pen, light: Light, *, depth: float) -> None:
    """Draw a striped lighthouse on a rock."""
    rock = light.on((132, 124, 136), depth)
    pen.shape([(-0.34, 0.05), (-0.22, -0.1), (0.05, -0.14), (0.26, -0.07), (0.36, 0.05)], rock)
    white, red = light.on((250, 244, 234), depth), light.on((212, 84, 76), depth)
    for row in range(5):
        low, high = -0.1 - row * 0.13, -0.24 - row * 0.13
        w0, w1 = 0.14 - row * 0.012, 0.128 - row * 0.012
        pen.polygon([(-w0, low), (w0, low), (w1, high), (-w1, high)], red if row % 2 else white)
    pen.box(-0.115, -0.79, 0.115, -0.75, darker(white, 0.25))
    pen.box(-0.06, -0.88, 0.06, -0.78, light.glow)
    pen.polygon([(-0.09, -0.88), (0, -0.99), (0.09, -0.88)], red)


def draw_boat(pen: Pen, light: Light, *, depth: float = 0.0) -> None:
    """Draw a sailing boat afloat on y = 0."""
    hull = light.on((176, 92, 74), depth)
    pen.stroke([(0, -0.12), (0, -1.0)], 0.028, light.on((120, 88, 66), depth), curved=False)
    pen.shape([(0.03, -0.97), (0.14, -0.62), (0.46, -0.26), (0.03, -0.24)], light.on((252, 240, 216), depth))
    pen.polygon([(-0.03, -0.86), (-0.36, -0.26), (-0.03, -0.26)], light.on((240, 180, 110), depth))
    pen.polygon([(0, -1.0), (0.13, -0.955), (0, -0.91)], light.on((214, 84, 78), depth))
    pen.shape([(-0.56, -0.19), (0, -0.15), (0.58, -0.2), (0.4, 0.03), (0, 0.06), (-0.38, 0.03)], hull)
    pen.stroke([(-0.5, -0.135), (0, -0.1), (0.52, -0.14)], 0.03, lighter(hull, 0.35))


def draw_bridge(pen: Pen, light: Light, *, depth: float = 0.0) -> None:
    """Draw an arched stone bridge, two wide."""
    stone = light.on((190, 172, 160), depth)
    pen.shape(
        [
            (-1.1, 0.1),
            (-0.9, -0.22),
            (0, -0.5),
            (0.9, -0.22),
            (1.1, 0.1),
            (0.6, 0.1),
            (0.4, -0.12),
            (0, -0.27),
            (-0.4, -0.12),
            (-0.6, 0.1),
        ],
        stone,
    )
    pen.stroke([(-1.0, -0.2), (0, -0.53), (1.0, -0.2)], 0.06, darker(stone, 0.12))
