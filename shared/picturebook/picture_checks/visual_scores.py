"""Scores for visual defects that do not prevent publication: a nearly uniform picture, or a frame around it.

The scores are measured on small copies. The thresholds were tested on 38 scenes and sheets of the embedded image
service (nights, a cave, snow, fog, plain skies) and on 1,710 framed copies of them, as PNG and as JPEG of quality 60;
docs/decisions/0011-checked-and-finished-on-pillow.md has the results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PIL import Image, ImageChops, ImageFilter

CONTRAST, BORDER = "contrast", "border"
_WHOLE = 100

# Contrast is measured on a copy of about this many pixels per side …
_SMALL = 128
# … against this many pixels around each pixel. A gradient or vignette hardly differs from them, a drawn object does.
_SURROUNDINGS = 4
# The difference that the top hundredth of all pixels must reach for the full score. A grey meadow in fog, the lowest of
# the 38, reaches 25; empty paper with a vignette and grain 3.
_FULL_CONTRAST = 40
_LEAST_CONTRAST = 25  # a level of 10

# Frames are searched on a copy of about this many pixels per side.
_MIDDLE = 512
# Pixels within this difference have the frame's colour: JPEG and models do not draw bars evenly.
_SAME_COLOUR = 12
# A line of a bar may have this share of pixels in another colour …
_STRAY_SHARE = 0.02
# … and at least this share of the next line must be picture: an object that reaches into a plain sky starts with a tip.
_BEGINNING_SHARE = 0.5
_LEAST_BAR = 0.01
_MOST_BAR = 0.4
# A background is light from this level on, in every channel.
_LIGHT = 200


def visual_scores(picture: Image.Image, *, plain_background: bool) -> dict[str, int]:
    """Return the scores, 0 to 100, of a picture in RGB or RGBA; with `plain_background` a light frame is ignored."""
    opaque = _on_grey(_reduced(picture, _MIDDLE))
    return {
        CONTRAST: _contrast_score(_reduced(opaque, _SMALL)),
        BORDER: _border_score(opaque, plain_background=plain_background),
    }


def visual_findings(scores: Mapping[str, int]) -> tuple[str, ...]:
    """Return the names of the findings for these scores."""
    findings = {"nearly_uniform": scores[CONTRAST] < _LEAST_CONTRAST, "border": scores[BORDER] < _WHOLE}
    return tuple(name for name, is_found in findings.items() if is_found)


def _reduced(picture: Image.Image, side: int) -> Image.Image:
    return picture.reduce(max(1, max(picture.size) // side))


def _on_grey(picture: Image.Image) -> Image.Image:
    """Return the picture with transparency replaced by grey, which differs from both white and black."""
    if picture.mode != "RGBA":
        return picture
    return Image.alpha_composite(Image.new("RGBA", picture.size, (128, 128, 128, 255)), picture).convert("RGB")


def _contrast_score(small: Image.Image) -> int:
    differences = ImageChops.difference(small, small.filter(ImageFilter.BoxBlur(_SURROUNDINGS)))
    level = max(_level_of_top_hundredth(channel.histogram()) for channel in differences.split())
    return min(_WHOLE, _WHOLE * level // _FULL_CONTRAST)


def _level_of_top_hundredth(counts: Sequence[int]) -> int:
    left = sum(counts) / 100
    for level in range(255, 0, -1):
        left -= counts[level]
        if left < 0:
            return level
    return 0


def _border_score(picture: Image.Image, *, plain_background: bool) -> int:
    """Return the share of the picture without bars. Only bars whose colour another side's bar has too are counted."""
    bars = [(*_bar(turned), turned.height) for turned in _four_ways(picture)]
    found = [bar for bar in bars if bar[0] and not (plain_background and min(bar[1]) >= _LIGHT)]
    paired = [bar for bar in found if sum(_is_same_colour(bar[1], other[1]) for other in found) > 1]
    left = 1.0
    for way in range(2):  # along the height, then along the width
        along = bars[2 * way : 2 * way + 2]
        left *= 1 - sum(bar[0] / bar[2] for bar in along if bar in paired)
    return _WHOLE if not paired else min(_WHOLE - 1, round(_WHOLE * left))


def _four_ways(picture: Image.Image) -> Sequence[Image.Image]:
    """Return the picture four times, with its top, bottom, left and right side on top."""
    way = Image.Transpose
    return [picture, *map(picture.transpose, (way.ROTATE_180, way.TRANSPOSE, way.TRANSVERSE))]


def _bar(picture: Image.Image) -> tuple[int, tuple[int, int, int]]:
    """Return how many lines at the top have one colour, and the colour; 0 if no picture starts at the next line."""
    width, height = picture.size
    colour = _usual_colour(picture.crop((0, 0, width, 1)))
    difference = ImageChops.difference(picture, Image.new("RGB", picture.size, colour))
    others = _largest_channel(difference).point(lambda level: 255 if level > _SAME_COLOUR else 0)
    shares = [level / 255 for level in others.resize((1, height), Image.Resampling.BOX).tobytes()]
    thickness = next((line for line, share in enumerate(shares) if share > _STRAY_SHARE), height)
    # The line between bar and picture may be a mix of both.
    begins = max(shares[thickness : thickness + 3], default=0.0)
    is_bar = _LEAST_BAR * height <= thickness <= _MOST_BAR * height and begins >= _BEGINNING_SHARE
    return (thickness if is_bar else 0), colour


def _usual_colour(line: Image.Image) -> tuple[int, int, int]:
    """Return the median of each channel."""
    channels = [sorted(channel.tobytes())[line.width // 2] for channel in line.split()]
    return channels[0], channels[1], channels[2]


def _largest_channel(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _is_same_colour(one: Sequence[int], other: Sequence[int]) -> bool:
    return all(abs(a - b) <= _SAME_COLOUR for a, b in zip(one, other, strict=True))
