"""The XMP metadata of a derivative: that a model made it, which model, its title and its alt text.

| property | value |
|---|---|
| `Iptc4xmpExt:DigitalSourceType` | IPTC's code for a generative model's work, which laws and platforms require |
| `Iptc4xmpExt:AISystemUsed` | the model |
| `dc:title` | the title |
| `dc:description`, `Iptc4xmpCore:AltTextAccessibility` | the alt text, where there is one |
| `xmp:CreatorTool` | `Picturebook` |
| `picturebook:Model`, `picturebook:PromptHash`, `picturebook:StoryId` | to trace a picture back to its request |

The prompt is not included, as it has the story's text. The language of title and alt text is the story's, which is not
known here: `x-default`.
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
# The wrapper by which programs find the packet in any file; the id is defined by the standard.
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_END = '<?xpacket end="r"?>'
# Characters that XML 1.0 cannot represent, escaped or not (2.2 of its specification).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class ProvenanceMetadata:
    """The provenance of a picture. `prompt_hash` identifies the prompt; a single request has no `story_id`."""

    title: str
    model: str
    prompt_hash: str | None
    story_id: str | None
    alt_text: str | None = None


def write_provenance(provenance: ProvenanceMetadata) -> bytes:
    """Return the XMP packet (UTF-8), the same bytes for the same input. Characters XML cannot hold become U+FFFD."""
    packet = ET.Element("x:xmpmeta", {"xmlns:x": "adobe:ns:meta/"})
    names = {f"xmlns:{prefix}": name for prefix, name in NAMESPACES.items() if prefix != "rdf"}
    graph = ET.SubElement(packet, "rdf:RDF", {"xmlns:rdf": NAMESPACES["rdf"]})
    picture = ET.SubElement(graph, "rdf:Description", {"rdf:about": "", **names})
    for name, value in _plain_texts(provenance).items():
        ET.SubElement(picture, name).text = _writable(value)
    for name, value in _texts_by_language(provenance).items():
        choices = ET.SubElement(ET.SubElement(picture, name), "rdf:Alt")
        ET.SubElement(choices, "rdf:li", {"xml:lang": "x-default"}).text = _writable(value)
    return f"{_BEGIN}{ET.tostring(packet, encoding='unicode')}{_END}".encode()


def _plain_texts(provenance: ProvenanceMetadata) -> dict[str, str]:
    texts = {
        "Iptc4xmpExt:DigitalSourceType": MADE_BY_A_MODEL,
        "Iptc4xmpExt:AISystemUsed": provenance.model,
        "xmp:CreatorTool": "Picturebook",
        "picturebook:Model": provenance.model,
    }
    names = {"picturebook:PromptHash": provenance.prompt_hash, "picturebook:StoryId": provenance.story_id}
    return texts | {name: value for name, value in names.items() if value is not None}


def _texts_by_language(provenance: ProvenanceMetadata) -> dict[str, str]:
    """Return the texts that XMP stores by language."""
    texts = {"dc:title": provenance.title}
    if provenance.alt_text:
        texts |= {"dc:description": provenance.alt_text, "Iptc4xmpCore:AltTextAccessibility": provenance.alt_text}
    return texts


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
