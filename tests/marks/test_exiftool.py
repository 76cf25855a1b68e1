"""exiftool, which platforms and archives read with, finds the marks of every derivative."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from picturebook.picture_finishing import FinishedPicture, ProvenanceMetadata, finish_picture
from tests.picture_checks.files import encoded, motif, scene

MARKS = ProvenanceMetadata(
    title='The "Lantern" of <Fern> & Hollow: Füchslein',
    model="gpt-image-2",
    prompt_hash="sha256:0f1e",
    story_id="lantern",
    alt_text="A girl in a yellow coat holds a lantern.",
)
ORIGINALS = {
    "PNG": lambda: scene("A meadow with flowers at noon"),
    "JPEG": lambda: encoded(motif(size=(640, 480)), "JPEG"),
    "transparent": lambda: encoded(Image.linear_gradient("L").convert("RGBA").rotate(45)),
}


def read(picture: FinishedPicture, folder: Path) -> dict[str, Any]:
    file = folder / f"{picture.role}.webp"
    file.write_bytes(picture.content)
    command = ["exiftool", "-j", "-G1", "-struct", "-charset", "utf8", str(file)]
    run = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own file
    [found] = json.loads(run.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("original", ORIGINALS)
@pytest.mark.parametrize("number", [0, 1], ids=["web", "thumbnail"])
def test_exiftool_reads_every_mark(original: str, number: int, tmp_path: Path) -> None:
    found = read(finish_picture(ORIGINALS[original](), MARKS)[number], tmp_path)

    marks = {name: value for name, value in found.items() if name.startswith("XMP-")}
    assert marks == {
        "XMP-iptcExt:DigitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        "XMP-iptcExt:AISystemUsed": "gpt-image-2",
        "XMP-iptcCore:AltTextAccessibility": "A girl in a yellow coat holds a lantern.",
        "XMP-dc:Title": 'The "Lantern" of <Fern> & Hollow: Füchslein',
        "XMP-dc:Description": "A girl in a yellow coat holds a lantern.",
        "XMP-xmp:CreatorTool": "Picturebook",
        "XMP-picturebook:Model": "gpt-image-2",
        "XMP-picturebook:PromptHash": "sha256:0f1e",
        "XMP-picturebook:StoryId": "lantern",
    }
    assert "ExifTool:Warning" not in found
    assert "ExifTool:Error" not in found
    assert found["File:MIMEType"] == "image/webp"


def test_what_is_not_known_is_not_there(tmp_path: Path) -> None:
    marks = ProvenanceMetadata("The Lantern", "gpt-image-2", "sha256:0f1e", None)
    for picture in finish_picture(encoded(motif()), marks):
        found = read(picture, tmp_path)
        assert found["XMP-iptcExt:DigitalSourceType"].endswith("/trainedAlgorithmicMedia")
        assert "XMP-picturebook:StoryId" not in found
        assert "XMP-dc:Description" not in found
