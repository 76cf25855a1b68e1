"""Which differences between a page and its sheets lower the scores, and which do not."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from picturebook.picture_likeness import findings, likeness

COAT, HAIR, SKIN, BOOTS = (200, 40, 50), (230, 180, 60), (245, 205, 175), (60, 50, 110)
OTHER_COAT = (40, 150, 70)


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    image.save(content, kind)
    return content.getvalue()


def draw_hero(picture: Image.Image, x: int, foot: int, *, tall: int, coat: tuple[int, int, int] = COAT) -> Image.Image:
    """Draw a round figure whose feet stand at (x, foot)."""
    pen, unit = ImageDraw.Draw(picture), tall / 10
    pen.rectangle((x - 2 * unit, foot - 2 * unit, x + 2 * unit, foot), fill=BOOTS)
    pen.polygon([(x - 3 * unit, foot - unit), (x, foot - 8 * unit), (x + 3 * unit, foot - unit)], fill=coat)
    pen.ellipse((x - 2 * unit, foot - 10 * unit, x + 2 * unit, foot - 6 * unit), fill=HAIR)
    pen.ellipse((x - 1.4 * unit, foot - 9 * unit, x + 1.4 * unit, foot - 6.2 * unit), fill=SKIN)
    return picture


def sheet(coat: tuple[int, int, int] = COAT) -> bytes:
    return encoded(draw_hero(Image.new("RGB", (256, 256), (248, 244, 236)), 128, 240, tall=210, coat=coat))


def page(coat: tuple[int, int, int] = COAT) -> Image.Image:
    """Draw a character, smaller and to the side, in front of hills and a sky."""
    scene = Image.new("RGB", (256, 256), (170, 210, 235))
    ImageDraw.Draw(scene).ellipse((-100, 130, 350, 450), fill=(150, 175, 110))
    return draw_hero(scene, 170, 230, tall=110, coat=coat)


def at_night(picture: Image.Image) -> Image.Image:
    return ImageChops.multiply(picture, Image.new("RGB", picture.size, (125, 135, 200)))


def noisy(picture: Image.Image) -> Image.Image:
    """Return the picture out of focus and with sensor noise."""
    noise = Image.frombytes("L", picture.size, random.Random(5).randbytes(picture.width * picture.height))  # noqa: S311 - to be repeatable
    soft = picture.filter(ImageFilter.GaussianBlur(2))
    return Image.blend(soft, Image.merge("RGB", (noise, noise, noise)), 0.2)


def test_a_page_with_the_characters_colours_and_style_scores_high() -> None:
    scores = likeness(encoded(page()), [sheet()])

    assert scores["palette"] >= 85
    assert scores["style"] >= 70


def test_the_sheet_itself_has_the_best_palette_score() -> None:
    assert likeness(sheet(), [sheet()])["palette"] >= 85


def test_another_coat_scores_lower_in_palette_and_the_same_in_style() -> None:
    same, other = (likeness(encoded(page(coat)), [sheet()]) for coat in (COAT, OTHER_COAT))

    assert other["palette"] <= same["palette"] - 25
    assert abs(other["style"] - same["style"]) <= 5


def test_noise_and_soft_focus_score_lower_in_style() -> None:
    drawn, photographed = (likeness(encoded(picture), [sheet()]) for picture in (page(), noisy(page())))

    assert photographed["style"] <= drawn["style"] - 40


def test_night_lowers_the_palette_less_than_another_coat_does() -> None:
    day, night, other = (
        likeness(encoded(picture), [sheet()])["palette"] for picture in (page(), at_night(page()), page(OTHER_COAT))
    )

    assert day - night < (day - other) / 2


def test_one_wrong_character_lowers_the_score_of_the_page() -> None:
    both = encoded(draw_hero(page(), 65, 230, tall=110, coat=OTHER_COAT))
    blue = sheet((50, 70, 200))

    assert likeness(both, [sheet(), sheet(OTHER_COAT)])["palette"] >= 80
    assert likeness(both, [sheet(), blue])["palette"] == likeness(both, [blue])["palette"] < 75


def test_the_order_of_the_sheets_does_not_matter() -> None:
    content, sheets = encoded(page()), [sheet(), sheet(OTHER_COAT), sheet((240, 220, 40))]

    assert likeness(content, sheets) == likeness(content, sheets[::-1])


def test_the_same_pictures_always_have_the_same_scores() -> None:
    assert likeness(encoded(page()), [sheet()]) == likeness(encoded(page()), [sheet()])


def test_without_sheets_there_is_no_score() -> None:
    assert likeness(encoded(page()), []) == {}


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_the_encoding_of_a_page_hardly_changes_the_scores(kind: str) -> None:
    plain, other = (likeness(encoded(page(), format_), [sheet()]) for format_ in ("PNG", kind))

    assert abs(plain["palette"] - other["palette"]) <= 10
    assert abs(plain["style"] - other["style"]) <= 25


def test_transparency_counts_as_white() -> None:
    layered = page().convert("RGBA")
    layered.putalpha(Image.new("L", layered.size, 255).point(lambda _: 255))
    hidden = Image.new("RGBA", (256, 256), (200, 40, 50, 0))

    assert likeness(encoded(layered), [sheet()]) == likeness(encoded(page()), [sheet()])
    assert likeness(encoded(hidden), [sheet()]) == likeness(encoded(Image.new("RGB", (256, 256), "white")), [sheet()])


def one_colour(mode: str) -> Callable[[], Image.Image]:
    return lambda: Image.new(mode, (300, 200))


@pytest.mark.parametrize(
    "unusual",
    [
        *(
            pytest.param(one_colour(mode), id=f"one colour, {mode}")
            for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
        ),
        pytest.param(lambda: page().convert("L"), id="grey"),
        pytest.param(lambda: page().convert("P"), id="palette"),
        pytest.param(lambda: page().resize((1, 1)), id="one point"),
        pytest.param(lambda: page().resize((700, 3)), id="a strip"),
        pytest.param(lambda: page().resize((1536, 1024)), id="landscape"),
    ],
)
def test_every_decodable_picture_has_scores_as_page_and_as_sheet(unusual: Callable[[], Image.Image]) -> None:
    content = encoded(unusual())
    for scores in (likeness(content, [sheet()]), likeness(encoded(page()), [content]), likeness(content, [content])):
        assert set(scores) == {"palette", "style"}
        assert all(0 <= score <= 100 for score in scores.values())


def test_a_figure_that_fills_the_sheet_is_still_found() -> None:
    full = encoded(draw_hero(Image.new("RGB", (200, 200), COAT), 100, 200, tall=220))

    assert likeness(full, [full])["palette"] >= 80


def test_no_score_is_a_finding_by_default() -> None:
    assert findings({"palette": 0, "style": 0}) == ()


def test_a_score_below_its_minimum_is_a_finding() -> None:
    least = {"palette": 40, "style": 30}

    assert findings({"palette": 39, "style": 30}, least_scores=least) == ("palette",)
    assert findings({"palette": 0, "style": 0}, least_scores=least) == ("palette", "style")
    assert findings({}, least_scores=least) == ()
