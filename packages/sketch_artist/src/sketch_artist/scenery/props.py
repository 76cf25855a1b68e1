"""Things that a prompt names: in the sky, in the air, in a hand, or on the ground beside the figures."""

from sketch_artist.canvas import Canvas
from sketch_artist.colours import INK, Colour, darker
from sketch_artist.figures.held_things import THINGS
from sketch_artist.pen import Pen
from sketch_artist.scenery import plants
from sketch_artist.scenery.ground_props import LARGE, OUTDOORS_ONLY, SMALL, WATERS
from sketch_artist.scenery.sky import draw_star

RAINBOW: tuple[Colour, ...] = (
    (232, 110, 104),
    (244, 168, 96),
    (250, 216, 120),
    (134, 190, 124),
    (110, 168, 208),
    (150, 130, 190),
)
INDOORS = ("room", "library", "cave")


def held_prop(props: tuple[str, ...]) -> str | None:
    """Return the first named thing that a hand can hold."""
    return next((prop for prop in props if prop in THINGS), None)


def draw_sky_props(canvas: Canvas, props: tuple[str, ...], place: str) -> None:
    """Draw the named things that fly; indoors there are none."""
    if place in INDOORS:
        return
    w, h = canvas.width, canvas.height
    if "rainbow" in props:
        for index, paint in enumerate(RAINBOW):
            reach = 0.52 - index * 0.022
            canvas.pen.arc((w * 0.5, h * 0.62), (reach * max(1, w * 0.85), reach), (180, 360), 0.024, (*paint, 150))
    if "star" in props:
        x = w * canvas.rng.uniform(0.4, 0.6)
        canvas.glow(x, h * 0.18, 0.24, (255, 246, 200), 0.9)
        draw_star(canvas.pen.at(x, h * 0.18, 0.06), (255, 250, 222))
        draw_star(canvas.pen.at(x, h * 0.18, 0.034, turn=45), (255, 250, 222))
    if "kite" in props:
        _draw_kite(canvas, w * canvas.rng.uniform(0.4, 0.62), h * 0.24)
    if "balloon" in props:
        _draw_air_balloon(canvas.pen.at(w * canvas.rng.uniform(0.42, 0.6), h * 0.34, 0.24), canvas)
    if "birds" in props:
        for _ in range(6):
            x, y, size = (
                canvas.rng.uniform(0.1, w - 0.1),
                canvas.rng.uniform(0.12, 0.4) * h,
                canvas.rng.uniform(0.014, 0.026),
            )
            canvas.pen.stroke(
                [(x - size, y - size * 0.4), (x - size * 0.4, y - size * 0.5), (x, y)], 0.005, canvas.light.on(INK, 0.2)
            )
            canvas.pen.stroke(
                [(x, y), (x + size * 0.4, y - size * 0.5), (x + size, y - size * 0.4)], 0.005, canvas.light.on(INK, 0.2)
            )


def _draw_kite(canvas: Canvas, x: float, y: float) -> None:
    canvas.pen.stroke(
        [(x, y + 0.07), (x + 0.06, y + 0.2), (x - 0.02, y + 0.34), (x + 0.03, y + 0.45)], 0.003, (255, 255, 255)
    )
    pen = canvas.pen.at(x, y, 0.085, turn=18)
    for points, paint in (
        ([(0, -1.2), (0.75, -0.1), (0, -0.1)], (232, 104, 92)),
        ([(0, -1.2), (-0.75, -0.1), (0, -0.1)], (250, 202, 104)),
        ([(0, 1.1), (0.75, -0.1), (0, -0.1)], (104, 168, 190)),
        ([(0, 1.1), (-0.75, -0.1), (0, -0.1)], (150, 186, 120)),
    ):
        pen.polygon(points, canvas.light.on_figure(paint))


