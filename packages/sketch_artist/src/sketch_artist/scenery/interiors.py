"""The indoor places: rooms, libraries and caves. Every builder returns the colour of its floor."""

from collections.abc import Callable

from sketch_artist.canvas import Canvas
from sketch_artist.colours import Colour, darker, lighter, mix, vary
from sketch_artist.light import HOURS
from sketch_artist.pen import Pen
from sketch_artist.scenery.sky import draw_star

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


def draw_room(canvas: Canvas, weather: str) -> Colour:
    """A wall with a window, a lamp and pictures, a floor with a rug."""
    wall, floor_y = _draw_walls(canvas)
    del weather  # seen only through the window, which is small
    _draw_big_window(canvas, canvas.width * 0.5, canvas.height * 0.32)
    side = canvas.rng.choice((-1, 1))
    _draw_shelf(canvas, canvas.width * (0.5 + 0.36 * side) - 0.14, floor_y - 0.46, 0.28, 0.46)
    _draw_pictures(canvas, canvas.width * (0.5 - 0.36 * side), canvas.height * 0.3, wall)
    _draw_armchair(canvas.pen.at(canvas.width * (0.5 - 0.37 * side), floor_y + 0.03, 0.34), canvas)
    _draw_rug(canvas)
    _draw_lamp(canvas, canvas.width * 0.5)
    return FLOOR


def draw_library(canvas: Canvas, weather: str) -> Colour:
    """Shelves full of books on both sides of a window."""
    _, floor_y = _draw_walls(canvas)
    del weather  # seen only through the window, which is small
    _draw_big_window(canvas, canvas.width * 0.5, canvas.height * 0.3)
    width = canvas.width * 0.31
    for left in (0.02, canvas.width - width - 0.02):
        _draw_shelf(canvas, left, canvas.height * 0.08, width, floor_y - canvas.height * 0.08)
    _draw_rug(canvas)
    _draw_lamp(canvas, canvas.width * 0.5)
    return FLOOR


def draw_cave(canvas: Canvas, weather: str) -> Colour:
    """Layers of rock around a bright mouth, with crystals."""
    del weather  # a cave has no weather
    stone: Colour = (112, 104, 132)
    for ring, (reach, depth) in enumerate(((0.62, 0.42), (0.75, 0.24), (0.9, 0.08))):
        _draw_rock_ring(canvas, darker(stone, 0.1 * ring), reach, depth)
    canvas.ridge(canvas.height * 0.77, 0.02, stone, depth=0.0, bumps=3)
    for x in canvas.scattered(6):
        paint = canvas.light.on(canvas.rng.choice(((130, 214, 214), (200, 160, 226), (246, 190, 140))))
        pen = canvas.pen.at(x, canvas.height * 0.79, canvas.rng.uniform(0.04, 0.07))
        canvas.glow(x, canvas.height * 0.77, 0.12, lighter(paint, 0.3), 0.5)
        pen.polygon([(-0.4, 0.2), (-0.3, -0.7), (0, -1), (0.25, -0.6), (0.4, 0.2)], paint)
        pen.polygon([(0, -1), (0.25, -0.6), (0.4, 0.2), (0.05, 0.2)], darker(paint, 0.18))
    return stone


def _draw_rock_ring(canvas: Canvas, stone: Colour, reach: float, depth: float) -> None:
    paint = canvas.light.on(stone, depth)
    w, h = canvas.width, canvas.height
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
        canvas.cut_out(points, paint, 0.25)
    for x in canvas.scattered(round(7 * w)):
        drop = canvas.rng.uniform(0.05, 0.2) * (1.2 - reach)
        canvas.pen.polygon([(x - 0.06, -0.01), (x + 0.06, -0.01), (x, drop + 0.06)], paint)
    canvas.pen.box(0, -0.1, w, 0.05, paint)


def _draw_walls(canvas: Canvas) -> tuple[Colour, float]:
    wall = vary(canvas.rng.choice(WALLPAPER), canvas.rng, 8)
    floor_y = canvas.height * 0.74
    tone = canvas.light.on_figure(wall)
    canvas.fade(0, floor_y, (darker(tone, 0.12), lighter(tone, 0.1)))
    for index in range(round(canvas.width / 0.09) + 1):
        canvas.pen.box(index * 0.09, 0, index * 0.09 + 0.03, floor_y, (*lighter(tone, 0.3), 90))
    floor = canvas.light.on_figure(FLOOR)
    canvas.cut_out(
        [(-0.1, floor_y), (canvas.width + 0.1, floor_y), (canvas.width + 0.1, canvas.height), (-0.1, canvas.height)],
        floor,
        0.25,
    )
    for row in range(1, 5):
        y = floor_y + (canvas.height - floor_y) * (row / 5) ** 1.3
        canvas.pen.box(0, y, canvas.width, y + 0.004, darker(floor, 0.14))
    canvas.pen.box(0, floor_y - 0.03, canvas.width, floor_y, lighter(tone, 0.5))
    return wall, floor_y


