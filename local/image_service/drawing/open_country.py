"""Places without houses: meadow, forest, mountains, desert, clouds and space.

Every builder returns the colour of its near ground."""

from collections.abc import Callable

from local.image_service.drawing import plants
from local.image_service.drawing.colours import Colour, darker, lighter
from local.image_service.drawing.grounds import FOREST_FLOOR, GRASS, ROCK, draw_far_hills, ground_of
from local.image_service.drawing.stage import Stage, height_at


def draw_meadow(stage: Stage, weather: str) -> Colour:
    """Rolling hills with single trees and far woods."""
    ground = ground_of(GRASS, weather)
    draw_far_hills(stage, weather)
    crest = stage.ridge(stage.height * 0.64, 0.03, darker(ground, 0.1), depth=0.3, bumps=3)
    for x in stage.scattered(4):
        tree = stage.pen.at(x, height_at(crest, x) + 0.01, stage.rng.uniform(0.14, 0.2))
        plants.draw_tree(tree, stage.light, stage.rng, depth=0.28, weather=weather)
    stage.ridge(stage.height * 0.74, 0.025, ground, depth=0.08, bumps=3)
    return ground


def draw_forest(stage: Stage, weather: str) -> Colour:
    """Rows of trees, deep in haze behind, large trunks in front."""
    ground = ground_of(FOREST_FLOOR, weather)
    for depth, y, size, count in ((0.66, 0.58, 0.36, 11), (0.46, 0.645, 0.46, 8), (0.24, 0.71, 0.56, 5)):
        crest = stage.ridge(stage.height * y, 0.012, darker(ground, 0.2), depth=depth, bumps=4)
        for x in stage.scattered(round(count * max(1.0, stage.width))):
            tree = stage.pen.at(x, height_at(crest, x) + 0.02, size * stage.rng.uniform(0.8, 1.2))
            plants.draw_tree(tree, stage.light, stage.rng, depth=depth, weather=weather)
    stage.ridge(stage.height * 0.77, 0.015, ground, depth=0.05, bumps=3)
    for x in (stage.rng.uniform(-0.02, 0.05), stage.width - stage.rng.uniform(-0.02, 0.05)):
        trunk = stage.pen.at(x, stage.height * 0.86, stage.height * 0.86)
        plants.draw_trunk(trunk, stage.light, stage.rng, depth=0.0)
    for x in stage.scattered(4):
        fern = stage.pen.at(x, stage.height * 0.79, 0.075)
        plants.draw_fern(fern, stage.light, stage.rng, darker(ground, 0.15))
    return ground


def draw_mountain(stage: Stage, weather: str) -> Colour:
    """Peaks with snow, a fir wood below."""
    ground = ground_of((136, 168, 112), weather)
    h = stage.height
    for depth, base, size in ((0.6, 0.72, 0.5), (0.4, 0.74, 0.42)):
        for x in stage.scattered(3, margin=0.15):
            _draw_peak(stage, x, h * base, size * stage.rng.uniform(0.75, 1.1), depth)
    crest = stage.ridge(h * 0.68, 0.03, darker(ground, 0.16), depth=0.25, bumps=3)
    for x in stage.scattered(round(9 * stage.width)):
        tree = stage.pen.at(x, height_at(crest, x) + 0.015, stage.rng.uniform(0.1, 0.17))
        plants.draw_fir(tree, stage.light, stage.rng, depth=0.24, snowy=weather == "snow")
    stage.ridge(h * 0.77, 0.015, ground, depth=0.04, bumps=3)
    return ground


