"""Which files pass the checks before publication."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from picturebook.errors import ImageProcessingError
from picturebook.picture_checks import check_picture, extension_of, media_type_of
from tests.fakes.image_model import picture


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    image.save(content, kind)
    return content.getvalue()


def grey(darkest: int, lightest: int) -> bytes:
    """Return a picture whose halves have two different greys."""
    image = Image.new("L", (64, 64), darkest)
    image.paste(lightest, (32, 0, 64, 64))
    return encoded(image)


def operation(content: bytes, size: str = "64x64") -> str:
    with pytest.raises(ImageProcessingError) as error:
        check_picture(content, size=size)
    assert error.value.details["billed"] is True
    return error.value.operation


def claiming(width: int, height: int) -> bytes:
    """Return a small PNG whose header claims a size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rest = picture("64x64", "any")[33:]
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + rest


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp")])
def test_each_format_is_known_by_its_bytes(kind: str, extension: str) -> None:
    content = encoded(Image.open(io.BytesIO(picture("64x64", "x"))).convert("RGB"), kind)
    assert (extension_of(content), media_type_of(content)) == (extension, f"image/{extension}")
    checked = check_picture(content, size="64x64")
    assert (checked.media_type, checked.width, checked.height) == (f"image/{extension}", 64, 64)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_formats_are_refused(kind: str) -> None:
    assert operation(encoded(Image.new("RGB", (64, 64)), kind)) == "format_check"


def test_a_size_other_than_the_one_asked_for_is_refused() -> None:
    assert operation(picture("64x64", "x"), size="64x32") == "size_check"


def test_a_header_that_claims_too_much_is_refused_before_anything_is_decoded() -> None:
    assert operation(claiming(8000, 8000), size="8000x8000") == "size_check"


def test_a_bomb_beyond_the_librarys_own_limit_is_refused_like_any_other() -> None:
    assert operation(claiming(60000, 60000), size="60000x60000") in {"size_check", "decode"}


def test_more_bytes_than_any_model_sends_are_refused_unread() -> None:
    assert operation(picture("64x64", "x") + bytes(64 * 1024 * 1024)) == "size_check"


def test_a_picture_that_breaks_off_is_refused() -> None:
    assert operation(picture("64x64", "x")[:120]) == "decode"


@pytest.mark.parametrize(("darkest", "lightest"), [(0, 0), (255, 255), (120, 125)])
def test_a_sheet_of_one_tone_is_blank(darkest: int, lightest: int) -> None:
    assert operation(grey(darkest, lightest)) == "blank_check"


def test_a_faint_picture_is_not_blank() -> None:
    assert check_picture(grey(120, 126), size="64x64").width == 64


def test_a_stray_pixel_makes_no_picture() -> None:
    image = Image.new("RGB", (256, 256), "white")
    image.putpixel((40, 40), (0, 0, 0))
    assert operation(encoded(image), size="256x256") == "blank_check"


def test_a_fully_transparent_picture_is_blank() -> None:
    image = Image.open(io.BytesIO(picture("64x64", "x"))).convert("RGBA")
    image.putalpha(0)
    assert operation(encoded(image)) == "blank_check"


@pytest.mark.parametrize("colour", ["white", "black"])
def test_a_shape_on_a_transparent_background_is_not_blank(colour: str) -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste(Image.new("RGBA", (32, 64), colour), (0, 0))
    assert check_picture(encoded(image), size="64x64").width == 64


def test_contrast_in_one_colour_alone_is_enough() -> None:
    image = Image.new("RGB", (64, 64), (200, 10, 10))
    image.paste((200, 10, 90), (0, 0, 32, 64))
    assert check_picture(encoded(image), size="64x64").height == 64
