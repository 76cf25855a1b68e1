"""The JSON of every kind of event, byte for byte as release 0.1.0 publishes it.

`published.json` was written before the events had payload models. It is not generated: a change of it is a change
that subscribers see.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.event_reference.samples import sample_events
from tests.events.edge_cases import edge_cases

PUBLISHED = json.loads((Path(__file__).parent / "published.json").read_text(encoding="utf-8"))
EVENTS = {**sample_events(), **edge_cases()}


@pytest.mark.parametrize("name", PUBLISHED)
def test_an_event_is_published_as_it_was(name: str) -> None:
    event = EVENTS[name]
    assert [event.detail_type, event.model_dump_json(include={"metadata", "data"})] == PUBLISHED[name]
