"""Places without houses: meadow, forest, mountains, desert, clouds and space.

Every builder returns the colour of its near ground."""

from collections.abc import Callable

from sketch_artist.canvas import Canvas, height_at
from sketch_artist.colours import Colour, darker, lighter
from sketch_artist.scenery import plants
from sketch_artist.scenery.grounds import FOREST_FLOOR, GRASS, ROCK, draw_far_hills, ground_of


def draw_meadow(canvas: Canvas, weather: str) -> Colour:
    """Rolling hills with single trees and far woods."""
    ground = ground_of(GRASS, weather)
    draw_far_hills(canvas, weather)
    crest = canvas.ridge(canvas.height * 0.64, 0.03, darker(ground, 0.1), depth=0.3, bumps=3)
    for x in canvas.scattered(4):
        tree = canvas.pen.at(x, height_at(crest, x) + 0.01, canvas.rng.uniform(0.14, 0.2))
        plants.draw_tree(tree, canvas.light, canvas.rng, depth=0.28, weather=weather)
    canvas.ridge(canvas.height * 0.74, 0.025, ground, depth=0.08, bumps=3)
    return ground


def draw_forest(canvas: Canvas, weather: str) -> Colour:
    """Rows of trees, deep in haze behind, large trunks in front."""
    ground = ground_of(FOREST_FLOOR, weather)
    for depth, y, size, count in ((0.66, 0.58, 0.36, 11), (0.46, 0.645, 0.46, 8), (0.24, 0.71, 0.56, 5)):
        crest = canvas.ridge(canvas.height * y, 0.012, darker(ground, 0.2), depth=depth, bumps=4)
        for x in canvas.scattered(round(count * max(1.0, canvas.width))):
            tree = canvas.pen.at(x, height_at(crest, x) + 0.02, size * canvas.rng.uniform(0.8, 1.2))
            plants.draw_tree(tree, canvas.light, canvas.rng, depth=depth, weather=weather)
    canvas.ridge(canvas.height * 0.77, 0.015, ground, depth=0.05, bumps=3)
    for x in (canvas.rng.uniform(-0.02, 0.05), canvas.width - canvas.rng.uniform(-0.02, 0.05)):
        trunk = canvas.pen.at(x, canvas.height * 0.86, canvas.height * 0.86)
        plants.draw_trunk(trunk, canvas.light, canvas.rng, depth=0.0)
    for x in canvas.scattered(4):
        fern = canvas.pen.at(x, canvas.height * 0.79, 0.075)
        plants.draw_fern(fern, canvas.light, canvas.rng, darker(ground, 0.15))
    return ground


def draw_mountain(canvas: Canvas, weather: str) -> Colour:
    """Peaks with snow, a fir wood below."""
    ground = ground_of((136, 168, 112), weather)
    h = canvas.height
    for depth, base, size in ((0.6, 0.72, 0.5), (0.4, 0.74, 0.42)):
        for x in canvas.scattered(3, margin=0.15):
            _draw_peak(canvas, x, h * base, size * canvas.rng.uniform(0.75, 1.1), depth)
    crest = canvas.ridge(h * 0.68, 0.03, darker(ground, 0.16), depth=0.25, bumps=3)
    for x in canvas.scattered(round(9 * canvas.width)):
        tree = canvas.pen.at(x, height_at(crest, x) + 0.015, canvas.rng.uniform(0.1, 0.17))
        plants.draw_fir(tree, canvas.light, canvas.rng, depth=0.24, snowy=weather == "snow")
    canvas.ridge(h * 0.77, 0.015, ground, depth=0.04, bumps=3)
    return ground


