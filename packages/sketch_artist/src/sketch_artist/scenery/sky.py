"""The sky: gradient, sun or moon, stars, clouds, and the weather that falls from it."""

from sketch_artist.canvas import Canvas
from sketch_artist.colours import Colour, lighter, mix
from sketch_artist.pen import Pen, Point

LEAVES: tuple[Colour, ...] = ((224, 120, 60), (236, 170, 70), (196, 82, 58))


def draw_sky(canvas: Canvas, time: str, weather: str) -> None:
    """Fill the whole canvas with the sky of `time` and `weather`."""
    top, middle, low = canvas.light.sky
    horizon = canvas.height * 0.68
    canvas.fade(0, horizon * 0.55, (top, middle))
    canvas.fade(horizon * 0.55, canvas.height, (middle, low))
    x = canvas.width * canvas.rng.choice((0.2, 0.3, 0.7, 0.8))
    y = 0.17 + canvas.rng.uniform(0, 0.04)
    if time == "night":
        _draw_stars(canvas)
        _draw_moon(canvas, x, y)
    elif weather not in ("rain", "fog"):
        y = canvas.height * 0.48 if time in ("dawn", "sunset") else y
        _draw_sun(canvas, x, y)
    _draw_clouds(canvas, 5 if weather in ("rain", "snow") else 3, (x, y))


def _draw_clouds(canvas: Canvas, count: int, light_at: Point) -> None:
    """Spread clouds over the sky, except in front of the sun or the moon."""
    for index in range(count):
        x = canvas.width * (0.12 + 0.76 * index / (count - 1) + canvas.rng.uniform(-0.08, 0.08))
        y = canvas.rng.uniform(0.08, 0.36) * canvas.height
        size = canvas.rng.uniform(0.07, 0.13)
        if abs(x - light_at[0]) > 0.26 or abs(y - light_at[1]) > 0.2:
            _draw_cloud(canvas, x, y, size)


def _draw_sun(canvas: Canvas, x: float, y: float) -> None:
    canvas.glow(x, y, 0.5, canvas.light.glow, 0.85)
    canvas.pen.ellipse(x, y, 0.085, paint=lighter(canvas.light.glow, 0.1))
    canvas.pen.ellipse(x, y, 0.07, paint=lighter(canvas.light.glow, 0.5))


def _draw_moon(canvas: Canvas, x: float, y: float) -> None:
    canvas.glow(x, y, 0.42, (190, 200, 240), 0.6)
    canvas.pen.ellipse(x, y, 0.078, paint=(252, 242, 206))
    for dx, dy, radius in ((-0.025, -0.02, 0.017), (0.022, 0.018, 0.022), (0.03, -0.03, 0.01), (-0.02, 0.035, 0.011)):
        pale = mix((252, 242, 206), (214, 200, 172), 0.5)
        canvas.pen.ellipse(x + dx, y + dy, radius, paint=pale)


def _draw_stars(canvas: Canvas) -> None:
    amount = round(70 * canvas.width * canvas.height)
    canvas.dots(amount, 0, canvas.height * 0.6, (0.0012, 0.0032), (255, 250, 226, 210))
    for _ in range(round(7 * canvas.width)):
        x, y = canvas.rng.uniform(0, canvas.width), canvas.rng.uniform(0.02, canvas.height * 0.45)
        draw_star(canvas.pen.at(x, y, canvas.rng.uniform(0.008, 0.014)), (255, 248, 214))


def draw_star(pen: Pen, paint: Colour) -> None:
    """Draw a four-pointed sparkle of radius 1 around (0, 0)."""
    near = 0.2
    pen.polygon([(0, -1), (near, -near), (1, 0), (near, near), (0, 1), (-near, near), (-1, 0), (-near, -near)], paint)


def _draw_cloud(canvas: Canvas, x: float, y: float, size: float) -> None:
    base = mix(canvas.light.sky[1], (255, 255, 255), 0.22 if canvas.light.dark else 0.72)
    puffs = ((-1.05, 0.1, 0.42), (-0.45, -0.22, 0.6), (0.3, -0.32, 0.7), (0.95, 0.02, 0.5))
    for shift, paint in ((0.05, mix(base, canvas.light.sky[0], 0.28)), (0.0, base)):
        pen = canvas.pen.at(x, y + shift * size * 2, size)
        for px, py, radius in puffs:
            pen.ellipse(px, py, radius, paint=paint)
        pen.box(-1.45, 0.0, 1.43, 0.5, paint, radius=0.25)


def draw_weather(canvas: Canvas, weather: str) -> None:
    """Draw rain, snow, fog or falling leaves over the finished scene."""
    area = canvas.width * canvas.height
    if weather == "snow":
        canvas.dots(round(120 * area), 0, canvas.height, (0.002, 0.006), (255, 255, 255, 225))
        canvas.dots(round(16 * area), 0, canvas.height, (0.007, 0.011), (255, 255, 255, 190))
    elif weather == "rain":
        for _ in range(round(130 * area)):
            x, y = canvas.rng.uniform(0, canvas.width + 0.1), canvas.rng.uniform(-0.05, canvas.height)
            length = canvas.rng.uniform(0.02, 0.045)
            canvas.pen.stroke([(x, y), (x - length * 0.3, y + length)], 0.0026, (232, 240, 250, 120), curved=False)
    elif weather in ("autumn", "wind"):
        for _ in range(round(26 * area)):
            x, y = canvas.rng.uniform(0, canvas.width), canvas.rng.uniform(0.05, canvas.height)
            paint = canvas.light.on(canvas.rng.choice(LEAVES))
            canvas.pen.ellipse(x, y, 0.011, 0.005, paint=paint, turn=canvas.rng.uniform(0, 180))
    elif weather == "fog":
        canvas.veil((236, 238, 236), canvas.height * 0.35, canvas.height * 0.8, 0.45)
