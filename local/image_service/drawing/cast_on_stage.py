"""Puts the characters onto the stage: sizes, places, poses, and their shadows."""

from PIL import Image, ImageChops, ImageFilter

from local.image_service.drawing.colours import Colour
from local.image_service.drawing.figures.figure import draw_figure
from local.image_service.drawing.figures.pose import Pose, strike_pose
from local.image_service.drawing.look import Look
from local.image_service.drawing.pen import Pen
from local.image_service.drawing.stage import SHADOW, Stage

HEIGHTS = {"small": 0.86, "medium": 1.0, "tall": 1.16}
HALF_WIDTH, ABOVE, BELOW = 0.62, 1.3, 0.08
PAPER_EDGE: Colour = (255, 252, 244)


def place_cast(stage: Stage, looks: list[Look], held: str | None) -> None:
    """Draw all characters side by side, the first a little in front."""
    if not looks:
        return
    count = len(looks)
    size = min(0.56, stage.width * 0.94 / (0.52 * count + 0.3), stage.height * 0.5) * stage.rng.uniform(0.9, 1.04)
    order = list(range(count))
    stage.rng.shuffle(order)
    for number, slot in sorted(enumerate(order), key=lambda pair: -pair[0]):
        look = looks[number]
        height = size * HEIGHTS[look.size]
        x = _position(stage, slot, count, size)
        y = stage.height * (0.905 + 0.02 * (number == 0) - 0.018 * (slot % 2))
        pose = strike_pose(stage.rng, held if number == 0 else None)
        mirror = count > 1 and slot > (count - 1) / 2
        if pose.held == "lantern":
            stage.glow(x + (-0.3 if mirror else 0.3) * height, y - 0.3 * height, 0.4, (255, 214, 130), 0.75)
        place_figure(stage, look, pose, (x, y, height), mirror=mirror)


def _position(stage: Stage, slot: int, count: int, size: float) -> float:
    """Return the x of one of `count` places, all of them inside the picture."""
    if count == 1:
        return stage.width * stage.rng.choice((0.4, 0.5, 0.6))
    spread = min(stage.width - 0.82 * size, 0.86 * size * (count - 1))
    return stage.width / 2 + spread * (slot / (count - 1) - 0.5) + stage.rng.uniform(-0.015, 0.015)


def place_figure(
    stage: Stage, look: Look, pose: Pose, spot: tuple[float, float, float], *, mirror: bool = False
) -> None:
    """Draw one character with its feet at (x, y) and `size` units tall, on a shadow of its own."""
    x, y, size = spot
    _ground_shadow(stage, x, y, size)
    pixels = size * stage.unit
    layer = Image.new("RGBA", (round(2 * HALF_WIDTH * pixels), round((ABOVE + BELOW) * pixels)), (*PAPER_EDGE, 0))
    pen = Pen(layer, (HALF_WIDTH * pixels, ABOVE * pixels), pixels)
    draw_figure(pen.at(0, 0, mirror=mirror), look, pose)
    corner = (round((x - HALF_WIDTH * size) * stage.unit), round((y - ABOVE * size) * stage.unit))
    _paste_cut_out(stage, layer, corner, pixels)


def _ground_shadow(stage: Stage, x: float, y: float, size: float) -> None:
    outline = [
        (x + dx * size, y + dy * size)
        for dx, dy in ((-0.3, 0), (-0.15, -0.035), (0.15, -0.035), (0.34, 0), (0.15, 0.035), (-0.15, 0.035))
    ]
    stage.shadow(outline, 0.5, blur=0.012)


def _paste_cut_out(stage: Stage, layer: Image.Image, corner: tuple[int, int], pixels: float) -> None:
    """Lay the figure down like cut paper: a soft shadow, a thin pale edge, the light of the scene."""
    alpha = layer.getchannel("A")
    small = alpha.reduce(4)
    soft = small.filter(ImageFilter.GaussianBlur(max(1.0, 0.012 * pixels / 4)))
    shade = soft.point(lambda value: value * 2 // 5).resize(layer.size, Image.Resampling.BILINEAR)
    offset = max(1, round(0.014 * pixels))
    stage.image.paste(SHADOW, (corner[0] + offset, corner[1] + offset), shade)
    edge = _grown(small, 0.006 * pixels / 4).resize(layer.size, Image.Resampling.BILINEAR)
    stage.image.paste(stage.light.on_figure(PAPER_EDGE), corner, edge)
    colours = ImageChops.multiply(
        layer.convert("RGB"), Image.new("RGB", layer.size, stage.light.on_figure((255, 255, 255)))
    )
    stage.image.paste(colours, corner, alpha)


def _grown(mask: Image.Image, reach: float) -> Image.Image:
    blurred = mask.filter(ImageFilter.GaussianBlur(max(0.7, reach)))
    return blurred.point(lambda value: min(255, value * 4))