def _draw_air_balloon(pen: Pen, canvas: Canvas) -> None:
    red, cream = canvas.light.on_figure((220, 104, 92)), canvas.light.on_figure((252, 236, 206))
    pen.shape(
        [
            (0, -0.62),
            (0.3, -0.5),
            (0.38, -0.2),
            (0.2, 0.12),
            (0.08, 0.24),
            (-0.08, 0.24),
            (-0.2, 0.12),
            (-0.38, -0.2),
            (-0.3, -0.5),
        ],
        red,
    )
    pen.shape(
        [
            (0, -0.62),
            (0.14, -0.5),
            (0.17, -0.2),
            (0.1, 0.12),
            (0.04, 0.24),
            (-0.04, 0.24),
            (-0.1, 0.12),
            (-0.17, -0.2),
            (-0.14, -0.5),
        ],
        cream,
    )
    for side in (-1, 1):
        pen.stroke([(side * 0.07, 0.24), (side * 0.05, 0.38)], 0.012, (96, 76, 70), curved=False)
    pen.box(-0.08, 0.37, 0.08, 0.48, canvas.light.on_figure((158, 112, 76)), radius=0.025)


def draw_large_props(canvas: Canvas, props: tuple[str, ...], place: str, taken: list[float]) -> list[float]:
    """Draw the large named things behind the figures, where these leave room.

    `taken` holds the x of the figures; returns it with the x of the things added.
    """
    for prop in props:
        if prop in LARGE and _fits(prop, place):
            x = _free_spot(canvas, taken, margin=0.13)
            LARGE[prop](canvas, x, canvas.height * canvas.rng.uniform(0.8, 0.82))
            taken = [*taken, x]
    return taken


def _fits(prop: str, place: str) -> bool:
    if prop == "boat":
        return place in WATERS
    return place not in INDOORS or prop not in OUTDOORS_ONLY


def draw_small_props(canvas: Canvas, props: tuple[str, ...], taken: list[float]) -> None:
    """Draw the small named things in front of the figures, in the gaps between them."""
    for prop in props:
        if prop in SMALL:
            x = _free_spot(canvas, taken, margin=0.1)
            SMALL[prop](canvas, x, canvas.height * canvas.rng.uniform(0.935, 0.95))
            taken = [*taken, x]


def _free_spot(canvas: Canvas, taken: list[float], margin: float) -> float:
    """Return the x that is farthest from everything taken; the sketch mark's corner counts as taken."""
    steps = 24
    spots = [margin + (canvas.width - 2 * margin) * step / steps for step in range(steps + 1)]
    occupied = [*taken, canvas.width]
    return max(spots, key=lambda x: min(abs(x - other) for other in occupied) + 0.0001 * canvas.rng.random())


def draw_butterflies(canvas: Canvas, props: tuple[str, ...]) -> None:
    """Draw butterflies behind the figures."""
    if "butterfly" not in props:
        return
    for _ in range(5):
        x, y = canvas.rng.uniform(0.06, canvas.width - 0.06), canvas.height * canvas.rng.uniform(0.16, 0.52)
        pen = canvas.pen.at(x, y, canvas.rng.uniform(0.022, 0.032), turn=canvas.rng.uniform(-30, 30))
        paint = canvas.light.on_figure(canvas.rng.choice(plants.PETALS))
        for side in (-1, 1):
            pen.ellipse(side * 0.6, -0.35, 0.6, 0.5, paint=paint, turn=side * -28)
            pen.ellipse(side * 0.45, 0.4, 0.4, 0.36, paint=darker(paint, 0.14))
        pen.ellipse(0, 0, 0.12, 0.7, paint=INK)


def draw_fireflies(canvas: Canvas, props: tuple[str, ...]) -> None:
    """Draw fireflies around the figures, where they are named or where a lantern burns in the dark."""
    if "fireflies" not in props and not (canvas.light.dark and "lantern" in props):
        return
    for _ in range(16):
        x, y = canvas.rng.uniform(0, canvas.width), canvas.height * canvas.rng.uniform(0.35, 0.9)
        canvas.glow(x, y, 0.028, (255, 240, 150), 0.9)
        canvas.pen.ellipse(x, y, 0.004, paint=(255, 252, 214))
