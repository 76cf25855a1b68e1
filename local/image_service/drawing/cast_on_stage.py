"""Puts the characters onto the stage: sizes, places, poses, and their shadows."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from local.image_service.drawing.colours import Colour
from local.image_service.drawing.figures.figure import draw_figure
from local.image_service.drawing.figures.pose import Pose, strike_pose
from local.image_service.drawing.look import Look
from local.image_service.drawing.pen import Pen
from local.image_service.drawing.stage import SHADOW, Stage

HEIGHTS = {"tiny": 0.66, "small": 0.86, "medium": 1.0, "tall": 1.16}
TALLEST = 0.56
HALF_WIDTH, ABOVE, BELOW = 0.62, 1.3, 0.08
PAPER_EDGE: Colour = (255, 252, 244)


@dataclass(frozen=True)
class Placement:
    """Where one character stands (feet at x, y; height in units) and how."""

    look: Look
    pose: Pose
    x: float
    y: float
    height: float
    mirror: bool


def plan_cast(stage: Stage, looks: list[Look], held: str | None) -> list[Placement]:
    """Decide where all characters stand, from the back to the front; the first holds the thing."""
    if not looks:
        return []
    count = len(looks)
    size = min(
        TALLEST * min(1.3, stage.height), stage.width / (0.66 * count + 0.5), stage.height * 0.5
    ) * stage.rng.uniform(0.92, 1.05)
    places = _group_places(stage, count, size)
    order = list(range(count))
    stage.rng.shuffle(order)
    back = stage.rng.choice((0, 1))
    planned = []
    for number, slot in sorted(enumerate(order), key=lambda pair: (pair[1] % 2 != back, -pair[0])):
        behind = count > 1 and number > 0 and slot % 2 == back
        pose = strike_pose(stage.rng, held if number == 0 else None)
        y = stage.height * (0.915 - (0.05 if behind else 0.0))
        height = size * HEIGHTS[looks[number].size] * (0.93 if behind else 1.0)
        planned.append(Placement(looks[number], pose, places[slot], y, height, count > 1 and slot > (count - 1) / 2))
    return planned


def draw_cast(stage: Stage, placements: list[Placement]) -> None:
    """Draw the planned characters, back to front, each lantern with its pool of light."""
    for one in placements:
        lamp = (one.x + (-0.36 if one.mirror else 0.36) * one.height, one.y - 0.25 * one.height)
        if one.pose.held == "lantern":
            stage.glow(*lamp, 0.4, (255, 214, 130), 0.75)
        place_figure(stage, one.look, one.pose, (one.x, one.y, one.height), mirror=one.mirror)
        if one.pose.held == "lantern":
            stage.glow(*lamp, 0.26 * one.height, (255, 238, 170), 0.8)


def _group_places(stage: Stage, count: int, size: float) -> list[float]:
    """Return the x of each place: a loose group, left, right or in the middle, all inside the picture."""
    half = 0.4 * size
    spread = min(stage.width - 2 * half, 0.8 * size * (count - 1) * stage.rng.uniform(1.0, 1.2))
    room = (stage.width - 2 * half - spread) / 2
    centre = stage.width / 2 + room * stage.rng.choice((-0.7, -0.35, 0.0, 0.35, 0.7))
    if count == 1:
        return [centre * 0.5 + stage.width * 0.25]
    left = centre - spread / 2
    return [left + spread * slot / (count - 1) + stage.rng.uniform(-0.012, 0.012) for slot in range(count)]


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
