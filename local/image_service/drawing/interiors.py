"""The indoor places: rooms, libraries and caves. Every builder returns the colour of its floor."""

from collections.abc import Callable

from local.image_service.drawing.colours import Colour, darker, lighter, mix, vary
from local.image_service.drawing.light import HOURS
from local.image_service.drawing.pen import Pen
from local.image_service.drawing.sky import draw_star
from local.image_service.drawing.stage import Stage

WALLPAPER: tuple[Colour, ...] = ((240, 214, 178), (206, 220, 206), (232, 204, 200), (200, 212, 226))
FLOOR: Colour = (190, 142, 102)
SPINES: tuple[Colour, ...] = (
    (196, 84, 74),
    (84, 124, 150),
    (232, 182, 88),
    (112, 148, 108),
    (150, 106, 150),
    (226, 140, 92),
)


def draw_room(stage: Stage, weather: str) -> Colour:
    """A wall with a window, a lamp and pictures, a floor with a rug."""
    wall, floor_y = _draw_walls(stage)
    del weather  # seen only through the window, which is small
    _draw_big_window(stage, stage.width * 0.5, stage.height * 0.32)
    side = stage.rng.choice((-1, 1))
    _draw_shelf(stage, stage.width * (0.5 + 0.36 * side) - 0.14, floor_y - 0.46, 0.28, 0.46)
    _draw_pictures(stage, stage.width * (0.5 - 0.36 * side), stage.height * 0.3, wall)
    _draw_armchair(stage.pen.at(stage.width * (0.5 - 0.37 * side), floor_y + 0.03, 0.34), stage)
    _draw_rug(stage)
    _draw_lamp(stage, stage.width * 0.5)
    return FLOOR


def draw_library(stage: Stage, weather: str) -> Colour:
    """Shelves full of books on both sides of a window."""
    _, floor_y = _draw_walls(stage)
    del weather  # seen only through the window, which is small
    _draw_big_window(stage, stage.width * 0.5, stage.height * 0.3)
    width = stage.width * 0.31
    for left in (0.02, stage.width - width - 0.02):
        _draw_shelf(stage, left, stage.height * 0.08, width, floor_y - stage.height * 0.08)
    _draw_rug(stage)
    _draw_lamp(stage, stage.width * 0.5)
    return FLOOR


def draw_cave(stage: Stage, weather: str) -> Colour:
    """Layers of rock around a bright mouth, with crystals."""
    del weather  # it stays outside
    stone: Colour = (112, 104, 132)
    for ring, (reach, depth) in enumerate(((0.62, 0.42), (0.75, 0.24), (0.9, 0.08))):
        _draw_rock_ring(stage, darker(stone, 0.1 * ring), reach, depth)
    stage.ridge(stage.height * 0.77, 0.02, stone, depth=0.0, bumps=3)
    for x in stage.scattered(6):
        paint = stage.light.on(stage.rng.choice(((130, 214, 214), (200, 160, 226), (246, 190, 140))))
        pen = stage.pen.at(x, stage.height * 0.79, stage.rng.uniform(0.04, 0.07))
        stage.glow(x, stage.height * 0.77, 0.12, lighter(paint, 0.3), 0.5)
        pen.polygon([(-0.4, 0.2), (-0.3, -0.7), (0, -1), (0.25, -0.6), (0.4, 0.2)], paint)
        pen.polygon([(0, -1), (0.25, -0.6), (0.4, 0.2), (0.05, 0.2)], darker(paint, 0.18))
    return stone


