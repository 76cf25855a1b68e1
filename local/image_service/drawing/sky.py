"""The sky: gradient, sun or moon, stars, clouds, and the weather that falls from it."""

from local.image_service.drawing.colours import Colour, lighter, mix
from local.image_service.drawing.pen import Pen, Point
from local.image_service.drawing.stage import Stage

LEAVES: tuple[Colour, ...] = ((224, 120, 60), (236, 170, 70), (196, 82, 58))


def draw_sky(stage: Stage, time: str, weather: str) -> None:
    """Fill the whole canvas with the sky of that hour."""
    top, middle, low = stage.light.sky
    horizon = stage.height * 0.68
    stage.fade(0, horizon * 0.55, (top, middle))
    stage.fade(horizon * 0.55, stage.height, (middle, low))
    x = stage.width * stage.rng.choice((0.2, 0.3, 0.7, 0.8))
    y = 0.17 + stage.rng.uniform(0, 0.04)
    if time == "night":
        _draw_stars(stage)
        _draw_moon(stage, x, y)
    elif weather not in ("rain", "fog"):
        y = stage.height * 0.48 if time in ("dawn", "sunset") else y
        _draw_sun(stage, x, y)
    _draw_clouds(stage, 5 if weather in ("rain", "snow") else 3, (x, y))


def _draw_clouds(stage: Stage, count: int, light_at: Point) -> None:
    """Spread clouds over the sky, but not before the sun or the moon."""
    for index in range(count):
        x = stage.width * (0.12 + 0.76 * index / (count - 1) + stage.rng.uniform(-0.08, 0.08))
        y = stage.rng.uniform(0.08, 0.36) * stage.height
        size = stage.rng.uniform(0.07, 0.13)
        if abs(x - light_at[0]) > 0.26 or abs(y - light_at[1]) > 0.2:
            _draw_cloud(stage, x, y, size)


def _draw_sun(stage: Stage, x: float, y: float) -> None:
    stage.glow(x, y, 0.5, stage.light.glow, 0.85)
    stage.pen.ellipse(x, y, 0.085, paint=lighter(stage.light.glow, 0.1))
    stage.pen.ellipse(x, y, 0.07, paint=lighter(stage.light.glow, 0.5))


def _draw_moon(stage: Stage, x: float, y: float) -> None:
    stage.glow(x, y, 0.42, (190, 200, 240), 0.6)
    stage.pen.ellipse(x, y, 0.078, paint=(252, 242, 206))
    for dx, dy, radius in ((-0.025, -0.02, 0.017), (0.022, 0.018, 0.022), (0.03, -0.03, 0.01), (-0.02, 0.035, 0.011)):
        pale = mix((252, 242, 206), (214, 200, 172), 0.5)
        stage.pen.ellipse(x + dx, y + dy, radius, paint=pale)


def _draw_stars(stage: Stage) -> None:
    amount = round(70 * stage.width * stage.height)
    stage.dots(amount, 0, stage.height * 0.6, (0.0012, 0.0032), (255, 250, 226, 210))
    for _ in range(round(7 * stage.width)):
        x, y = stage.rng.uniform(0, stage.width), stage.rng.uniform(0.02, stage.height * 0.45)
        draw_star(stage.pen.at(x, y, stage.rng.uniform(0.008, 0.014)), (255, 248, 214))


def draw_star(pen: Pen, paint: Colour) -> None:
    """Draw a four-pointed sparkle of radius 1 around (0, 0)."""
    near = 0.2
    pen.polygon([(0, -1), (near, -near), (1, 0), (near, near), (0, 1), (-near, near), (-1, 0), (-near, -near)], paint)


def _draw_cloud(stage: Stage, x: float, y: float, size: float) -> None:
    base = mix(stage.light.sky[1], (255, 255, 255), 0.22 if stage.light.dark else 0.72)
    puffs = ((-1.05, 0.1, 0.42), (-0.45, -0.22, 0.6), (0.3, -0.32, 0.7), (0.95, 0.02, 0.5))
    for shift, paint in ((0.05, mix(base, stage.light.sky[0], 0.28)), (0.0, base)):
        pen = stage.pen.at(x, y + shift * size * 2, size)
        for px, py, radius in puffs:
            pen.ellipse(px, py, radius, paint=paint)
        pen.box(-1.45, 0.0, 1.43, 0.5, paint, radius=0.25)


def draw_weather(stage: Stage, weather: str) -> None:
    """Let it rain, snow, or let leaves fall over the finished scene."""
    area = stage.width * stage.height
    if weather == "snow":
        stage.dots(round(120 * area), 0, stage.height, (0.002, 0.006), (255, 255, 255, 225))
        stage.dots(round(16 * area), 0, stage.height, (0.007, 0.011), (255, 255, 255, 190))
    elif weather == "rain":
        for _ in range(round(130 * area)):
            x, y = stage.rng.uniform(0, stage.width + 0.1), stage.rng.uniform(-0.05, stage.height)
            length = stage.rng.uniform(0.02, 0.045)
            stage.pen.stroke([(x, y), (x - length * 0.3, y + length)], 0.0026, (232, 240, 250, 120), curved=False)
    elif weather in ("autumn", "wind"):
        for _ in range(round(26 * area)):
            x, y = stage.rng.uniform(0, stage.width), stage.rng.uniform(0.05, stage.height)
            paint = stage.light.on(stage.rng.choice(LEAVES))
            stage.pen.ellipse(x, y, 0.011, 0.005, paint=paint, turn=stage.rng.uniform(0, 180))
    elif weather == "fog":
        stage.veil((236, 238, 236), stage.height * 0.35, stage.height * 0.8, 0.45)
