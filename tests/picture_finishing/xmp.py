"""Reads the XMP of a derivative with the standard library only."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from picturebook.picture_finishing.provenance_metadata import NAMESPACES
from tests.picture_checks.files import opened


def read_xmp(content: bytes) -> dict[str, str]:
    """Return the text of each property by its prefixed name."""
    prefixes = {name: prefix for prefix, name in NAMESPACES.items()}
    root = ET.fromstring(opened(content).info["xmp"])  # noqa: S314 - our own output
    [picture] = root.iter(f"{{{NAMESPACES['rdf']}}}Description")
    found = {}
    for element in picture:
        namespace, _, name = element.tag[1:].partition("}")
        found[f"{prefixes[namespace]}:{name}"] = "".join(element.itertext())
    return found
