"""The outdoor places, each built from far to near. Every builder returns the colour of its near ground."""

from collections.abc import Callable

from local.image_service.drawing import buildings, plants
from local.image_service.drawing.colours import Colour, darker, lighter, mix
from local.image_service.drawing.stage import Stage, height_at

GRASS: Colour = (142, 184, 104)
FOREST_FLOOR: Colour = (120, 150, 92)
SAND: Colour = (240, 216, 168)
SEA: Colour = (84, 158, 180)
SNOWY: Colour = (232, 240, 248)
ROCK: Colour = (150, 150, 168)


def ground_of(colour: Colour, weather: str) -> Colour:
    """Return the ground's colour in that weather."""
    if weather == "snow":
        return mix(colour, SNOWY, 0.88)
    return mix(colour, (214, 166, 88), 0.35) if weather == "autumn" else colour


def draw_meadow(stage: Stage, weather: str) -> Colour:
    """Rolling hills with single trees and far woods."""
    ground = ground_of(GRASS, weather)
    _far_hills(stage, weather)
    crest = stage.ridge(stage.height * 0.64, 0.03, darker(ground, 0.1), depth=0.3, bumps=3)
    for x in stage.scattered(4):
        tree = stage.pen.at(x, height_at(crest, x) + 0.01, stage.rng.uniform(0.14, 0.2))
        plants.draw_tree(tree, stage.light, stage.rng, depth=0.28, weather=weather)
    stage.ridge(stage.height * 0.74, 0.025, ground, depth=0.08, bumps=3)
    return ground


def _far_hills(stage: Stage, weather: str) -> None:
    far = ground_of((126, 168, 150), weather)
    stage.ridge(stage.height * 0.5, 0.05, far, depth=0.68, bumps=4)
    stage.ridge(stage.height * 0.57, 0.04, darker(far, 0.08), depth=0.5, bumps=5)


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


def draw_village(stage: Stage, weather: str) -> Colour:
    """Houses on a hillside."""
    ground = ground_of(GRASS, weather)
    _far_hills(stage, weather)
    for depth, y, size, count in ((0.4, 0.6, 0.16, 5), (0.18, 0.7, 0.25, 3)):
        crest = stage.ridge(stage.height * y, 0.018, darker(ground, 0.1), depth=depth, bumps=3)
        for x in stage.scattered(max(2, round(count * stage.width))):
            place = stage.pen.at(x, height_at(crest, x) + 0.015, size * stage.rng.uniform(0.9, 1.15))
            if stage.rng.random() < 0.72:
                buildings.draw_house(place, stage.light, stage.rng, depth=depth, snowy=weather == "snow")
            else:
                plants.draw_tree(place, stage.light, stage.rng, depth=depth, weather=weather)
    stage.ridge(stage.height * 0.77, 0.015, ground, depth=0.04, bumps=3)
    _draw_path(stage, ground)
    return ground


def _draw_path(stage: Stage, ground: Colour) -> None:
    x, h = stage.width * 0.5, stage.height
    paint = stage.light.on(mix(ground, (236, 214, 176), 0.65))
    stage.pen.shape(
        [
            (x - 0.02, h * 0.775),
            (x + 0.02, h * 0.775),
            (x + 0.14, h * 0.87),
            (x + 0.34, h * 1.02),
            (x - 0.3, h * 1.02),
            (x + 0.0, h * 0.86),
        ],
        paint,
    )


def draw_town(stage: Stage, weather: str) -> Colour:
    """A street of narrow houses in two rows."""
    paving: Colour = ground_of((206, 190, 178), weather)
    for depth, y, size in ((0.5, 0.68, 0.42), (0.16, 0.78, 0.56)):
        step = size * 0.41
        for index in range(round(stage.width / step) + 2):
            place = stage.pen.at(index * step - 0.05, stage.height * y, size * stage.rng.uniform(0.82, 1.12))
            buildings.draw_town_house(place, stage.light, stage.rng, depth=depth)
    stage.ridge(stage.height * 0.775, 0.004, paving, depth=0.03, bumps=3)
    stone = stage.light.on(darker(paving, 0.1))
    for _ in range(round(34 * stage.width)):
        x, y = stage.rng.uniform(0, stage.width), stage.rng.uniform(stage.height * 0.8, stage.height)
        stage.pen.ellipse(x, y, 0.022, 0.008, paint=stone)
    return paving


