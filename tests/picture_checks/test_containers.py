"""A file that is not exactly one complete picture is refused before it is decoded."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms

from local.image_service.spoilt_pictures import fifty_megapixels, gif, polyglot, swelling
from picturebook.errors import ImageProcessingError
from picturebook.picture_checks import check_picture
from picturebook.picture_checks.containers import read_container
from tests.picture_checks.files import END, encoded, motif, with_chunk

KINDS = ["PNG", "JPEG", "WEBP"]


def operation(content: bytes) -> str:
    with pytest.raises(ImageProcessingError) as error:
        check_picture(content, size=None)
    assert error.value.details["billed"] is True
    return error.value.operation


def jpeg_with(segment: bytes, content: bytes | None = None) -> bytes:
    whole = content or encoded(motif(), "JPEG")
    return whole[:2] + segment + whole[2:]


def app(number: int, body: bytes) -> bytes:
    return bytes([0xFF, 0xE0 + number]) + struct.pack(">H", 2 + len(body)) + body


def webp_with(kind: bytes, body: bytes, content: bytes | None = None) -> bytes:
    whole = content or encoded(motif(), "WEBP", xmp=b"<x/>")
    more = kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(whole) - 8 + len(more)) + whole[8:] + more


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("PNG", {"optimize": True}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("JPEG", {"restart_marker_blocks": 1}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"xmp": b"<x/>"}),
        ("WEBP", {"lossless": True, "xmp": b"<x/>"}),
    ],
)
@pytest.mark.parametrize("size", [(64, 48), (65, 49), (16, 1)])
def test_the_size_is_read_from_every_kind_of_header(
    kind: str, options: dict[str, object], size: tuple[int, int]
) -> None:
    assert read_container(encoded(motif(size=size), kind, **options)) == size


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [b"\0", b"PK\x03\x04 an archive", b"<script>", bytes(4096)])
def test_data_after_the_pictures_end_is_a_polyglot(kind: str, more: bytes) -> None:
    assert operation(encoded(motif(), kind) + more) == "polyglot_check"


def test_an_archive_behind_a_picture_is_a_polyglot() -> None:
    assert operation(polyglot(encoded(motif()))) == "polyglot_check"


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_an_animation_is_no_picture_for_a_page(kind: str) -> None:
    moving = encoded(motif(), kind, save_all=True, append_images=[Image.new("RGB", (64, 48), "blue")])
    assert operation(moving) == ("format_check" if kind == "GIF" else "animation_check")


def test_several_pictures_in_one_jpeg_are_refused() -> None:
    several = encoded(motif(), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48), "blue")])
    assert operation(several) == "animation_check"


def test_a_gif_is_refused() -> None:
    assert operation(gif(encoded(motif()))) == "format_check"


def test_fifty_megapixels_are_refused_by_their_header(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("nothing is opened")

    monkeypatch.setattr(Image, "open", never)
    assert operation(fifty_megapixels()) == "size_check"


@pytest.mark.parametrize(
    "chunk",
    [
        (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2_000_000))),
        (b"iTXt", b"Comment\0\x01\0en\0word\0" + zlib.compress(bytes(2_000_000))),
        (b"iCCP", b"profile\0\0" + zlib.compress(bytes(2_000_000))),
    ],
    ids=["zTXt", "iTXt", "iCCP"],
)
def test_texts_and_profiles_that_decompress_to_too_much_are_refused(chunk: tuple[bytes, bytes]) -> None:
    assert operation(with_chunk(*chunk)) == "bomb_check"


def test_the_decompressed_sizes_of_all_parts_add_up() -> None:
    content = encoded(motif())
    for _ in range(5):
        content = with_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(300_000)), content)
    assert operation(content) == "bomb_check"


def test_the_image_services_bomb_is_found() -> None:
    assert operation(swelling(encoded(motif()))) == "bomb_check"


def test_texts_and_profiles_of_usual_length_are_accepted() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = encoded(motif(), icc_profile=profile)
    content = with_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"hello"), content)
    content = with_chunk(b"iTXt", b"Comment\0\x01\0en\0word\0" + zlib.compress(b"hello"), content)
    content = with_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>", content)
    assert check_picture(content, size="64x48").width == 64


@pytest.mark.parametrize(
    "content",
    [
        with_chunk(b"caBX", b"\0\0\0\x10jumb" + bytes(200)),
        jpeg_with(app(11, b"JP\0\x01\0\0\0\x01\0\0\0\x10jumb" + bytes(200))),
        webp_with(b"C2PA", b"\0\0\0\x10jumb" + bytes(201)),
    ],
    ids=["PNG", "JPEG", "WEBP"],
)
def test_provenance_metadata_is_accepted(content: bytes) -> None:
    assert check_picture(content, size="64x48").height == 48


def broken_png(edit: Callable[[bytes], bytes]) -> bytes:
    return edit(encoded(motif()))


HEADER = slice(8, 33)


@pytest.mark.parametrize(
    "content",
    [
        broken_png(lambda png: png[:-END]),
        broken_png(lambda png: png[:20]),
        broken_png(lambda png: png[:8] + png[33:]),
        broken_png(lambda png: png[:33] + png[HEADER] + png[33:]),
        with_chunk(b"ABCD", b"a critical part of the future"),
        with_chunk(b"a\x01cd", b"no letters"),
        with_chunk(b"tEXt", b"x" * 10)[:-30],
        encoded(motif(), "JPEG")[:-2],
        encoded(motif(), "JPEG")[:100],
        jpeg_with(app(1, b"") + b"\x12\x34"),
        jpeg_with(app(1, b"")[:2] + b"\0\x01"),
        jpeg_with(b"\xff\xd9"),
        encoded(motif(), "WEBP")[:-2],
        webp_with(b"VP8 ", encoded(motif(), "WEBP")[20:]),
        webp_with(b"VP8X", bytes(10)),
        b"RIFF\x04\0\0\0WEBP",
    ],
)
def test_an_inconsistent_file_is_refused(content: bytes) -> None:
    assert operation(content) == "decode"


@pytest.mark.parametrize(
    "content",
    [
        b"".join([encoded(motif())[:33], *[b"\0\0\0\0teXt\0\0\0\0"] * 70_000, encoded(motif())[33:]]),
        jpeg_with(app(1, b"") * 70_000),
        webp_with(b"ABCD", b"")[:-8] + b"ABCD\0\0\0\0" * 70_000,
    ],
    ids=["PNG", "JPEG", "WEBP"],
)
def test_a_file_of_very_many_parts_is_refused(content: bytes) -> None:
    if content.startswith(b"RIFF"):
        content = b"RIFF" + struct.pack("<I", len(content) - 8) + content[8:]
    assert operation(content) == "decode"


def test_a_file_with_any_changed_byte_is_accepted_or_refused() -> None:
    random_source = random.Random(7)  # noqa: S311 - a test must repeat
    whole = [encoded(motif(), kind) for kind in KINDS]
    for _ in range(300):
        spoilt = bytearray(random_source.choice(whole))
        for _ in range(random_source.choice([1, 3, 9])):
            spoilt[random_source.randrange(len(spoilt))] = random_source.randrange(256)
        try:
            check_picture(bytes(spoilt), size="64x48")
        except ImageProcessingError as error:
            assert error.operation  # noqa: PT017 - not every spoilt byte makes a bad picture
