"""Which stories are valid, and when two have the same revision."""

from __future__ import annotations

import json

import pytest

from picturebook.errors import InputRefusedError
from picturebook.models.parsing import parse_json
from picturebook.models.story import Story
from tests.fakes.stories import MIRA, TOCK, page, story, story_document


def refusal(raw: bytes) -> InputRefusedError:
    with pytest.raises(InputRefusedError) as refused:
        parse_json(Story, raw, what="the story")
    return refused.value


def test_the_revision_does_not_depend_on_order_spacing_or_escapes() -> None:
    document = story_document(title="Fern\u00e9")
    turned = dict(reversed(document.items()))
    one = parse_json(Story, json.dumps(document, ensure_ascii=True).encode(), what="the story")
    two = parse_json(Story, json.dumps(turned, indent=4, ensure_ascii=False).encode(), what="the story")
    assert one.revision() == two.revision()


@pytest.mark.parametrize("change", [{"title": "Other"}, {"style": "ink"}, {"max_cost_usd": 5}, {"quality": "low"}])
def test_a_change_of_any_field_is_another_revision(change: dict[str, object]) -> None:
    assert story(**change).revision() != story().revision()


def test_a_missing_field_and_a_null_one_give_the_same_revision() -> None:
    document = {**story_document(), "model": None}
    assert parse_json(Story, json.dumps(document).encode(), what="the story").revision() == story().revision()


def test_names_on_pages_may_differ_in_case_and_spacing() -> None:
    assert story(pages=[page(1, "mira"), page(2, " TOCK ")]).pages[0].characters == ("mira",)


def test_four_hundred_pages_are_accepted_and_one_more_is_not() -> None:
    assert len(story(pages=[page(n) for n in range(1, 401)]).pages) == 400
    assert refusal(json.dumps(story_document(pages=[page(n) for n in range(1, 402)])).encode()).field == "pages"


def test_a_refusal_names_the_accepted_values() -> None:
    unknown = refusal(json.dumps(story_document(pages=[page(1, "Mirra")])).encode())
    assert unknown.field == "pages[0].characters[0]"
    assert unknown.accepted == "one of Mira, Tock"
    assert "Accepted: one of Mira, Tock." in unknown.message


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": None}, "title"),
        ({"titel": "x"}, "titel"),
        ({"pages": "none"}, "pages"),
        ({"pages": [{**page(1), "page_number": 1.5}]}, "pages[0].page_number"),
        ({"pages": [{**page(1), "page_number": True}]}, "pages[0].page_number"),
        ({"characters": [MIRA, {**TOCK, "traits": "owl"}]}, "characters[1].traits"),
        ({"characters": [{**MIRA, "traits": [7]}]}, "characters[0].traits[0]"),
        ({"language": "English"}, "language"),
        ({"on_unknown": "maybe"}, "on_unknown"),
        ({"max_cost_usd": 0}, "max_cost_usd"),
        ({"size": "big"}, "size"),
        ({"story_id": "a" * 65}, "story_id"),
        ({"story_id": "-a"}, "story_id"),
        ({"story_id": "a..b"}, "story_id"),
    ],
)
def test_the_first_wrong_field_is_named(change: dict[str, object], field: str) -> None:
    assert refusal(json.dumps(story_document(**change)).encode()).field == field


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"\xff\xfe", b"{" * 100_000, b'{"a":' * 50_000])
def test_input_that_is_no_story_is_refused_as_a_whole(raw: bytes) -> None:
    assert refusal(raw).field == "the story"


def test_exactly_one_mebibyte_is_read_and_a_byte_more_is_not() -> None:
    document = json.dumps(story_document()).encode()
    assert parse_json(Story, document.ljust(1024 * 1024), what="the story").story_id == "lantern"
    assert refusal(document.ljust(1024 * 1024 + 1)).reason == "too_large"


@pytest.mark.parametrize("most", [2.5, 0.0001, 12345678.9012, 3])
def test_a_serialized_story_is_read_as_the_same_story(most: float) -> None:
    one = story(max_cost_usd=most)
    again = Story.model_validate_json(one.model_dump_json())
    assert again == one
    assert again.revision() == one.revision()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"language": "English"},
            "language: is not written as it must be. Accepted: a language tag, like en or pt-BR.",
        ),
        ({"size": "big"}, "size: is not written as it must be. Accepted: WIDTHxHEIGHT in pixels, like 1024x1024."),
        ({"model": "GPT"}, "model: is not written as it must be. Accepted: a model's name, like gpt-image-2."),
        ({"quality": "XL"}, "quality: is not written as it must be. Accepted: a quality, like low, medium or high."),
        ({"max_cost_usd": 0}, "max_cost_usd: is too small. Accepted: a number greater than 0."),
        ({"max_cost_usd": 1.00001}, "max_cost_usd: has too many decimals. Accepted: a number with at most 4 decimals."),
        ({"max_cost_usd": float("nan")}, "max_cost_usd: is not a finite number. Accepted: a finite number."),
        ({"on_unknown": "x"}, "on_unknown: is none of the accepted values. Accepted: 'repay_once' or 'hold'."),
        ({"title": ""}, "title: is too short. Accepted: at least 1 character(s)."),
        ({"title": "x" * 300}, "title: is too long. Accepted: at most 200 characters."),
        (
            {"pages": [{**page(1), "page_number": 0}]},
            "pages[0].page_number: is too small. Accepted: a number of at least 1.",
        ),
        ({"title": "H" + "\u0301" * 9}, "U+0301 stacked on other marks, more than 8 on one letter. Accepted: readable"),
    ],
)
def test_a_refusal_does_not_mention_python_or_pydantic(change: dict[str, object], message: str) -> None:
    assert message in refusal(json.dumps(story_document(**change)).encode()).message


def test_a_duplicate_field_is_refused() -> None:
    document = json.dumps(story_document())
    error = refusal(document.replace('"title":', '"title": "The Other", "title":').encode())
    assert error.message == "title: is there twice. Accepted: each field once."