def draw_castle(stage: Stage, weather: str) -> Colour:
    """A castle on a hill."""
    ground = ground_of(GRASS, weather)
    _far_hills(stage, weather)
    x = stage.width * stage.rng.choice((0.3, 0.68))
    stage.ridge(stage.height * 0.62, 0.02, darker(ground, 0.1), depth=0.3, bumps=3)
    castle = stage.pen.at(x, stage.height * 0.66, 0.42)
    buildings.draw_castle(castle, stage.light, stage.rng, depth=0.22)
    crest = stage.ridge(stage.height * 0.68, 0.02, darker(ground, 0.05), depth=0.16, bumps=3)
    for tree_x in stage.scattered(4):
        tree = stage.pen.at(tree_x, height_at(crest, tree_x) + 0.02, stage.rng.uniform(0.13, 0.19))
        plants.draw_tree(tree, stage.light, stage.rng, depth=0.14, weather=weather)
    stage.ridge(stage.height * 0.77, 0.015, ground, depth=0.03, bumps=3)
    _draw_path(stage, ground)
    return ground


def draw_garden(stage: Stage, weather: str) -> Colour:
    """Hedges, a fence and many flowers."""
    ground = ground_of(GRASS, weather)
    _far_hills(stage, weather)
    for x in stage.scattered(round(5 * max(1, stage.width))):
        tree = stage.pen.at(x, stage.height * 0.7, stage.rng.uniform(0.24, 0.34))
        plants.draw_tree(tree, stage.light, stage.rng, depth=0.3, weather=weather)
    stage.ridge(stage.height * 0.7, 0.008, darker(ground, 0.08), depth=0.16, bumps=3)
    fence = stage.light.on((250, 240, 222), 0.08)
    y = stage.height * 0.735
    stage.pen.box(0, y - 0.075, stage.width, y - 0.06, darker(fence, 0.1))
    for index in range(round(stage.width / 0.055) + 1):
        x = index * 0.055
        stage.pen.polygon([(x, y), (x, y - 0.1), (x + 0.016, y - 0.12), (x + 0.032, y - 0.1), (x + 0.032, y)], fence)
    stage.ridge(stage.height * 0.765, 0.008, ground, depth=0.03, bumps=3)
    for _ in range(round(22 * stage.width)):
        x = stage.rng.uniform(0, stage.width)
        plants.draw_flower(stage.pen.at(x, y + stage.rng.uniform(0.025, 0.075), 0.06), stage.light, stage.rng)
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


def draw_sea(stage: Stage, weather: str) -> Colour:
    """Waves to the horizon, a boat on them, a strip of quay in front."""
    del weather  # the sea looks the same in each
    h = stage.height
    stage.ridge(h * 0.53, 0.02, (130, 160, 160), depth=0.6, bumps=5)
    for row, depth in enumerate((0.48, 0.34, 0.2, 0.1)):
        stage.ridge(h * (0.58 + 0.055 * row), 0.008, darker(SEA, 0.06 * row), depth=depth, bumps=round(7 * stage.width))
        if row == 1:
            boat = stage.pen.at(stage.width * stage.rng.choice((0.24, 0.76)), h * 0.645, 0.2)
            buildings.draw_boat(boat, stage.light, depth=0.1)
    _draw_foam(stage, h * 0.62, h * 0.79)
    wood: Colour = (184, 144, 106)
    stage.ridge(h * 0.8, 0.003, wood, depth=0.03, bumps=3)
    for index in range(round(stage.width / 0.13) + 1):
        x = index * 0.13 + 0.03
        stage.pen.stroke(
            [(x, h * 0.806), (x + (x - stage.width / 2) * 0.35, h)], 0.004, stage.light.on(darker(wood, 0.25))
        )
    return wood