def _draw_peak(canvas: Canvas, x: float, y: float, size: float, depth: float) -> None:
    rock = canvas.light.on(ROCK, depth)
    pen = canvas.pen.at(x, y, size)
    pen.polygon([(-0.75, 0), (-0.32, -0.55), (-0.2, -0.6), (0, -1), (0.18, -0.72), (0.34, -0.5), (0.75, 0)], rock)
    pen.polygon([(0, -1), (0.18, -0.72), (0.34, -0.5), (0.75, 0), (0.1, 0), (0.04, -0.5)], darker(rock, 0.12))
    snow = canvas.light.on((250, 252, 255), depth * 0.8)
    pen.polygon(
        [(-0.165, -0.67), (0, -1), (0.165, -0.745), (0.09, -0.68), (0.03, -0.74), (-0.04, -0.63), (-0.1, -0.71)], snow
    )


def draw_desert(canvas: Canvas, weather: str) -> Colour:
    """Dunes and cactuses."""
    sand = ground_of((238, 196, 138), weather)
    h = canvas.height
    for depth, y in ((0.55, 0.55), (0.35, 0.62), (0.18, 0.7)):
        canvas.ridge(h * y, 0.04, darker(sand, 0.08), depth=depth, bumps=3)
    for x in canvas.scattered(3):
        green = canvas.light.on((96, 150, 108), 0.1)
        pen = canvas.pen.at(x, h * 0.77, 0.2)
        pen.stroke([(0, 0.05), (0, -0.85)], 0.17, green, curved=False)
        pen.stroke([(0, -0.35), (-0.26, -0.38), (-0.27, -0.65)], 0.12, green)
        pen.stroke([(0, -0.45), (0.25, -0.48), (0.26, -0.8)], 0.12, green)
    canvas.ridge(h * 0.77, 0.02, sand, depth=0.02, bumps=3)
    return sand


def draw_clouds(canvas: Canvas, weather: str) -> Colour:
    """High above: banks of cloud to stand on."""
    del weather  # nothing falls above the clouds
    cloud: Colour = (250, 250, 252)
    for depth, y, radius in ((0.5, 0.62, 0.09), (0.3, 0.7, 0.11), (0.1, 0.79, 0.12)):
        paint = canvas.light.on(cloud, depth)
        for x in canvas.scattered(round(9 * canvas.width), margin=0.1):
            canvas.pen.ellipse(x, canvas.height * y, radius * canvas.rng.uniform(0.8, 1.3), paint=paint)
        canvas.pen.box(0, canvas.height * y, canvas.width, canvas.height, paint)
    return cloud


def draw_space(canvas: Canvas, weather: str) -> Colour:
    """Stars, ringed planets and a small moon to stand on."""
    del weather  # space has no weather
    canvas.fade(0, canvas.height, ((30, 26, 66), (86, 62, 130)))
    canvas.dots(round(150 * canvas.width * canvas.height), 0, canvas.height, (0.0012, 0.0036), (255, 250, 230, 220))
    for share, y, radius, paint in ((0.2, 0.2, 0.11, (236, 150, 110)), (0.82, 0.34, 0.075, (110, 180, 200))):
        x = canvas.width * share
        canvas.glow(x, canvas.height * y, radius * 2, lighter(paint, 0.3), 0.4)
        canvas.pen.ellipse(x, canvas.height * y, radius, paint=paint)
        canvas.pen.ellipse(
            x - radius * 0.2, canvas.height * y - radius * 0.25, radius * 0.62, paint=lighter(paint, 0.16)
        )
    canvas.pen.arc((canvas.width * 0.2, canvas.height * 0.2), (0.18, 0.04), (0, 180), 0.014, (252, 220, 160))
    moon: Colour = (196, 192, 212)
    canvas.ridge(canvas.height * 0.76, 0.02, moon, depth=0.0, bumps=2)
    for x in canvas.scattered(5):
        y = canvas.rng.uniform(canvas.height * 0.82, canvas.height * 0.96)
        canvas.pen.ellipse(x, y, 0.045, 0.016, paint=canvas.light.on(darker(moon, 0.16)))
    return moon


OPEN_COUNTRY: dict[str, Callable[[Canvas, str], Colour]] = {
    "meadow": draw_meadow,
    "forest": draw_forest,
    "mountain": draw_mountain,
    "desert": draw_desert,
    "clouds": draw_clouds,
    "space": draw_space,
}