def _draw_rock_ring(stage: Stage, stone: Colour, reach: float, depth: float) -> None:
    paint = stage.light.on(stone, depth)
    w, h = stage.width, stage.height
    for side in (0, 1):
        edge = w * (0.5 - reach * 0.5) if side == 0 else w * (0.5 + reach * 0.5)
        out = -0.1 if side == 0 else w + 0.1
        lean = 0.05 if side == 0 else -0.05
        points = [
            (out, -0.1),
            (edge + lean * 4, -0.1),
            (edge + lean, h * 0.2),
            (edge - lean * 0.6, h * 0.45),
            (edge + lean, h * 0.7),
            (edge + lean * 2, h),
            (out, h),
        ]
        stage.cut_out(points, paint, 0.25)
    for x in stage.scattered(round(7 * w)):
        drop = stage.rng.uniform(0.05, 0.2) * (1.2 - reach)
        stage.pen.polygon([(x - 0.06, -0.01), (x + 0.06, -0.01), (x, drop + 0.06)], paint)
    stage.pen.box(0, -0.1, w, 0.05, paint)


def _draw_walls(stage: Stage) -> tuple[Colour, float]:
    wall = vary(stage.rng.choice(WALLPAPER), stage.rng, 8)
    floor_y = stage.height * 0.74
    tone = stage.light.on_figure(wall)
    stage.fade(0, floor_y, (darker(tone, 0.12), lighter(tone, 0.1)))
    for index in range(round(stage.width / 0.09) + 1):
        stage.pen.box(index * 0.09, 0, index * 0.09 + 0.03, floor_y, (*lighter(tone, 0.3), 90))
    floor = stage.light.on_figure(FLOOR)
    stage.cut_out(
        [(-0.1, floor_y), (stage.width + 0.1, floor_y), (stage.width + 0.1, stage.height), (-0.1, stage.height)],
        floor,
        0.25,
    )
    for row in range(1, 5):
        y = floor_y + (stage.height - floor_y) * (row / 5) ** 1.3
        stage.pen.box(0, y, stage.width, y + 0.004, darker(floor, 0.14))
    stage.pen.box(0, floor_y - 0.03, stage.width, floor_y, lighter(tone, 0.5))
    return wall, floor_y


def _draw_big_window(stage: Stage, x: float, y: float) -> None:
    half, tall = 0.17, 0.2
    frame = stage.light.on_figure((250, 242, 226))
    top, middle, _ = stage.light.sky
    stage.pen.box(x - half - 0.025, y - tall - 0.025, x + half + 0.025, y + tall + 0.025, frame, radius=0.02)
    stage.pen.box(x - half, y - tall, x + half, y + tall, mix(top, middle, 0.4))
    stage.pen.shape(
        [
            (x - half, y + tall),
            (x - half, y + 0.08),
            (x - 0.05, y + 0.03),
            (x + 0.07, y + 0.09),
            (x + half, y + 0.05),
            (x + half, y + tall),
        ],
        stage.light.on((126, 168, 120), 0.35),
    )
    if stage.light.dark:
        stage.pen.ellipse(x + 0.08, y - 0.1, 0.04, paint=(252, 242, 206))
        for dx, dy in ((-0.1, -0.14), (-0.04, -0.05), (-0.12, 0.0), (0.02, -0.16)):
            draw_star(stage.pen.at(x + dx, y + dy, 0.01), (255, 248, 214))
    else:
        stage.pen.ellipse(x + 0.08, y - 0.1, 0.04, paint=lighter(HOURS["day"].glow, 0.3))
    stage.pen.box(x - 0.008, y - tall, x + 0.008, y + tall, frame)
    stage.pen.box(x - half, y - 0.008, x + half, y + 0.008, frame)
    stage.pen.box(x - half - 0.05, y + tall + 0.015, x + half + 0.05, y + tall + 0.045, frame, radius=0.01)
    for side in (-1, 1):
        curtain = stage.light.on_figure((214, 108, 96))
        edge = x + side * (half + 0.05)
        stage.pen.shape(
            [
                (edge, y - tall - 0.05),
                (x + side * 0.06, y - tall - 0.05),
                (x + side * (half - 0.02), y + 0.02),
                (x + side * (half + 0.0), y + tall + 0.04),
                (edge + side * 0.02, y + tall + 0.04),
            ],
            curtain,
        )