def _draw_foam(stage: Stage, top: float, bottom: float) -> None:
    for _ in range(round(22 * stage.width)):
        x, y = stage.rng.uniform(0, stage.width), stage.rng.uniform(top, bottom)
        width = stage.rng.uniform(0.015, 0.035)
        foam = lighter(stage.light.on(SEA), 0.45)
        stage.pen.stroke([(x - width, y), (x, y - 0.006), (x + width, y)], 0.004, foam)


def draw_beach(stage: Stage, weather: str) -> Colour:
    """Sea behind, sand in front, shells and a palm."""
    h = stage.height
    stage.ridge(h * 0.52, 0.015, (130, 160, 160), depth=0.6, bumps=5)
    for row, depth in enumerate((0.42, 0.26, 0.12)):
        stage.ridge(h * (0.57 + 0.05 * row), 0.006, darker(SEA, 0.05 * row), depth=depth, bumps=round(6 * stage.width))
    _draw_foam(stage, h * 0.6, h * 0.7)
    stage.ridge(h * 0.722, 0.012, (255, 252, 240), depth=0.05, bumps=3)
    sand = ground_of(SAND, weather)
    stage.ridge(h * 0.74, 0.012, sand, depth=0.03, bumps=3)
    _draw_palm(stage, stage.width * stage.rng.choice((0.07, 0.93)), h * 0.82)
    for x in stage.scattered(6):
        shell = stage.light.on((246, 178, 160))
        stage.pen.ellipse(x, stage.rng.uniform(h * 0.8, h * 0.97), 0.012, 0.009, paint=shell)
    return sand


def _draw_palm(stage: Stage, x: float, y: float) -> None:
    lean = 0.08 if x < stage.width / 2 else -0.08
    stage.pen.taper(
        [(x, y), (x + lean * 0.4, y - 0.25), (x + lean, y - 0.48)], 0.05, 0.032, stage.light.on((158, 118, 84))
    )
    for angle in range(0, 360, 45):
        leaf = stage.pen.at(x + lean, y - 0.49, 0.2, turn=angle + 12)
        leaf.shape([(0, 0), (0.08, -0.5), (0.02, -1.0), (-0.14, -0.55)], stage.light.on((92, 156, 98)))


def draw_river(stage: Stage, weather: str) -> Colour:
    """A river between meadows, with reeds."""
    ground = ground_of(GRASS, weather)
    _far_hills(stage, weather)
    h = stage.height
    crest = stage.ridge(h * 0.63, 0.015, darker(ground, 0.08), depth=0.28, bumps=3)
    for x in stage.scattered(round(5 * max(1, stage.width))):
        tree = stage.pen.at(x, height_at(crest, x) + 0.01, stage.rng.uniform(0.16, 0.24))
        plants.draw_tree(tree, stage.light, stage.rng, depth=0.26, weather=weather)
    stage.ridge(h * 0.68, 0.006, SEA, depth=0.14, bumps=4)
    _draw_foam(stage, h * 0.7, h * 0.76)
    stage.ridge(h * 0.775, 0.016, ground, depth=0.03, bumps=3)
    for x in stage.scattered(7):
        reed = stage.pen.at(x, h * 0.79, 0.1)
        plants.draw_grass(reed, stage.light, stage.rng, darker(ground, 0.2))
    return ground


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


LANDSCAPES: dict[str, Callable[[Stage, str], Colour]] = {
    "meadow": draw_meadow,
    "forest": draw_forest,
    "village": draw_village,
    "town": draw_town,
    "castle": draw_castle,
    "garden": draw_garden,
    "mountain": draw_mountain,
    "sea": draw_sea,
    "beach": draw_beach,
    "river": draw_river,
    "desert": draw_desert,
    "clouds": draw_clouds,
    "space": draw_space,
}