def _draw_big_window(canvas: Canvas, x: float, y: float) -> None:
    half, tall = 0.17, 0.2
    frame = canvas.light.on_figure((250, 242, 226))
    top, middle, _ = canvas.light.sky
    canvas.pen.box(x - half - 0.025, y - tall - 0.025, x + half + 0.025, y + tall + 0.025, frame, radius=0.02)
    canvas.pen.box(x - half, y - tall, x + half, y + tall, mix(top, middle, 0.4))
    canvas.pen.shape(
        [
            (x - half, y + tall),
            (x - half, y + 0.08),
            (x - 0.05, y + 0.03),
            (x + 0.07, y + 0.09),
            (x + half, y + 0.05),
            (x + half, y + tall),
        ],
        canvas.light.on((126, 168, 120), 0.35),
    )
    if canvas.light.dark:
        canvas.pen.ellipse(x + 0.08, y - 0.1, 0.04, paint=(252, 242, 206))
        for dx, dy in ((-0.1, -0.14), (-0.04, -0.05), (-0.12, 0.0), (0.02, -0.16)):
            draw_star(canvas.pen.at(x + dx, y + dy, 0.01), (255, 248, 214))
    else:
        canvas.pen.ellipse(x + 0.08, y - 0.1, 0.04, paint=lighter(HOURS["day"].glow, 0.3))
    canvas.pen.box(x - 0.008, y - tall, x + 0.008, y + tall, frame)
    canvas.pen.box(x - half, y - 0.008, x + half, y + 0.008, frame)
    canvas.pen.box(x - half - 0.05, y + tall + 0.015, x + half + 0.05, y + tall + 0.045, frame, radius=0.01)
    for side in (-1, 1):
        curtain = canvas.light.on_figure((214, 108, 96))
        edge = x + side * (half + 0.05)
        canvas.pen.shape(
            [
                (edge, y - tall - 0.05),
                (x + side * 0.06, y - tall - 0.05),
                (x + side * (half - 0.02), y + 0.02),
                (x + side * (half + 0.0), y + tall + 0.04),
                (edge + side * 0.02, y + tall + 0.04),
            ],
            curtain,
        )


def _draw_shelf(canvas: Canvas, left: float, top: float, width: float, height: float) -> None:
    wood = canvas.light.on_figure((158, 112, 80))
    canvas.shadow(
        [(left, top), (left + width, top), (left + width, top + height), (left, top + height)], 0.3, blur=0.02
    )
    canvas.pen.box(left, top, left + width, top + height, darker(wood, 0.25))
    rows = max(2, round(height / 0.13))
    gap = height / rows
    for row in range(rows):
        floor = top + (row + 1) * gap
        x = left + 0.02
        while x < left + width - 0.035:
            thick, tall = canvas.rng.uniform(0.014, 0.028), gap * canvas.rng.uniform(0.55, 0.8)
            canvas.pen.box(
                x,
                floor - 0.012 - tall,
                x + thick,
                floor - 0.012,
                canvas.light.on_figure(canvas.rng.choice(SPINES)),
                radius=0.003,
            )
            x += thick + (0.004 if canvas.rng.random() < 0.88 else 0.035)
        canvas.pen.box(left, floor - 0.014, left + width, floor, wood)
    for x in (left, left + width - 0.014):
        canvas.pen.box(x, top, x + 0.014, top + height, wood)
    canvas.pen.box(left - 0.01, top - 0.02, left + width + 0.01, top + 0.005, lighter(wood, 0.15), radius=0.006)


def _draw_pictures(canvas: Canvas, x: float, y: float, wall: Colour) -> None:
    for dx, dy, half in ((-0.06, 0, 0.055), (0.075, 0.035, 0.042)):
        frame = canvas.light.on_figure((172, 124, 84))
        canvas.pen.box(x + dx - half, y + dy - half * 1.2, x + dx + half, y + dy + half * 1.2, frame, radius=0.006)
        inner = half - 0.012
        canvas.pen.box(x + dx - inner, y + dy - inner * 1.2, x + dx + inner, y + dy + inner * 1.2, lighter(wall, 0.55))
        canvas.pen.ellipse(
            x + dx, y + dy + inner * 0.3, inner * 0.6, paint=canvas.light.on_figure(canvas.rng.choice(SPINES))
        )


def _draw_armchair(pen: Pen, canvas: Canvas) -> None:
    cloth = canvas.light.on_figure(canvas.rng.choice(((110, 144, 140), (196, 112, 98), (148, 120, 160))))
    pen.box(-0.36, -0.95, 0.36, -0.1, cloth, radius=0.18)
    pen.box(-0.3, -0.45, 0.3, -0.15, lighter(cloth, 0.2), radius=0.08)
    for side in (-1, 1):
        pen.box(side * 0.38 - 0.1, -0.55, side * 0.38 + 0.1, -0.04, darker(cloth, 0.1), radius=0.09)
        pen.box(side * 0.34 - 0.03, -0.06, side * 0.34 + 0.03, 0.04, (110, 80, 62))


def _draw_rug(canvas: Canvas) -> None:
    x, y = canvas.width * 0.5, canvas.height * 0.885
    for share, paint in (
        (1.0, (196, 96, 88)),
        (0.86, (244, 214, 164)),
        (0.74, (120, 150, 158)),
        (0.5, (244, 214, 164)),
    ):
        canvas.pen.ellipse(
            x, y, min(0.46, canvas.width * 0.42) * share, 0.085 * share, paint=canvas.light.on_figure(paint)
        )


def _draw_lamp(canvas: Canvas, x: float) -> None:
    canvas.pen.stroke([(x, 0), (x, 0.05)], 0.005, (90, 70, 66), curved=False)
    canvas.pen.shape(
        [(x - 0.03, 0.045), (x + 0.03, 0.045), (x + 0.085, 0.11), (x - 0.085, 0.11)],
        canvas.light.on_figure((232, 150, 90)),
    )
    canvas.glow(x, 0.14, 0.55, (255, 232, 170), 0.5 if canvas.light.dark else 0.25)
    canvas.pen.ellipse(x, 0.112, 0.024, paint=(255, 246, 210))


INTERIORS: dict[str, Callable[[Canvas, str], Colour]] = {"room": draw_room, "library": draw_library, "cave": draw_cave}
