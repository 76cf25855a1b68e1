"""Derivatives have the right size, colours and orientation, and the same input gives the same bytes."""

from __future__ import annotations

import logging

import pytest
from PIL import Image, ImageChops, ImageCms

from local.image_service.spoilt_pictures import fifty_megapixels, polyglot
from picturebook.errors import ImageProcessingError
from picturebook.picture_checks import check_picture
from picturebook.picture_finishing import FinishedPicture, ProvenanceMetadata, finish_picture
from tests.picture_checks.files import encoded, motif, opened, scene

MARKS = ProvenanceMetadata("The Lantern", "gpt-image-2", "sha256:0f1e", "lantern")


def finished(image: Image.Image, kind: str = "PNG", **options: object) -> tuple[FinishedPicture, ...]:
    return finish_picture(encoded(image, kind, **options), MARKS)


def colour_at(picture: FinishedPicture, x: float, y: float) -> tuple[int, ...]:
    """Return the colour at a position, in shares of width and height."""
    image = opened(picture.content)
    found = image.getpixel((int(image.width * x), int(image.height * y)))
    assert isinstance(found, tuple)
    return tuple(int(level) for level in found)


@pytest.mark.parametrize(
    ("size", "web", "thumbnail"),
    [
        ((1024, 640), (1024, 640), (320, 200)),
        ((3840, 2160), (1600, 900), (320, 180)),
        ((1000, 3000), (533, 1600), (107, 320)),
        ((200, 100), (200, 100), (200, 100)),
        ((3000, 1), (1600, 1), (320, 1)),
    ],
)
def test_derivatives_have_their_maximum_size_and_are_never_enlarged(
    size: tuple[int, int], web: tuple[int, int], thumbnail: tuple[int, int]
) -> None:
    pair = finished(motif(size=size), compress_level=1)
    assert [picture.role for picture in pair] == ["web", "thumbnail"]
    assert [(picture.width, picture.height) for picture in pair] == [web, thumbnail]
    for picture in pair:
        image = opened(picture.content)
        assert (picture.media_type, image.format, image.size) == (
            "image/webp",
            "WEBP",
            (picture.width, picture.height),
        )


def test_the_same_input_gives_the_same_bytes() -> None:
    content = scene("A meadow with flowers at noon")
    assert finish_picture(content, MARKS) == finish_picture(bytes(content), MARKS)


def test_a_derivative_resembles_its_original() -> None:
    original = opened(scene("A meadow with flowers at noon")).convert("RGB")
    web = opened(finish_picture(scene("A meadow with flowers at noon"), MARKS)[0].content).convert("RGB")
    difference = ImageChops.difference(original, web).convert("L").histogram()
    assert sum(level * count for level, count in enumerate(difference)) / (512 * 512) < 4


def test_derivatives_pass_our_own_check() -> None:
    for picture in finish_picture(scene("A meadow with flowers at noon"), MARKS):
        assert check_picture(picture.content, size=f"{picture.width}x{picture.height}").findings == ()


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGB", "PNG"), ("P", "PNG"), ("RGB", "JPEG"), ("CMYK", "JPEG"), ("RGB", "WEBP"), ("RGBA", "PNG")],
)
def test_colours_survive_every_mode(mode: str, kind: str) -> None:
    [web, thumbnail] = finished(motif(mode, (640, 480)), kind)
    for picture in (web, thumbnail):
        assert colour_at(picture, 0.4, 0.4) == pytest.approx((200, 30, 60), abs=12)
        assert colour_at(picture, 0.9, 0.9) == pytest.approx((240, 230, 210), abs=12)
        assert opened(picture.content).mode == "RGB"


@pytest.mark.parametrize("mode", ["L", "1"])
def test_black_and_white_pictures_are_shown(mode: str) -> None:
    image = Image.new(mode, (64, 64))
    image.paste(255, (0, 0, 32, 64))
    [web, _] = finished(image)
    assert colour_at(web, 0.2, 0.5) == pytest.approx((255, 255, 255), abs=6)
    assert colour_at(web, 0.8, 0.5) == pytest.approx((0, 0, 0), abs=6)


