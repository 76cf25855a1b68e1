"""A reference picture is small enough to send, and otherwise unchanged."""

from __future__ import annotations

import pytest

from local.image_service.spoilt_pictures import fifty_megapixels
from picturebook.errors import ImageProcessingError
from picturebook.picture_finishing import reference_of
from tests.picture_checks.files import encoded, motif, opened


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_small_picture_is_unchanged(kind: str) -> None:
    content = encoded(motif(size=(1024, 640)), kind)
    assert reference_of(content) == (content, f"image/{kind.lower()}")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_large_picture_is_reduced_in_its_own_colours(kind: str) -> None:
    content = encoded(motif(size=(1536, 1024)), kind)
    small, media_type = reference_of(content)
    image = opened(small)
    assert (image.format, image.size, media_type) == ("PNG", (1024, 683), "image/png")
    assert image.getpixel((400, 300)) == pytest.approx((200, 30, 60), abs=6)
    assert reference_of(content) == (small, media_type)


def test_the_maximum_size_can_be_set() -> None:
    small, _ = reference_of(encoded(motif(size=(640, 480))), longest=512)
    assert opened(small).size == (512, 384)


def test_alpha_is_kept() -> None:
    image = motif("RGBA", (640, 480))
    image.paste((0, 0, 0, 0), (0, 0, 320, 480))
    small, _ = reference_of(encoded(image), longest=64)
    assert opened(small).getpixel((4, 4)) == (0, 0, 0, 0)


@pytest.mark.parametrize(("content", "operation"), [(fifty_megapixels(), "size_check"), (b"GIF89a", "format_check")])
def test_a_refused_picture_is_no_reference(content: bytes, operation: str) -> None:
    with pytest.raises(ImageProcessingError) as caught:
        reference_of(content)
    assert caught.value.operation == operation
