"""The canvas of a scene: an image measured in units, with paper layers, shadows, glows and gradients."""

import random
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFilter

from sketch_artist.colours import Colour, lighter
from sketch_artist.light import Light
from sketch_artist.pen import Paint, Pen, Point, smooth_line

MASK_REDUCTION = 8
RIM = 178  # what Pillow's radial gradient reaches at the middle of its sides; its corners are darker
SHADOW: Colour = (40, 32, 64)


class Canvas:
    """`width` x `height` units, where one unit is the image's shorter side; y points down.

    Carries what every builder of a scene needs: the `pen`, the `light`, and `rng`, the randomness of this picture.
    """

    def __init__(self, image: Image.Image, light: Light, rng: random.Random) -> None:
        """Draw on `image`, an RGB image that is usually larger than the final picture."""
        self.image = image
        self.light = light
        self.rng = rng
        self.unit = float(min(image.size))
        self.width = image.width / self.unit
        self.height = image.height / self.unit
        self.pen = Pen(image, unit=self.unit)

    def scattered(self, count: int, margin: float = 0.02) -> list[float]:
        """Return `count` x positions over the width, one at a random place in each of `count` equal slots."""
        slot = (self.width + 2 * margin) / count
        return [-margin + slot * (index + self.rng.uniform(0.15, 0.85)) for index in range(count)]

    def ridge(self, y: float, rise: float, colour: Colour, *, depth: float = 0.0, bumps: int = 4) -> list[Point]:
        """Draw a rolling layer from its crest down to the bottom, and its shadow on the layers behind.

        The crest varies around `y` by `rise` (units) and has `bumps` waves. `depth` is 0 (near) to 1 (lost in haze).
        Returns the points of the crest, left to right, so that a caller can put things on it.
        """
        crest = self._crest(y, rise, bumps)
        paint = self.light.on(colour, depth)
        self.cut_out([*crest, (self.width + 0.1, self.height), (-0.1, self.height)], paint, 0.3 * (1 - depth))
        return crest

    def cut_out(self, outline: Sequence[Point], paint: Colour, shade: float) -> None:
        """Draw a piece of cut paper: a soft shadow of strength `shade` (0-1), a light upper edge, one flat colour."""
        self.shadow(outline, shade, blur=0.018, lift=-0.008)
        self.pen.polygon(outline, lighter(paint, 0.2))
        self.pen.polygon([(x, y + 0.005) for x, y in outline], paint)

    def shadow(self, outline: Sequence[Point], strength: float, *, blur: float, lift: float = 0.0) -> None:
        """Darken a blurred outline by `strength` (0-1); `blur` and the shift down, `lift`, are in units."""
        if strength <= 0:
            return
        small = (self.image.width // MASK_REDUCTION, self.image.height // MASK_REDUCTION)
        scale = self.unit / MASK_REDUCTION
        mask = Image.new("L", small, 0)
        points = [(x * scale, (y + lift) * scale) for x, y in outline]
        ImageDraw.Draw(mask).polygon(points, fill=round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(blur * scale))
        box = mask.getbbox()
        if box is not None:
            self._stain(mask.crop(box), box, SHADOW)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Lighten a circle towards `colour`, by `strength` (0-1) in its middle and not at all at its rim."""
        reach = round(radius * self.unit)
        left, top = round(x * self.unit) - reach, round(y * self.unit) - reach
        mask = Image.radial_gradient("L").point(lambda value: round(max(0, RIM - value) ** 2 / RIM**2 * 255 * strength))
        self.image.paste(colour, (left, top), mask.resize((2 * reach, 2 * reach), Image.Resampling.BILINEAR))

    def fade(self, top: float, bottom: float, colours: tuple[Colour, Colour]) -> None:
        """Fill the band between two heights (units) with a vertical gradient from the first colour to the second."""
        first, last = round(top * self.unit), round(bottom * self.unit)
        size = (self.image.width, max(1, last - first))
        ramp = Image.linear_gradient("L").resize(size, Image.Resampling.BILINEAR)
        band = Image.composite(Image.new("RGB", size, colours[1]), Image.new("RGB", size, colours[0]), ramp)
        self.image.paste(band, (0, first))

    def veil(self, colour: Colour, top: float, bottom: float, strength: float) -> None:
        """Draw mist over a band, densest in its middle, where it covers by `strength` (0-1)."""
        first, last = round(top * self.unit), round(bottom * self.unit)
        ramp = Image.linear_gradient("L").point(lambda value: round((255 - abs(2 * value - 255)) * strength))
        self.image.paste(colour, (0, first), ramp.resize((self.image.width, max(1, last - first))))

    def dots(self, count: int, top: float, bottom: float, radius: tuple[float, float], paint: Paint) -> None:
        """Scatter `count` dots (stars, snow, sparks) between two heights; `radius` is the smallest and the largest."""
        for _ in range(count):
            x, y = self.rng.uniform(0, self.width), self.rng.uniform(top, bottom)
            self.pen.ellipse(x, y, self.rng.uniform(*radius), paint=paint)

    def _crest(self, y: float, rise: float, bumps: int) -> list[Point]:
        step = (self.width + 0.3) / bumps
        points = [(-0.15 + index * step, y + self.rng.uniform(-rise, rise)) for index in range(bumps + 1)]
        return smooth_line(points)

    def _stain(self, mask: Image.Image, box: tuple[int, int, int, int], colour: Colour) -> None:
        size = (mask.width * MASK_REDUCTION, mask.height * MASK_REDUCTION)
        corner = (box[0] * MASK_REDUCTION, box[1] * MASK_REDUCTION)
        self.image.paste(colour, corner, mask.resize(size, Image.Resampling.BILINEAR))


def height_at(crest: Sequence[Point], x: float) -> float:
    """Return the y of a crest at x; outside the crest, that of its last point."""
    for (x0, y0), (x1, y1) in pairwise(crest):
        if x0 <= x <= x1:
            return y0 + (y1 - y0) * (x - x0) / max(1e-9, x1 - x0)
    return crest[-1][1]