def test_sixteen_bits_become_eight_and_not_white() -> None:
    image = Image.new("I;16", (64, 64), 100 * 256)
    for place in range(64 * 32):
        image.putpixel((place // 64, place % 64), 20 * 256)
    [web, _] = finished(image)
    assert colour_at(web, 0.2, 0.5) == pytest.approx((20, 20, 20), abs=6)
    assert colour_at(web, 0.8, 0.5) == pytest.approx((100, 100, 100), abs=6)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparency_is_kept(mode: str) -> None:
    image = Image.new("RGBA", (640, 640), (0, 0, 0, 0))
    image.paste((250, 250, 250, 255), (0, 0, 320, 640))
    for picture in finished(image.convert("P") if mode == "PA" else image.convert(mode)):
        assert colour_at(picture, 0.2, 0.5) == pytest.approx((250, 250, 250, 255), abs=6)
        assert colour_at(picture, 0.8, 0.5)[3] == 0
        # A dark rim would show that hidden colours were mixed in.
        assert min(colour_at(picture, 0.497, 0.5)[:3]) > 200


def test_a_picture_is_rotated_by_its_exif_orientation() -> None:
    image = motif(size=(640, 480))
    exif = Image.Exif()
    exif[0x0112] = 6  # the first line is the right side
    [web, _] = finished(image, "JPEG", exif=exif)
    assert (web.width, web.height) == (480, 640)
    assert colour_at(web, 0.6, 0.4) == pytest.approx((200, 30, 60), abs=12)
    assert "exif" not in opened(web.content).info


def swapped_profile() -> bytes:
    """Return a colour profile that swaps red and green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    return profile.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_colour_profile_is_applied_and_left_out(mode: str) -> None:
    image = motif(mode, (64, 48))
    if mode == "RGBA":
        image.putpixel((63, 47), (0, 0, 0, 0))
    [web, _] = finished(image, icc_profile=swapped_profile())
    assert colour_at(web, 0.4, 0.4)[:3] == pytest.approx((30, 200, 60), abs=14)
    assert "icc_profile" not in opened(web.content).info


def test_the_usual_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert finished(motif(), icc_profile=profile) == finished(motif())


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "PNG"), ("CMYK", "JPEG"), ("L", "PNG")])
def test_an_unusable_profile_is_logged_and_ignored(mode: str, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    profile = b"no profile" if mode == "RGB" else swapped_profile()
    with caplog.at_level(logging.WARNING, "picturebook"):
        pair = finished(motif(mode, (64, 48)), kind, icc_profile=profile)
    assert len(pair) == 2
    assert ("cannot be used" in caplog.text) == (mode != "L")  # grey becomes RGB, which the profile is for


def test_metadata_of_the_original_is_not_copied() -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret description"
    content = encoded(motif(), "JPEG", exif=exif, comment=b"another secret")
    for picture in finish_picture(content, MARKS):
        assert b"secret" not in picture.content


@pytest.mark.parametrize(
    ("content", "operation"),
    [
        (fifty_megapixels(), "size_check"),
        (polyglot(encoded(motif())), "polyglot_check"),
        (b"<html>", "format_check"),
        (encoded(motif(size=(640, 480)))[:600] + encoded(motif())[-12:], "decode"),
    ],
)
def test_a_refused_picture_is_not_finished(content: bytes, operation: str) -> None:
    with pytest.raises(ImageProcessingError) as caught:
        finish_picture(content, MARKS)
    assert caught.value.operation == operation


def test_the_original_is_not_changed() -> None:
    content = bytearray(encoded(motif()))
    before = bytes(content)
    finish_picture(bytes(content), MARKS)
    assert content == before
