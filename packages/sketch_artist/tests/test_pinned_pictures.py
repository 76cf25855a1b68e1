"""Pins what is drawn: a change of code that changes a picture must be meant, and renew the digests here.

The digests are of decoded pixels, since the bytes of a PNG depend on the zlib that Pillow was built with.
"""

import hashlib
import io

import pytest
from PIL import Image

from sketch_artist import Encoding, SketchRequest, draw_picture

HERO = "Nora: a small girl"
SHEET = f"Reference picture of one character.\nCharacter: {HERO}\nShow this character alone: full figure."
THINGS = "with a kite, a lantern, a boat, a bridge, a book, a cat and an old man"
PAGE = "- Mira: a small girl in a yellow coat\nThe picture shows: a snowy forest at night with a lantern"


def pixels(content: bytes) -> str:
    with Image.open(io.BytesIO(content)) as picture:
        return hashlib.sha256(picture.tobytes()).hexdigest()


def sheet() -> bytes:
    return draw_picture(SketchRequest(prompt=SHEET, width=1024, height=1024))


@pytest.mark.parametrize(
    ("request_", "digest"),
    [
        (
            SketchRequest(prompt=f"A forest forest at dawn in the rain {THINGS}", width=320, height=192),
            "c45ce0e2a67c124c9d92cdb8dd7989e04ebd529b323ad14953d2fae1288bb2ba",
        ),
        (
            SketchRequest(prompt=f"A sea sea in the evening, snow {THINGS}", width=320, height=192),
            "1e158188ae500e7ad37938d9af0a957053070a57fd5e78f924d7ad3a8abf091b",
        ),
        (
            SketchRequest(prompt=f"A town town at midnight {THINGS}", width=320, height=192),
            "3cdb578ce326134a42b13f00c5c68b22c4f1e13d6af27d64d9fe3a328245ff6b",
        ),
        (
            SketchRequest(prompt=f"A library library at noon {THINGS}", width=320, height=192),
            "9eab585a09e558a2cbde1fcadca20aebd180f72b97c5a9084eef494abf1442f8",
        ),
        (
            SketchRequest(prompt=f"A space space at noon {THINGS}", width=320, height=192),
            "205d4e1bbb34777f16f63c2e026a3971969cf31166573f610b52f1eacf45681e",
        ),
        (
            SketchRequest(prompt=f"A garden garden in autumn {THINGS}", width=320, height=192),
            "e7c8b44e47da6d22c09588f835298daaee078c447bffc03678f2c7eb1cd4a7bf",
        ),
        (
            SketchRequest(prompt="- One: a fox in a striped dress with braids and a bag", width=160, height=160),
            "2b046ec5711e346717d5ef42a132dd406c473401d004a0999617a26e38772cda",
        ),
        (
            SketchRequest(prompt="- One: a owl with a hat, glasses and a cloak", width=160, height=160),
            "f12b08ff347d4920f78bd23e40ad5a5b9b984ffaf3bd00a8c2ac6e390d2b6202",
        ),
        (
            SketchRequest(prompt="- One: a robot with a crown and a scarf holding a map", width=160, height=160),
            "0a24d8c9e36473f0d4f9a4b77cb35c3c4ca214ef498023d0fd0f34324a41dd9b",
        ),
        (
            SketchRequest(prompt="- One: a grandmother with a hat, glasses and a cloak", width=160, height=160),
            "28c90a025acacbfad377eb917fe93e38e67fa5905df1c0f2f134da39df1383b0",
        ),
        (
            SketchRequest(prompt=PAGE, width=320, height=480, encoding=Encoding(transparent=True), variant=2),
            "83222509c05c8c65fd0e76ce926075dd8f2522a8947a084b704365fa05172f95",
        ),
    ],
    ids=lambda value: value.prompt[:40] if isinstance(value, SketchRequest) else "",
)
def test_a_prompt_draws_the_picture_that_it_always_drew(request_: SketchRequest, digest: str) -> None:
    assert pixels(draw_picture(request_)) == digest


def test_a_sheet_and_the_pictures_that_follow_it_are_drawn_as_ever() -> None:
    reference = sheet()
    portrait = SHEET.replace("full figure", "portrait of head and shoulders")
    street = f"- {HERO}\nThe picture shows: a village street"
    assert pixels(reference) == "7dfe8a3142920940066cf4fea4c885f725781fed872924fc0cbb95a72239835e"
    assert (
        pixels(draw_picture(SketchRequest(prompt=portrait, width=1024, height=1024, references=(reference,))))
        == "7cf4a90d8d8069b5ed82d58d4b88be4b0acbbadbc1e0850da79f0680b740b7ae"
    )
    assert (
        pixels(draw_picture(SketchRequest(prompt=street, width=1536, height=1024, references=(reference,))))
        == "8b78ce423c498863eace3766aeb951bdb21119de0eac310a7bf4367eefa34c3f"
    )


def test_a_picture_that_is_no_sheet_is_followed_as_ever() -> None:
    foreign, buffer = Image.new("RGB", (200, 300), "white"), io.BytesIO()
    foreign.paste((30, 160, 90), (60, 120, 140, 280))
    foreign.save(buffer, "PNG")
    request = SketchRequest(
        prompt=f"- {HERO}\nThe picture shows: a beach", width=640, height=400, references=(buffer.getvalue(),)
    )
    assert pixels(draw_picture(request)) == "642f3a0d7fd3a892b17dd136cb080419e36a1b6dee61c2147e6e8e19853e0020"
