"""Input that a review found to be accepted wrongly, or retried forever instead of refused."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from picturebook.errors import InputRefusedError
from picturebook.models.messages import DrawPageMessage
from picturebook.models.parsing import parse_json
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import UploadPosition
from picturebook.models.story import Story
from tests.fakes.clock import START
from tests.fakes.stories import MIRA, page, story, story_document


def refused(raw: bytes, model: type[Story] | type[DrawPageMessage] = Story) -> InputRefusedError:
    with pytest.raises(InputRefusedError) as error:
        parse_json(model, raw, what="the input")
    return error.value


@pytest.mark.parametrize("title", ["\u200b", "\u2800", "\u3164", "\u00ad", "\ufeff", "\u034f", " \u2800\u200b "])
def test_an_invisible_title_is_refused(title: str) -> None:
    assert refused(json.dumps(story_document(title=title)).encode()).field == "title"


def test_enclosing_marks_stack_no_higher_than_others() -> None:
    assert refused(json.dumps(story_document(title="a" + "\u0489" * 20)).encode()).field == "title"


def test_a_character_that_newer_tables_know_is_accepted_by_every_version() -> None:
    assert story(title="Tired \U0001fae9").title


def test_names_are_equal_in_every_encoding_of_their_accents() -> None:
    assert story(characters=[{**MIRA, "name": "Zo\u00eb"}], pages=[page(1, "Zoe\u0308")]).pages


@pytest.mark.parametrize("value", ['"1_0"', '"10"', "true", "[]"])
def test_a_maximum_that_is_no_number_is_refused(value: str) -> None:
    raw = json.dumps(story_document(max_cost_usd=2.5)).replace("2.5", value)
    error = refused(raw.encode())
    assert (error.field, error.accepted) == ("max_cost_usd", "a number")


def test_two_spellings_of_one_maximum_are_one_revision() -> None:
    document = json.dumps(story_document(max_cost_usd=2.5))
    stories = [parse_json(Story, raw.encode(), what="x") for raw in (document, document.replace("2.5", "2.50"))]
    assert stories[0].revision() == stories[1].revision()
    assert stories[0].max_cost_usd == Decimal("2.5")


def test_an_unknown_field_is_shown_shortened_and_without_hidden_characters() -> None:
    error = refused(json.dumps({**story_document(), "k\u202e" * 100_000: 1}).encode())
    assert len(error.message) < 500
    assert "\u202e" not in error.message


def page_request(**character: object) -> bytes:
    document = {
        "schema_version": "1.0",
        "request_id": "r-1",
        "style": "ink",
        "page": {"page_number": 1, "text": "A boat."},
        "characters": [{**MIRA, **character}],
    }
    return json.dumps(document).encode()


def test_a_request_without_a_run_cannot_name_a_sheet() -> None:
    error = refused(page_request(picture_id="character-01"), DrawPageMessage)
    assert error.field == "characters[0].picture_id"


@pytest.mark.parametrize("key", ["images//x.png", "images/a//x.png"])
def test_a_key_that_the_store_refuses_is_refused_in_the_message(key: str) -> None:
    assert refused(page_request(reference_key=key), DrawPageMessage).field == "characters[0].reference_key"


def test_the_later_of_two_uploads_in_one_second_is_the_later_one() -> None:
    sooner, later = (UploadPosition(moment=START.replace(microsecond=us)) for us in (0, 500_000))
    assert sooner.sort_key() < later.sort_key()


def test_sequencers_of_any_length_are_ordered_as_numbers() -> None:
    one, two = (UploadPosition(moment=START, sequencer=s) for s in ("FF", "100"))
    assert one.sort_key() < two.sort_key()


def test_no_request_shares_its_events_with_a_story_of_any_name() -> None:
    request = PictureRef(request_id="0123456789abcdef", picture_id="page-001")
    of_story = PictureRef(story_id="requests", revision="0123456789abcdef", picture_id="page-001")
    assert request.owner != of_story.owner
