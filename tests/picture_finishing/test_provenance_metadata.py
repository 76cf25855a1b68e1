"""Every derivative's metadata says that a model made it, with any title."""

from __future__ import annotations

from dataclasses import replace

import pytest

from picturebook.picture_finishing import ProvenanceMetadata, finish_picture
from picturebook.picture_finishing.provenance_metadata import write_provenance
from tests.picture_checks.files import encoded, motif
from tests.picture_finishing.xmp import read_xmp

MARKS = ProvenanceMetadata(
    title="The Lantern of Fern Hollow",
    model="gpt-image-2",
    prompt_hash="sha256:0f1e",
    story_id="lantern",
    alt_text="A girl in a yellow coat holds a lantern.",
)
MADE_BY_A_MODEL = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


@pytest.mark.parametrize("number", [0, 1], ids=["web", "thumbnail"])
def test_a_derivative_has_its_provenance_metadata(number: int) -> None:
    derivative = finish_picture(encoded(motif()), MARKS)[number]
    assert read_xmp(derivative.content) == {
        "Iptc4xmpExt:DigitalSourceType": MADE_BY_A_MODEL,
        "Iptc4xmpExt:AISystemUsed": "gpt-image-2",
        "dc:title": "The Lantern of Fern Hollow",
        "dc:description": "A girl in a yellow coat holds a lantern.",
        "Iptc4xmpCore:AltTextAccessibility": "A girl in a yellow coat holds a lantern.",
        "xmp:CreatorTool": "Picturebook",
        "picturebook:Model": "gpt-image-2",
        "picturebook:PromptHash": "sha256:0f1e",
        "picturebook:StoryId": "lantern",
    }


def test_unknown_properties_are_left_out() -> None:
    [web, _] = finish_picture(encoded(motif()), replace(MARKS, story_id=None, alt_text=None))
    found = read_xmp(web.content)
    assert found.keys() & {"picturebook:StoryId", "dc:description", "Iptc4xmpCore:AltTextAccessibility"} == set()
    assert found["Iptc4xmpExt:DigitalSourceType"] == MADE_BY_A_MODEL


@pytest.mark.parametrize(
    "title",
    [
        "</rdf:li></rdf:Alt></dc:title><Iptc4xmpExt:DigitalSourceType>digitalCapture</Iptc4xmpExt:DigitalSourceType>",
        "a \"quoted\" & 'quoted' <title>",
        "]]> &amp; &#0; <!-- --> <?xpacket end='w'?>",
        "Füchslein 🦊 狐狸 ﷽",
        "\n two\tlines \n",
    ],
)
def test_a_hostile_title_is_escaped(title: str) -> None:
    [web, _] = finish_picture(encoded(motif()), replace(MARKS, title=title))
    found = read_xmp(web.content)
    assert found["dc:title"] == title
    assert found["Iptc4xmpExt:DigitalSourceType"] == MADE_BY_A_MODEL
    assert len(found) == 9


@pytest.mark.parametrize("letter", ["\0", "\x08", "\x1b", "\ud800", "\ufffe"])
def test_characters_that_xml_cannot_hold_are_replaced(letter: str) -> None:
    [web, _] = finish_picture(encoded(motif()), replace(MARKS, title=f"a{letter}b"))
    assert read_xmp(web.content)["dc:title"] == "a\ufffdb"


def test_the_packet_can_be_found_by_its_wrapper() -> None:
    packet = write_provenance(MARKS)
    assert packet.startswith(b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>')
    assert packet.endswith(b'<?xpacket end="r"?>')
