import io

import pytest
from PIL import Image

import sketch_artist
from sketch_artist import COLOUR_WORDS, SketchRequest, draw_picture


def test_every_public_name_is_documented() -> None:
    assert sketch_artist.__doc__
    assert all(name in sketch_artist.__all__ for name in ("Encoding", "SketchRequest", "draw_picture"))
    assert all(getattr(sketch_artist, name).__doc__ for name in sketch_artist.__all__)


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (-1, 10)])
def test_a_size_that_is_not_positive_is_a_value_error(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="positive size"):
        draw_picture(SketchRequest(prompt="a fox", width=size[0], height=size[1]))


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_reference_that_cannot_be_read_is_an_os_error(content: bytes) -> None:
    with pytest.raises(OSError, match="identify"):
        draw_picture(SketchRequest(prompt="a fox", width=64, height=64, references=(content,)))


def test_a_truncated_reference_is_an_os_error() -> None:
    buffer = io.BytesIO()
    Image.effect_noise((64, 64), 60).save(buffer, "PNG")
    with pytest.raises(OSError, match="truncated"):
        draw_picture(
            SketchRequest(prompt="a fox", width=64, height=64, references=(buffer.getvalue()[: buffer.tell() // 2],))
        )


def test_the_colour_words_are_lower_case_words() -> None:
    assert {"red", "navy"} <= COLOUR_WORDS
    assert all(word.isalpha() and word.islower() for word in COLOUR_WORDS)
