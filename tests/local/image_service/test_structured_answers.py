"""What the chat models say fits the form, and changes no drawing."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from local.image_service.structured_answers import (
    BEARINGS,
    BUILDS,
    FACES,
    GAZES,
    MORE_COLOURS,
    STYLES,
    answer_by_schema,
)
from picturebook.models.messages import CharacterOnPage, DrawPageMessage, PageContent, RunRef
from picturebook.models.parsing import parse_json
from picturebook.models.story import Story
from picturebook.prompts.alt_text_prompt import alt_text_request, read_alt_text
from picturebook.prompts.bible_prompt import bible_request, fallback_style, read_bible
from sketch_artist.prompt.character_reading import read_description
from sketch_artist.prompt.scene_reading import PLACES, PROPS, TIMES, WEATHERS

STORIES = sorted((Path(__file__).parents[3] / "events/stories").glob("*.json"))
SCENE_WORDS = {word for table in (PLACES, TIMES, WEATHERS, PROPS) for words in table.values() for word in words.split()}
ENDINGS = ("a coat of gold", "fond of orange", "dark", "a small red", "eyes of green")


def load(path: Path) -> Story:
    return parse_json(Story, path.read_bytes(), what="the story")


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_sample_stories_get_bibles_without_a_problem_and_the_same_heroes(path: Path) -> None:
    story = load(path)
    asked = bible_request(story.characters, others=(), style=story.style, asks_style=True, model="m")
    assert asked.schema is not None
    names = [character.name for character in story.characters]

    read = read_bible(
        answer_by_schema(asked.schema, asked.text), story.characters, names=names, fallback=fallback_style(story)
    )

    assert read.problems == ()
    for character, look in zip(story.characters, read.appearances, strict=True):
        assert look.source == "chat"
        assert read_description(look.name, look.description) == read_description(look.name, ", ".join(character.traits))


@pytest.mark.parametrize("traits", ENDINGS)
def test_no_details_change_what_traits_say(traits: str) -> None:
    for parts in itertools.product(FACES, GAZES, BUILDS, BEARINGS):
        described = f"{traits}; {', '.join(parts)}"
        assert read_description("Mira", described) == read_description("Mira", traits), described


def test_words_of_style_and_colours_change_no_scene() -> None:
    words = {word.strip(",") for text in (*STYLES, *MORE_COLOURS) for word in text.split()}

    assert words & SCENE_WORDS == set()


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_every_page_of_the_sample_stories_gets_an_alt_text(path: Path) -> None:
    story = load(path)
    for page in story.pages:
        cast = tuple(CharacterOnPage(name=name, traits=("x",)) for name in page.characters)
        message = DrawPageMessage(
            schema_version="1.0",
            run=RunRef(story_id=story.story_id, revision="0" * 16),
            style=story.style,
            language=story.language,
            page=PageContent.of(page),
            characters=cast,
        )
        asked = alt_text_request(message, model="m")
        assert asked.schema is not None

        alt, problem = read_alt_text(answer_by_schema(asked.schema, asked.text))

        assert problem is None
        assert alt is not None
        assert all(name in alt.text for name in page.characters)


def test_an_unknown_form_gets_the_least_that_is_of_it() -> None:
    schema = {
        "type": "object",
        "properties": {
            "mood": {"type": "string", "enum": ["calm", "wild"]},
            "pages": {"type": "array", "items": {"type": "integer", "minimum": 3}, "minItems": 2},
            "is_night": {"type": "boolean"},
            "about": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "nobody": {"type": ["null", "string"]},
        },
    }

    assert json.loads(answer_by_schema(schema, "A fox\nat dawn")) == {
        "mood": "calm",
        "pages": [3, 3],
        "is_night": False,
        "about": "A fox at dawn",
        "nobody": None,
    }


def test_data_that_is_not_of_our_form_gets_an_empty_answer_and_no_crash() -> None:
    asked = bible_request([], others=(), style="x", asks_style=True, model="m")
    assert asked.schema is not None

    answer = json.loads(answer_by_schema(asked.schema, "no JSON"))

    assert answer["characters"] == []
    assert len(answer["palette"]) >= 3