def _draw_peak(stage: Stage, x: float, y: float, size: float, depth: float) -> None:
    rock = stage.light.on(ROCK, depth)
    pen = stage.pen.at(x, y, size)
    pen.polygon([(-0.75, 0), (-0.32, -0.55), (-0.2, -0.6), (0, -1), (0.18, -0.72), (0.34, -0.5), (0.75, 0)], rock)
    pen.polygon([(0, -1), (0.18, -0.72), (0.34, -0.5), (0.75, 0), (0.1, 0), (0.04, -0.5)], darker(rock, 0.12))
    snow = stage.light.on((250, 252, 255), depth * 0.8)
    pen.polygon(
        [(-0.165, -0.67), (0, -1), (0.165, -0.745), (0.09, -0.68), (0.03, -0.74), (-0.04, -0.63), (-0.1, -0.71)], snow
    )


def draw_desert(stage: Stage, weather: str) -> Colour:
    """Dunes and cactuses."""
    sand = ground_of((238, 196, 138), weather)
    h = stage.height
    for depth, y in ((0.55, 0.55), (0.35, 0.62), (0.18, 0.7)):
        stage.ridge(h * y, 0.04, darker(sand, 0.08), depth=depth, bumps=3)
    for x in stage.scattered(3):
        green = stage.light.on((96, 150, 108), 0.1)
        pen = stage.pen.at(x, h * 0.77, 0.2)
        pen.stroke([(0, 0.05), (0, -0.85)], 0.17, green, curved=False)
        pen.stroke([(0, -0.35), (-0.26, -0.38), (-0.27, -0.65)], 0.12, green)
        pen.stroke([(0, -0.45), (0.25, -0.48), (0.26, -0.8)], 0.12, green)
    stage.ridge(h * 0.77, 0.02, sand, depth=0.02, bumps=3)
    return sand


def draw_clouds(stage: Stage, weather: str) -> Colour:
    """High above: banks of cloud to stand on."""
    del weather  # nothing falls above the clouds
    cloud: Colour = (250, 250, 252)
    for depth, y, radius in ((0.5, 0.62, 0.09), (0.3, 0.7, 0.11), (0.1, 0.79, 0.12)):
        paint = stage.light.on(cloud, depth)
        for x in stage.scattered(round(9 * stage.width), margin=0.1):
            stage.pen.ellipse(x, stage.height * y, radius * stage.rng.uniform(0.8, 1.3), paint=paint)
        stage.pen.box(0, stage.height * y, stage.width, stage.height, paint)
    return cloud


def draw_space(stage: Stage, weather: str) -> Colour:
    """Stars, ringed planets and a small moon to stand on."""
    del weather  # there is none
    stage.fade(0, stage.height, ((30, 26, 66), (86, 62, 130)))
    stage.dots(round(150 * stage.width * stage.height), 0, stage.height, (0.0012, 0.0036), (255, 250, 230, 220))
    for share, y, radius, paint in ((0.2, 0.2, 0.11, (236, 150, 110)), (0.82, 0.34, 0.075, (110, 180, 200))):
        x = stage.width * share
        stage.glow(x, stage.height * y, radius * 2, lighter(paint, 0.3), 0.4)
        stage.pen.ellipse(x, stage.height * y, radius, paint=paint)
        stage.pen.ellipse(x - radius * 0.2, stage.height * y - radius * 0.25, radius * 0.62, paint=lighter(paint, 0.16))
    stage.pen.arc((stage.width * 0.2, stage.height * 0.2), (0.18, 0.04), (0, 180), 0.014, (252, 220, 160))
    moon: Colour = (196, 192, 212)
    stage.ridge(stage.height * 0.76, 0.02, moon, depth=0.0, bumps=2)
    for x in stage.scattered(5):
        y = stage.rng.uniform(stage.height * 0.82, stage.height * 0.96)
        stage.pen.ellipse(x, y, 0.045, 0.016, paint=stage.light.on(darker(moon, 0.16)))
    return moon


OPEN_COUNTRY: dict[str, Callable[[Stage, str], Colour]] = {
    "meadow": draw_meadow,
    "forest": draw_forest,
    "mountain": draw_mountain,
    "desert": draw_desert,
    "clouds": draw_clouds,
    "space": draw_space,
}
