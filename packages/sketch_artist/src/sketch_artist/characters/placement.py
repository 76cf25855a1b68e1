"""Places the characters in a scene and draws them there: sizes, positions, poses and shadows."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from sketch_artist.appearance import Appearance
from sketch_artist.canvas import SHADOW, Canvas
from sketch_artist.colours import Colour
from sketch_artist.figures.figure import draw_figure
from sketch_artist.figures.pose import Pose, choose_pose
from sketch_artist.pen import Pen

HEIGHTS = {"tiny": 0.66, "small": 0.86, "medium": 1.0, "tall": 1.16}
TALLEST = 0.56
HALF_WIDTH, ABOVE, BELOW = 0.62, 1.3, 0.08
PAPER_EDGE: Colour = (255, 252, 244)


@dataclass(frozen=True)
class Placement:
    """Where one character stands (its feet at x, y; x, y and height in units), in which pose, mirrored or not."""

    appearance: Appearance
    pose: Pose
    x: float
    y: float
    height: float
    mirror: bool


def plan_placements(canvas: Canvas, appearances: list[Appearance], held: str | None) -> list[Placement]:
    """Return the placements of all characters, back to front; the first character holds the thing `held`."""
    if not appearances:
        return []
    count = len(appearances)
    size = min(
        TALLEST * min(1.3, canvas.height), canvas.width / (0.66 * count + 0.5), canvas.height * 0.5
    ) * canvas.rng.uniform(0.92, 1.05)
    places = _group_places(canvas, count, size)
    order = list(range(count))
    canvas.rng.shuffle(order)
    back = canvas.rng.choice((0, 1))
    planned = []
    for number, slot in sorted(enumerate(order), key=lambda pair: (pair[1] % 2 != back, -pair[0])):
        behind = count > 1 and number > 0 and slot % 2 == back
        pose = choose_pose(canvas.rng, held if number == 0 else None)
        y = canvas.height * (0.915 - (0.05 if behind else 0.0))
        height = size * HEIGHTS[appearances[number].size] * (0.93 if behind else 1.0)
        planned.append(
            Placement(appearances[number], pose, places[slot], y, height, count > 1 and slot > (count - 1) / 2)
        )
    return planned


def draw_characters(canvas: Canvas, placements: list[Placement]) -> None:
    """Draw the characters in the order given (back to front), and the light around each lantern."""
    for one in placements:
        lamp = (one.x + (-0.36 if one.mirror else 0.36) * one.height, one.y - 0.25 * one.height)
        if one.pose.held == "lantern":
            canvas.glow(*lamp, 0.4, (255, 214, 130), 0.75)
        place_figure(canvas, one.appearance, one.pose, (one.x, one.y, one.height), mirror=one.mirror)
        if one.pose.held == "lantern":
            canvas.glow(*lamp, 0.26 * one.height, (255, 238, 170), 0.8)


def _group_places(canvas: Canvas, count: int, size: float) -> list[float]:
    """Return one x per character: a loose group, left, right or in the middle, all inside the picture."""
    half = 0.4 * size
    spread = min(canvas.width - 2 * half, 0.8 * size * (count - 1) * canvas.rng.uniform(1.0, 1.2))
    room = (canvas.width - 2 * half - spread) / 2
    centre = canvas.width / 2 + room * canvas.rng.choice((-0.7, -0.35, 0.0, 0.35, 0.7))
    if count == 1:
        return [centre * 0.5 + canvas.width * 0.25]
    left = centre - spread / 2
    return [left + spread * slot / (count - 1) + canvas.rng.uniform(-0.012, 0.012) for slot in range(count)]


def place_figure(
    canvas: Canvas, appearance: Appearance, pose: Pose, spot: tuple[float, float, float], *, mirror: bool = False
) -> None:
    """Draw one character and its shadow; `spot` is the x and y of its feet and its height, in units."""
    x, y, size = spot
    _ground_shadow(canvas, x, y, size)
    pixels = size * canvas.unit
    layer = Image.new("RGBA", (round(2 * HALF_WIDTH * pixels), round((ABOVE + BELOW) * pixels)), (*PAPER_EDGE, 0))
    pen = Pen(layer, (HALF_WIDTH * pixels, ABOVE * pixels), pixels)
    draw_figure(pen.at(0, 0, mirror=mirror), appearance, pose)
    corner = (round((x - HALF_WIDTH * size) * canvas.unit), round((y - ABOVE * size) * canvas.unit))
    _paste_cut_out(canvas, layer, corner, pixels)


def _ground_shadow(canvas: Canvas, x: float, y: float, size: float) -> None:
    outline = [
        (x + dx * size, y + dy * size)
        for dx, dy in ((-0.3, 0), (-0.15, -0.035), (0.15, -0.035), (0.34, 0), (0.15, 0.035), (-0.15, 0.035))
    ]
    canvas.shadow(outline, 0.5, blur=0.012)


def _paste_cut_out(canvas: Canvas, layer: Image.Image, corner: tuple[int, int], pixels: float) -> None:
    """Paste the figure like cut paper: a soft shadow, a thin pale edge, colours in the light of the scene."""
    alpha = layer.getchannel("A")
    small = alpha.reduce(4)
    soft = small.filter(ImageFilter.GaussianBlur(max(1.0, 0.012 * pixels / 4)))
    shade = soft.point(lambda value: value * 2 // 5).resize(layer.size, Image.Resampling.BILINEAR)
    offset = max(1, round(0.014 * pixels))
    canvas.image.paste(SHADOW, (corner[0] + offset, corner[1] + offset), shade)
    edge = _grown(small, 0.006 * pixels / 4).resize(layer.size, Image.Resampling.BILINEAR)
    canvas.image.paste(canvas.light.on_figure(PAPER_EDGE), corner, edge)
    colours = ImageChops.multiply(
        layer.convert("RGB"), Image.new("RGB", layer.size, canvas.light.on_figure((255, 255, 255)))
    )
    canvas.image.paste(colours, corner, alpha)


def _grown(mask: Image.Image, reach: float) -> Image.Image:
    blurred = mask.filter(ImageFilter.GaussianBlur(max(0.7, reach)))
    return blurred.point(lambda value: min(255, value * 4))
