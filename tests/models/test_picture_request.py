"""A picture's request in its message: JSON says each text of the story once, and gives the same request back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from picturebook.catalogue import load_catalogue
from picturebook.errors import InputRefusedError
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.parsing import parse_json
from picturebook.models.story import Story
from picturebook.planning import StoryPlan, drawing_options, plan_pictures, texts_of_the_story
from tests.fakes.picturebook_world import MODEL
from tests.fakes.stories import MIRA, TOCK, page, story

STORIES = sorted((Path(__file__).resolve().parents[2] / "events" / "stories").glob("*.json"))
SCENE = "A girl lifts a lantern out of the reeds at dusk."
ODD = "  Two\nlines <<<STORY and a mark.  "


def plan(one: Story) -> StoryPlan:
    options, spec = drawing_options(one, load_catalogue(), default_model=MODEL, today=date(2026, 11, 25))
    return plan_pictures(one, spec, options=options, texts=texts_of_the_story(one))


def sent(message: AnyDrawMessage) -> str:
    return message.model_dump_json(exclude_none=True)


def one_page() -> DrawPageMessage:
    pages = [{**page(1, "Mira", "Tock"), "scene": SCENE}]
    cast = [{**MIRA, "description": "A girl in yellow."}, {**TOCK, "description": "An owl of brass."}]
    (message,) = plan(story(characters=cast, pages=pages)).pages
    return message


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_messages_of_a_sample_story_come_back_as_they_were_sent(path: Path) -> None:
    one = plan(parse_json(Story, path.read_bytes(), what="the story"))
    for message in one.messages:
        assert message.request is not None
        assert type(message).model_validate_json(sent(message)) == message


def test_odd_texts_come_back_as_they_were_sent() -> None:
    hero = {**MIRA, "description": ODD}
    pages = [{**page(1, "Mira", text=ODD), "scene": ODD}, page(2, text="x" * 4000)]
    for message in plan(story(characters=[hero], pages=pages, style=ODD)).messages:
        assert type(message).model_validate_json(sent(message)) == message


def test_a_message_says_each_text_of_the_story_once() -> None:
    message = one_page()
    document = sent(message)
    texts = (message.page.text, SCENE, message.style, *(str(one.description) for one in message.characters))
    assert [document.count(text) for text in texts] == [1] * len(texts)


def test_a_part_that_is_no_text_of_the_message_is_sent_in_full() -> None:
    message = one_page()
    assert message.request is not None
    prompt = message.request.prompt
    rewritten = tuple(part.model_copy(update={"text": f"{part.text} At night."}) for part in prompt.parts)
    request = message.request.model_copy(update={"prompt": prompt.model_copy(update={"parts": rewritten})})
    derived = message.model_copy(update={"request": request})
    assert DrawPageMessage.model_validate_json(sent(derived)) == derived


def test_a_part_names_no_text_that_the_message_does_not_have() -> None:
    document = json.loads(sent(one_page()))
    document["request"]["prompt"]["parts"][0] = {"same_as": "characters[2]"}
    with pytest.raises(InputRefusedError) as refused:
        parse_json(DrawPageMessage, json.dumps(document).encode(), what="the message")
    assert refused.value.field == "request"
    assert "characters[1]" in refused.value.accepted


def test_a_request_without_a_story_brings_no_composed_one() -> None:
    document = json.loads(sent(one_page()))
    alone: dict[str, object] = {"request_id": "fern", "run": None, "characters": []}
    with pytest.raises(InputRefusedError) as refused:
        parse_json(DrawPageMessage, json.dumps({**document, **alone}).encode(), what="the message")
    assert refused.value.field == "request"
