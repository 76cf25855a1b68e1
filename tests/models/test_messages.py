"""The image queues' messages: complete, with one owner, and with references only to our own bucket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from picturebook.errors import InputRefusedError
from picturebook.models.messages import DrawCharacterMessage, DrawPageMessage
from picturebook.models.parsing import parse_json

MESSAGES = Path(__file__).resolve().parents[2] / "events" / "messages"


def page_request(**change: object) -> bytes:
    document = json.loads((MESSAGES / "draw_page_request.json").read_text())
    return json.dumps({name: value for name, value in {**document, **change}.items() if value is not None}).encode()


def refused_field(raw: bytes) -> str:
    with pytest.raises(InputRefusedError) as refused:
        parse_json(DrawPageMessage, raw, what="the message")
    return refused.value.field


@pytest.mark.parametrize("name", ["draw_character_request", "draw_character_of_story"])
def test_the_samples_of_characters_parse(name: str) -> None:
    raw = (MESSAGES / f"{name}.json").read_bytes()
    assert parse_json(DrawCharacterMessage, raw, what="the message").character.name == "Mira"


@pytest.mark.parametrize("name", ["draw_page_request", "draw_page_of_story"])
def test_the_samples_of_pages_parse(name: str) -> None:
    raw = (MESSAGES / f"{name}.json").read_bytes()
    assert parse_json(DrawPageMessage, raw, what="the message").page.page_number == 1


def test_a_message_has_exactly_one_owner() -> None:
    assert refused_field(page_request(request_id=None)) == "request_id"
    both = page_request(run={"story_id": "lantern", "revision": "0123456789abcdef"})
    assert refused_field(both) == "request_id"


@pytest.mark.parametrize(
    "key",
    [
        "https://example.com/a.png",
        "images/../books/x.png",
        "/etc/passwd",
        "stories/x.json",
        "images/x.gif",
        "s3://other/images/x.png",
    ],
)
def test_a_reference_is_a_picture_of_our_own(key: str) -> None:
    character = {"name": "Mira", "traits": ["a girl"], "reference_key": key}
    assert refused_field(page_request(characters=[character])).startswith("characters[0]")


def test_a_message_survives_the_queue_unchanged() -> None:
    message = parse_json(DrawPageMessage, page_request(), what="the message")
    sent = message.model_dump_json(exclude_none=True).encode()
    assert parse_json(DrawPageMessage, sent, what="the message") == message