def _draw_shelf(stage: Stage, left: float, top: float, width: float, height: float) -> None:
    wood = stage.light.on_figure((158, 112, 80))
    stage.shadow([(left, top), (left + width, top), (left + width, top + height), (left, top + height)], 0.3, blur=0.02)
    stage.pen.box(left, top, left + width, top + height, darker(wood, 0.25))
    rows = max(2, round(height / 0.13))
    gap = height / rows
    for row in range(rows):
        floor = top + (row + 1) * gap
        x = left + 0.02
        while x < left + width - 0.035:
            thick, tall = stage.rng.uniform(0.014, 0.028), gap * stage.rng.uniform(0.55, 0.8)
            stage.pen.box(
                x,
                floor - 0.012 - tall,
                x + thick,
                floor - 0.012,
                stage.light.on_figure(stage.rng.choice(SPINES)),
                radius=0.003,
            )
            x += thick + (0.004 if stage.rng.random() < 0.88 else 0.035)
        stage.pen.box(left, floor - 0.014, left + width, floor, wood)
    for x in (left, left + width - 0.014):
        stage.pen.box(x, top, x + 0.014, top + height, wood)
    stage.pen.box(left - 0.01, top - 0.02, left + width + 0.01, top + 0.005, lighter(wood, 0.15), radius=0.006)


def _draw_pictures(stage: Stage, x: float, y: float, wall: Colour) -> None:
    for dx, dy, half in ((-0.06, 0, 0.055), (0.075, 0.035, 0.042)):
        frame = stage.light.on_figure((172, 124, 84))
        stage.pen.box(x + dx - half, y + dy - half * 1.2, x + dx + half, y + dy + half * 1.2, frame, radius=0.006)
        inner = half - 0.012
        stage.pen.box(x + dx - inner, y + dy - inner * 1.2, x + dx + inner, y + dy + inner * 1.2, lighter(wall, 0.55))
        stage.pen.ellipse(
            x + dx, y + dy + inner * 0.3, inner * 0.6, paint=stage.light.on_figure(stage.rng.choice(SPINES))
        )


def _draw_armchair(pen: Pen, stage: Stage) -> None:
    cloth = stage.light.on_figure(stage.rng.choice(((110, 144, 140), (196, 112, 98), (148, 120, 160))))
    pen.box(-0.36, -0.95, 0.36, -0.1, cloth, radius=0.18)
    pen.box(-0.3, -0.45, 0.3, -0.15, lighter(cloth, 0.2), radius=0.08)
    for side in (-1, 1):
        pen.box(side * 0.38 - 0.1, -0.55, side * 0.38 + 0.1, -0.04, darker(cloth, 0.1), radius=0.09)
        pen.box(side * 0.34 - 0.03, -0.06, side * 0.34 + 0.03, 0.04, (110, 80, 62))


def _draw_rug(stage: Stage) -> None:
    x, y = stage.width * 0.5, stage.height * 0.885
    for share, paint in (
        (1.0, (196, 96, 88)),
        (0.86, (244, 214, 164)),
        (0.74, (120, 150, 158)),
        (0.5, (244, 214, 164)),
    ):
        stage.pen.ellipse(
            x, y, min(0.46, stage.width * 0.42) * share, 0.085 * share, paint=stage.light.on_figure(paint)
        )


def _draw_lamp(stage: Stage, x: float) -> None:
    stage.pen.stroke([(x, 0), (x, 0.05)], 0.005, (90, 70, 66), curved=False)
    stage.pen.shape(
        [(x - 0.03, 0.045), (x + 0.03, 0.045), (x + 0.085, 0.11), (x - 0.085, 0.11)],
        stage.light.on_figure((232, 150, 90)),
    )
    stage.glow(x, 0.14, 0.55, (255, 232, 170), 0.5 if stage.light.dark else 0.25)
    stage.pen.ellipse(x, 0.112, 0.024, paint=(255, 246, 210))


INTERIORS: dict[str, Callable[[Stage, str], Colour]] = {"room": draw_room, "library": draw_library, "cave": draw_cave}
