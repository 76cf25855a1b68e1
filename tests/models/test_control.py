"""The control queue's messages: their fields, and the errors of invalid ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from picturebook.errors import InputRefusedError
from picturebook.models.control import CONTROL_MESSAGES, parse_control

MESSAGES = Path(__file__).resolve().parents[2] / "events" / "messages"
SAMPLES = sorted(MESSAGES.glob("control_*.json"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_a_message_of_its_action(path: Path) -> None:
    assert path.stem.startswith(f"control_{parse_control(path.read_bytes()).action}")


def test_every_action_has_a_sample() -> None:
    assert {parse_control(path.read_bytes()).action for path in SAMPLES} == set(CONTROL_MESSAGES)


CANCEL: dict[str, object] = {"schema_version": "1.0", "action": "cancel", "story_id": "lantern"}
REDRAW = {**CANCEL, "action": "redraw", "picture_id": "page-001"}
RESOLVE = {**REDRAW, "action": "resolve", "decision": "repay"}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({**CANCEL, "action": "explode"}, "action"),
        ({"story_id": "lantern"}, "action"),
        ({**CANCEL, "schema_version": "2.0"}, "schema_version"),
        ({**CANCEL, "story_id": "../x"}, "story_id"),
        ({**CANCEL, "revision": "latest"}, "revision"),
        ({**CANCEL, "picture_id": "page-001"}, "picture_id"),
        ({**REDRAW, "picture_id": None}, "picture_id"),
        ({**REDRAW, "take": 2}, "take"),
        ({**RESOLVE, "decision": "maybe"}, "decision"),
        ({**RESOLVE, "story_id": None}, "story_id"),
        ({**RESOLVE, "request_id": "r-1"}, "story_id"),
        ({**RESOLVE, "picture_id": None}, "picture_id"),
        ({**RESOLVE, "take": 0}, "take"),
        ({**RESOLVE, "story_id": None, "request_id": "r-1", "revision": "0" * 16}, "revision"),
    ],
)
def test_the_error_of_an_invalid_message_names_field_and_accepted_values(
    document: dict[str, object], field: str
) -> None:
    with pytest.raises(InputRefusedError) as refused:
        parse_control(json.dumps({name: value for name, value in document.items() if value is not None}).encode())
    assert refused.value.field == field
    assert refused.value.accepted


@pytest.mark.parametrize("raw", [b"", b"not json", b"[]", b'"cancel"'])
def test_input_that_is_no_object_is_refused_as_a_whole(raw: bytes) -> None:
    with pytest.raises(InputRefusedError) as refused:
        parse_control(raw)
    assert refused.value.field == "the message"
