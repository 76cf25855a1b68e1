"""Places by the water: sea, beach and river. Every builder returns the colour of its near ground."""

from collections.abc import Callable

from sketch_artist.canvas import Canvas, height_at
from sketch_artist.colours import Colour, darker, lighter
from sketch_artist.scenery import buildings, plants
from sketch_artist.scenery.grounds import GRASS, SAND, SEA, draw_far_hills, ground_of


def draw_sea(canvas: Canvas, weather: str) -> Colour:
    """Waves to the horizon, a boat on them, a strip of quay in front."""
    del weather  # the sea is drawn alike in every weather
    h = canvas.height
    canvas.ridge(h * 0.53, 0.02, (130, 160, 160), depth=0.6, bumps=5)
    for row, depth in enumerate((0.48, 0.34, 0.2, 0.1)):
        canvas.ridge(
            h * (0.58 + 0.055 * row), 0.008, darker(SEA, 0.06 * row), depth=depth, bumps=round(7 * canvas.width)
        )
        if row == 1:
            boat = canvas.pen.at(canvas.width * canvas.rng.choice((0.24, 0.76)), h * 0.645, 0.2)
            buildings.draw_boat(boat, canvas.light, depth=0.1)
    _draw_foam(canvas, h * 0.62, h * 0.79)
    wood: Colour = (184, 144, 106)
    canvas.ridge(h * 0.8, 0.003, wood, depth=0.03, bumps=3)
    for index in range(round(canvas.width / 0.13) + 1):
        x = index * 0.13 + 0.03
        canvas.pen.stroke(
            [(x, h * 0.806), (x + (x - canvas.width / 2) * 0.35, h)], 0.004, canvas.light.on(darker(wood, 0.25))
        )
    return wood


def _draw_foam(canvas: Canvas, top: float, bottom: float) -> None:
    for _ in range(round(22 * canvas.width)):
        x, y = canvas.rng.uniform(0, canvas.width), canvas.rng.uniform(top, bottom)
        width = canvas.rng.uniform(0.015, 0.035)
        foam = lighter(canvas.light.on(SEA), 0.45)
        canvas.pen.stroke([(x - width, y), (x, y - 0.006), (x + width, y)], 0.004, foam)


def draw_beach(canvas: Canvas, weather: str) -> Colour:
    """Sea behind, sand in front, shells and a palm."""
    h = canvas.height
    canvas.ridge(h * 0.52, 0.015, (130, 160, 160), depth=0.6, bumps=5)
    for row, depth in enumerate((0.42, 0.26, 0.12)):
        canvas.ridge(
            h * (0.57 + 0.05 * row), 0.006, darker(SEA, 0.05 * row), depth=depth, bumps=round(6 * canvas.width)
        )
    _draw_foam(canvas, h * 0.6, h * 0.7)
    canvas.ridge(h * 0.722, 0.012, (255, 252, 240), depth=0.05, bumps=3)
    sand = ground_of(SAND, weather)
    canvas.ridge(h * 0.74, 0.012, sand, depth=0.03, bumps=3)
    _draw_palm(canvas, canvas.width * canvas.rng.choice((0.07, 0.93)), h * 0.82)
    for x in canvas.scattered(6):
        shell = canvas.light.on((246, 178, 160))
        canvas.pen.ellipse(x, canvas.rng.uniform(h * 0.8, h * 0.97), 0.012, 0.009, paint=shell)
    return sand


def _draw_palm(canvas: Canvas, x: float, y: float) -> None:
    lean = 0.08 if x < canvas.width / 2 else -0.08
    canvas.pen.taper(
        [(x, y), (x + lean * 0.4, y - 0.25), (x + lean, y - 0.48)], 0.05, 0.032, canvas.light.on((158, 118, 84))
    )
    for angle in range(0, 360, 45):
        leaf = canvas.pen.at(x + lean, y - 0.49, 0.2, turn=angle + 12)
        leaf.shape([(0, 0), (0.08, -0.5), (0.02, -1.0), (-0.14, -0.55)], canvas.light.on((92, 156, 98)))


def draw_river(canvas: Canvas, weather: str) -> Colour:
    """A river between meadows, with reeds."""
    ground = ground_of(GRASS, weather)
    draw_far_hills(canvas, weather)
    h = canvas.height
    crest = canvas.ridge(h * 0.63, 0.015, darker(ground, 0.08), depth=0.28, bumps=3)
    for x in canvas.scattered(round(5 * max(1, canvas.width))):
        tree = canvas.pen.at(x, height_at(crest, x) + 0.01, canvas.rng.uniform(0.16, 0.24))
        plants.draw_tree(tree, canvas.light, canvas.rng, depth=0.26, weather=weather)
    canvas.ridge(h * 0.68, 0.006, SEA, depth=0.14, bumps=4)
    _draw_foam(canvas, h * 0.7, h * 0.76)
    canvas.ridge(h * 0.775, 0.016, ground, depth=0.03, bumps=3)
    for x in canvas.scattered(7):
        reed = canvas.pen.at(x, h * 0.79, 0.1)
        plants.draw_grass(reed, canvas.light, canvas.rng, darker(ground, 0.2))
    return ground


WATERS: dict[str, Callable[[Canvas, str], Colour]] = {
    "sea": draw_sea,
    "beach": draw_beach,
    "river": draw_river,
}
