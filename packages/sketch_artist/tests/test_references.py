"""The reference path matters: with a sheet the hero stays the same, without it the hero changes."""

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from sketch_artist import SketchRequest, draw_picture
from sketch_artist.appearance import COLOUR_TRAITS, Appearance
from sketch_artist.characters.appearance_choice import choose_appearances
from sketch_artist.colours import Colour, distance

HERO = "Nora: a small girl"
SHEET = f"Reference picture of one character.\nCharacter: {HERO}\nShow this character alone: full figure."
PAGES = [
    f"- {HERO}\nThe picture shows: {scene}"
    for scene in ("a meadow with a kite", "a village street", "a beach with shells", "a castle garden")
]


def drawn(prompt: str, *references: bytes, size: tuple[int, int] = (640, 640)) -> bytes:
    return draw_picture(SketchRequest(prompt=prompt, width=size[0], height=size[1], references=references))


def recoded(content: bytes, output_format: str, size: tuple[int, int], quality: int) -> bytes:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        picture.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(buffer, output_format, quality=quality)
    return buffer.getvalue()


def appearance_distance(one: Appearance, other: Appearance) -> float:
    return max(distance(getattr(one, name), getattr(other, name)) for name in COLOUR_TRAITS)


def discrete(appearance: Appearance) -> Appearance:
    colourless: dict[str, Any] = dict.fromkeys(COLOUR_TRAITS, (0, 0, 0))
    return replace(appearance, **colourless)


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
    (original,) = choose_appearances(SHEET, (), 0)
    (seen,) = choose_appearances(PAGES[0], (recoded(sheet, output_format, size, quality),), 0)
    assert discrete(seen) == discrete(original)
    assert appearance_distance(seen, original) < 24


@pytest.mark.parametrize("size", [(1024, 1536), (1536, 1024), (1408, 480), (480, 1408)])
def test_sheets_of_every_shape_are_recognised(size: tuple[int, int]) -> None:
    (original,) = choose_appearances(SHEET, (), 0)
    (seen,) = choose_appearances(PAGES[0], (drawn(SHEET, size=size),), 0)
    assert discrete(seen) == discrete(original)


def share_of(content: bytes, colour: Colour) -> float:
    """Return the share of pixels near a colour."""
    with Image.open(io.BytesIO(content)) as picture:
        raw = picture.convert("RGB").resize((160, 160)).tobytes()
    pixels = [(raw[i], raw[i + 1], raw[i + 2]) for i in range(0, len(raw), 3)]
    return sum(distance(pixel, colour) < 26 for pixel in pixels) / len(pixels)


def test_the_heros_clothes_are_in_every_page_with_references_and_change_without(sheet: bytes) -> None:
    (original,) = choose_appearances(SHEET, (), 0)
    kept = [share_of(drawn(page, sheet), original.outfit) for page in PAGES]
    open_ = [share_of(drawn(page), original.outfit) for page in PAGES]
    assert min(kept) > 0.008
    assert sum(share < min(kept) / 2 for share in open_) >= 2


def test_without_references_the_hero_differs_from_page_to_page(sheet: bytes) -> None:
    free = [choose_appearances(page, (), 0)[0] for page in PAGES]
    held = [choose_appearances(page, (sheet,), 0)[0] for page in PAGES]
    assert all(appearance_distance(held[0], appearance) == 0 for appearance in held)
    assert min(appearance_distance(free[0], appearance) for appearance in free[1:]) > 60


def test_references_belong_to_the_characters_in_their_order() -> None:
    sheets = [drawn(SHEET.replace(HERO, text), size=(512, 512)) for text in ("Ann: a girl in a red coat", "Rex: a dog")]
    ann, rex = choose_appearances("- Ann: a girl\n- Rex: a dog\nThe picture shows: a wood", tuple(sheets), 0)
    assert (ann.species, rex.species) == ("girl", "dog")
    assert ann.outfit[0] > 150 > ann.outfit[2]


def test_a_foreign_picture_gives_its_own_colours() -> None:
    picture = Image.new("RGB", (200, 300), "white")
    picture.paste((30, 160, 90), (60, 120, 140, 280))
    picture.paste((90, 50, 20), (70, 40, 130, 110))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    appearances = [choose_appearances(page, (buffer.getvalue(),), 0)[0] for page in PAGES]
    assert distance(appearances[0].outfit, (30, 160, 90)) < 30
    assert all(appearance == appearances[0] for appearance in appearances)
