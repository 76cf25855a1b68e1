"""Pictures with a frame or hardly any content have a finding; nights, snow and sheets have none."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from picturebook.picture_checks import CheckedPicture, check_picture
from sketch_artist.paper_texture import add_grain, add_vignette
from tests.picture_checks.files import encoded, opened, scene

MEADOW = "A meadow with flowers at noon, a kite in the sky"


def checked(image: Image.Image, kind: str = "PNG", *, plain_background: bool = False) -> CheckedPicture:
    return check_picture(encoded(image, kind), size=None, plain_background=plain_background)


def framed(colour: str, sides: str, thickness: int = 26) -> Image.Image:
    """Return a scene of 512x512 with bars on the given sides, a subset of `tblr`."""
    image = opened(scene(MEADOW)).convert("RGB")
    pen = ImageDraw.Draw(image)
    last, inner = 511, 512 - thickness
    bars = {
        "t": (0, 0, last, thickness - 1),
        "b": (0, inner, last, last),
        "l": (0, 0, thickness - 1, last),
        "r": (inner, 0, last, last),
    }
    for side in sides:
        pen.rectangle(bars[side], fill=colour)
    return image


@pytest.mark.parametrize(
    "prompt",
    [
        MEADOW,
        "Deep night on the sea, no moon, a small boat, black water",
        "A cave in darkness, a tiny light",
        "A blizzard in the mountains, everything is white, snow and fog",
        "A meadow in thick morning fog, grey",
        "A balloon in the empty sky among clouds",
        "Character sheet of Mira, a girl with red hair and a yellow coat, full figure, plain light background",
        "Character sheet: a white polar bear, plain light background, full figure",
    ],
)
def test_scenes_and_sheets_have_no_findings(prompt: str) -> None:
    found = check_picture(scene(prompt), size=None)
    assert found.findings == ()
    assert found.scores["border"] == 100
    assert found.scores["contrast"] >= 50


@pytest.mark.parametrize("colour", ["white", "grey", "navy"])
def test_empty_paper_with_a_vignette_and_grain_is_nearly_uniform(colour: str) -> None:
    paper = Image.new("RGB", (512, 512), colour)
    add_vignette(paper, 0.3)
    found = checked(add_grain(paper))
    assert found.findings == ("nearly_uniform",)
    assert found.scores["contrast"] < 25


def test_a_gradient_alone_is_nearly_uniform() -> None:
    assert checked(Image.linear_gradient("L").resize((512, 512))).findings == ("nearly_uniform",)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("colour", ["black", "white"])
@pytest.mark.parametrize("sides", ["tb", "lr", "tblr"])
def test_bars_and_mats_are_a_border(colour: str, sides: str, kind: str) -> None:
    found = checked(framed(colour, sides), kind)
    assert found.findings == ("border",)
    share = (1 - 52 / 512) ** (len(sides) // 2)
    assert found.scores["border"] == pytest.approx(100 * share, abs=2)


@pytest.mark.parametrize("sides", ["t", "l"])
def test_one_bar_alone_may_be_drawn_on_purpose(sides: str) -> None:
    assert checked(framed("black", sides)).findings == ()


def test_bars_of_different_colours_are_land_and_sky() -> None:
    image = framed("black", "t", 100)
    ImageDraw.Draw(image).rectangle((0, 400, 511, 511), fill="white")
    assert checked(image).findings == ()


def test_a_plain_background_that_a_figure_reaches_into_is_no_border() -> None:
    image = Image.new("RGB", (512, 512), "white")
    ImageDraw.Draw(image).ellipse((100, 60, 400, 460), fill="brown")
    assert checked(image).findings == ()


def test_a_thin_line_is_no_border() -> None:
    assert checked(framed("black", "tblr", 3)).findings == ()


@pytest.mark.parametrize(("colour", "findings"), [("white", ()), ("black", ("border",))])
def test_on_a_sheet_a_light_frame_is_no_border_and_a_dark_one_is(colour: str, findings: tuple[str, ...]) -> None:
    assert checked(framed(colour, "tblr"), plain_background=True).findings == findings


@pytest.mark.parametrize("colour", ["white", "black"])
def test_a_figure_on_a_transparent_background_has_no_findings(colour: str) -> None:
    image = Image.new("RGBA", (512, 512), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((100, 60, 400, 460), fill=colour)
    assert checked(image).findings == ()


@pytest.mark.parametrize("size", [(1, 2), (3, 200), (200, 3)])
def test_the_smallest_pictures_have_scores_too(size: tuple[int, int]) -> None:
    image = Image.new("L", size)
    image.putpixel((0, 1 if size[1] == 2 else 0), 255)
    assert set(checked(image).scores) == {"contrast", "border"}


def test_sixteen_bits_per_channel_are_scored() -> None:
    ramp = Image.new("I;16", (64, 64))
    for x in range(64):
        for y in range(64):
            ramp.putpixel((x, y), 50_000 if (x // 8 + y // 8) % 2 else 40_000)
    found = checked(ramp)
    assert found.scores["contrast"] > 25
    assert found.media_type == "image/png"
