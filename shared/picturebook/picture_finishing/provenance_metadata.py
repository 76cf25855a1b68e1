"""What a derivative says about itself, as XMP: that a model made it, which one, of what, and what it shows.

| property | value |
|---|---|
| `Iptc4xmpExt:DigitalSourceType` | IPTC's word for what a generative model made, as law and platforms look for it |
| `Iptc4xmpExt:AISystemUsed` | the model |
| `dc:title` | the title |
| `dc:description`, `Iptc4xmpCore:AltTextAccessibility` | the alt text, where there is one |
| `xmp:CreatorTool` | `Picturebook` |
| `picturebook:Model`, `picturebook:PromptHash`, `picturebook:StoryId` | for whoever traces a picture back |

The prompt itself is not in it: it holds the story's text (and IPTC's AIPromptInformation is for the prompt). The
language of title and alt text is the story's, which is not known here: `x-default`.
Sources: ISO 16684-1 (XMP), IPTC Photo Metadata Standard 2025.1, IPTC NewsCodes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

MADE_BY_A_MODEL = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "picturebook": "urn:picturebook:marks:1.0/",
}
# The wrapper by which programs find a packet that they do not know the place of; the id is the standard's own.
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_END = '<?xpacket end="r"?>'
# What XML 1.0 has no way to write, escaped or not (2.2 of its specification).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class ProvenanceMetadata:
    """What is known of a picture. `prompt_hash` stands for the words; a single request has no `story_id`."""

    title: str
    model: str
    prompt_hash: str | None
    story_id: str | None
    alt_text: str | None = None


def write_provenance(marks: ProvenanceMetadata) -> bytes:
    """Return the XMP packet (UTF-8); the same marks give the same bytes. What XML cannot write becomes U+FFFD."""
    packet = ET.Element("x:xmpmeta", {"xmlns:x": "adobe:ns:meta/"})
    names = {f"xmlns:{prefix}": name for prefix, name in NAMESPACES.items() if prefix != "rdf"}
    graph = ET.SubElement(packet, "rdf:RDF", {"xmlns:rdf": NAMESPACES["rdf"]})
    picture = ET.SubElement(graph, "rdf:Description", {"rdf:about": "", **names})
    for name, value in _plain_texts(marks).items():
        ET.SubElement(picture, name).text = _writable(value)
    for name, value in _worded_texts(marks).items():
        choices = ET.SubElement(ET.SubElement(picture, name), "rdf:Alt")
        ET.SubElement(choices, "rdf:li", {"xml:lang": "x-default"}).text = _writable(value)
    return f"{_BEGIN}{ET.tostring(packet, encoding='unicode')}{_END}".encode()


def _plain_texts(marks: ProvenanceMetadata) -> dict[str, str]:
    texts = {
        "Iptc4xmpExt:DigitalSourceType": MADE_BY_A_MODEL,
        "Iptc4xmpExt:AISystemUsed": marks.model,
        "xmp:CreatorTool": "Picturebook",
        "picturebook:Model": marks.model,
    }
    names = {"picturebook:PromptHash": marks.prompt_hash, "picturebook:StoryId": marks.story_id}
    return texts | {name: value for name, value in names.items() if value is not None}


def _worded_texts(marks: ProvenanceMetadata) -> dict[str, str]:
    """Return the texts that XMP keeps by language."""
    texts = {"dc:title": marks.title}
    if marks.alt_text:
        texts |= {"dc:description": marks.alt_text, "Iptc4xmpCore:AltTextAccessibility": marks.alt_text}
    return texts


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
