"""The reference path matters: with a sheet the hero stays the same, without it the hero changes."""

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from local.image_service.drawing.casting import cast_characters
from local.image_service.drawing.colours import Colour, distance
from local.image_service.drawing.look import COLOUR_TRAITS, Look
from local.image_service.drawing.render import PictureOrder, draw_picture

HERO = "Nora: a small girl"
SHEET = f"Reference picture of one character.\nCharacter: {HERO}\nShow this character alone: full figure."
PAGES = [
    f"- {HERO}\nThe picture shows: {scene}"
    for scene in ("a meadow with a kite", "a village street", "a beach with shells", "a castle garden")
]


def drawn(prompt: str, *references: bytes, size: tuple[int, int] = (640, 640)) -> bytes:
    return draw_picture(PictureOrder(prompt=prompt, width=size[0], height=size[1], references=references))


def recoded(content: bytes, output_format: str, size: tuple[int, int], quality: int) -> bytes:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        picture.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(buffer, output_format, quality=quality)
    return buffer.getvalue()


def look_distance(one: Look, other: Look) -> float:
    return max(distance(getattr(one, name), getattr(other, name)) for name in COLOUR_TRAITS)


def discrete(look: Look) -> Look:
    colourless: dict[str, Any] = dict.fromkeys(COLOUR_TRAITS, (0, 0, 0))
    return replace(look, **colourless)


@pytest.fixture(scope="module")
def sheet() -> bytes:
    return drawn(SHEET, size=(1024, 1024))


@pytest.mark.parametrize(
    ("output_format", "size", "quality"),
    [("PNG", (1024, 1024), 100), ("JPEG", (512, 512), 70), ("WEBP", (768, 768), 60), ("JPEG", (384, 384), 85)],
)
def test_a_sheet_is_recognised_after_scaling_and_lossy_formats(
    sheet: bytes, output_format: str, size: tuple[int, int], quality: int
) -> None:
    (told,) = cast_characters(SHEET, (), 0)
    (seen,) = cast_characters(PAGES[0], (recoded(sheet, output_format, size, quality),), 0)
    assert discrete(seen) == discrete(told)
    assert look_distance(seen, told) < 24


@pytest.mark.parametrize("size", [(1024, 1536), (1536, 1024), (1408, 480), (480, 1408)])
def test_sheets_of_every_shape_are_recognised(size: tuple[int, int]) -> None:
    (told,) = cast_characters(SHEET, (), 0)
    (seen,) = cast_characters(PAGES[0], (drawn(SHEET, size=size),), 0)
    assert discrete(seen) == discrete(told)


def share_of(content: bytes, colour: Colour) -> float:
    """Return the share of pixels near a colour."""
    with Image.open(io.BytesIO(content)) as picture:
        raw = picture.convert("RGB").resize((160, 160)).tobytes()
    pixels = [(raw[i], raw[i + 1], raw[i + 2]) for i in range(0, len(raw), 3)]
    return sum(distance(pixel, colour) < 26 for pixel in pixels) / len(pixels)


def test_the_heros_clothes_are_in_every_page_with_references_and_change_without(sheet: bytes) -> None:
    (told,) = cast_characters(SHEET, (), 0)
    kept = [share_of(drawn(page, sheet), told.outfit) for page in PAGES]
    open_ = [share_of(drawn(page), told.outfit) for page in PAGES]
    assert min(kept) > 0.008
    assert sum(share < min(kept) / 2 for share in open_) >= 2


def test_without_references_the_hero_differs_from_page_to_page(sheet: bytes) -> None:
    free = [cast_characters(page, (), 0)[0] for page in PAGES]
    held = [cast_characters(page, (sheet,), 0)[0] for page in PAGES]
    assert all(look_distance(held[0], look) == 0 for look in held)
    assert min(look_distance(free[0], look) for look in free[1:]) > 60


def test_references_belong_to_the_characters_in_their_order() -> None:
    sheets = [drawn(SHEET.replace(HERO, text), size=(512, 512)) for text in ("Ann: a girl in a red coat", "Rex: a dog")]
    ann, rex = cast_characters("- Ann: a girl\n- Rex: a dog\nThe picture shows: a wood", tuple(sheets), 0)
    assert (ann.species, rex.species) == ("girl", "dog")
    assert ann.outfit[0] > 150 > ann.outfit[2]


def test_a_foreign_picture_gives_its_own_colours() -> None:
    picture = Image.new("RGB", (200, 300), "white")
    picture.paste((30, 160, 90), (60, 120, 140, 280))
    picture.paste((90, 50, 20), (70, 40, 130, 110))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    looks = [cast_characters(page, (buffer.getvalue(),), 0)[0] for page in PAGES]
    assert distance(looks[0].outfit, (30, 160, 90)) < 30
    assert all(look == looks[0] for look in looks)
