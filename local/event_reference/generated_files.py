"""All generated files of the event reference, by path, and the schemas of the releases."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from local.event_reference.samples import sample_events
from local.event_reference.schemas import Schema, event_schemas
from local.event_reference.tables import metadata_table, overview_table, payload_sections
from picturebook.events import SOURCE, Event

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = Path("docs/events.md")
SAMPLES = Path("events/announcements")
SCHEMAS = Path("events/schemas")
RELEASES = SCHEMAS / "released"


def generated_files() -> Mapping[Path, str]:
    """Return the content of every generated file by its path below the repository's root."""
    events = sample_events()
    files = {SAMPLES / f"{name}.json": _json(_envelope(event)) for name, event in events.items()}
    files |= {SCHEMAS / f"{name}.json": _json(schema) for name, schema in event_schemas().items()}
    blocks = {
        "metadata": metadata_table(),
        "overview": overview_table(),
        "payloads": payload_sections(list(events)),
    }
    return {**files, DOCUMENT: _with_blocks((ROOT / DOCUMENT).read_text(encoding="utf-8"), blocks)}


def stale_files() -> list[Path]:
    """Return the paths of generated files that are missing, not current, or not generated any more."""
    files = generated_files()
    folders = (ROOT / SAMPLES, ROOT / SCHEMAS)
    present = {path.relative_to(ROOT) for folder in folders for path in folder.glob("*.json")}
    differing = {path for path, content in files.items() if not _holds(ROOT / path, content)}
    return sorted(differing | (present - files.keys()))


def last_release() -> tuple[str, Mapping[str, Schema]]:
    """Return the version of the last release, and its schemas by detail type."""
    folder = max((ROOT / RELEASES).iterdir(), key=lambda one: [int(number) for number in one.name.split(".")])
    return folder.name, {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}


def _holds(path: Path, content: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == content


def _envelope(event: Event) -> Mapping[str, object]:
    """Return the event as EventBridge delivers it."""
    return {
        "version": "0",
        "id": "8d0a4d3e-5d0b-4c56-9c58-3d1a9f4a7c11",
        "detail-type": event.detail_type,
        "source": SOURCE,
        "account": "123456789012",
        "time": f"{event.metadata.occurred_at:%Y-%m-%dT%H:%M:%SZ}",
        "region": "eu-central-1",
        "resources": [],
        "detail": json.loads(event.model_dump_json(include={"metadata", "data"})),
    }


def _json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _with_blocks(document: str, blocks: Mapping[str, str]) -> str:
    """Replace what lies between the markers of each block; raises ValueError where a marker is missing."""
    for name, content in blocks.items():
        begin, end = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if len(pattern.findall(document)) != 1:
            raise ValueError(f"{DOCUMENT} needs the markers {begin} and {end} once")
        document = pattern.sub(lambda _, text=f"{begin}\n\n{content}\n\n{end}": text, document)  # type: ignore[misc]
    return document
