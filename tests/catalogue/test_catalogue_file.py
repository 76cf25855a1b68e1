"""Every mistake in models.json is one error at start: its entry, its field, and what would be accepted."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from picturebook.catalogue import load_catalogue
from picturebook.catalogue.catalogue import parse_catalogue
from picturebook.errors import ImageValidationError
from picturebook.models.pictures import ChatUsage

TEXT = files("picturebook.catalogue").joinpath("models.json").read_text("utf-8")


def refusal(text: str) -> str:
    with pytest.raises(ImageValidationError) as refused:
        parse_catalogue(text.encode())
    return refused.value.message


def changed(old: str, new: str) -> str:
    """Return the file's text with one thing replaced, the first of its kind."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)


FLARE = '"gpt-image-2.6-flare": { "family": "gpt-image-2.5"'

MISTAKES = [
    (
        "an unknown field",
        f"{FLARE} }}",
        f'{FLARE}, "qualites": [] }}',
        "models.gpt-image-2.6-flare.qualites: is not a field",
    ),
    (
        "an unknown family",
        FLARE,
        FLARE.replace("2.5", "7"),
        "models.gpt-image-2.6-flare.family: 'gpt-image-7' is not a family. Accepted: dall-e-2, ",
    ),
    (
        "a family that is missing",
        f"{FLARE} }}",
        '"gpt-image-2.6-flare": { }',
        "models.gpt-image-2.6-flare.family: None is not a family",
    ),
    (
        "a misspelt field of a family",
        '"most_references": 0',
        '"most_refrences": 0',
        "families.dall-e-2.most_refrences: is not a field",
    ),
    (
        "a wrong type in a family",
        '"most_prompt_characters": 1000',
        '"most_prompt_characters": "1000"',
        "families.dall-e-2.most_prompt_characters: is not a whole number. Accepted: a whole number.",
    ),
    (
        "a wrong type in an entry",
        f"{FLARE} }}",
        f'{FLARE}, "most_references": "16" }}',
        "models.gpt-image-2.6-flare.most_references: is not a whole number. Accepted: a whole number.",
    ),
    (
        "a wrong type inside a table",
        '"low": 272',
        '"low": 272.5',
        "families.gpt-image-1.output_tokens.by_size.1024x1024.low: is not a whole number. Accepted: a whole number.",
    ),
    (
        "a misspelt field of a rule",
        '{ "multiple_of": 16',
        '{ "multiple": 16',
        "families.gpt-image-2.sizes.multiple: is not a field",
    ),
    (
        "a misspelt field of one form of two",
        '"base_pixels": 2000000',
        '"base_pixel": 2000000',
        "families.gpt-image-2.output_tokens.base_pixel: is not a field",
    ),
    (
        "an item of a list",
        '["256x256", "512x512"',
        '["256x256", "large"',
        "families.dall-e-2.sizes[1]: is not written as it must be. Accepted: WIDTHxHEIGHT in pixels",
    ),
    (
        "a missing field",
        '      "default_size": "1024x1024",\n',
        "",
        "models.dall-e-2.default_size: is missing",
    ),
    (
        "a price that is no number",
        '"image_in": "2.5"',
        '"image_in": "2,5"',
        "models.gpt-image-1-mini.usd_per_million.image_in: is not written as it must be. Accepted: a string",
    ),
    (
        "a bad date",
        '"retires_on": "2026-10-23"',
        '"retires_on": "2026-23-10"',
        "models.gpt-image-1.retires_on: is not a date. Accepted: a date such as 2026-12-01.",
    ),
    (
        "a replacement that does not exist",
        '"replaced_by": "gpt-image-2" }',
        '"replaced_by": "gpt-image-7" }',
        "models.dall-e-2.replaced_by: gpt-image-7 is not a model. Accepted: ",
    ),
    (
        "a replacement that is itself retired",
        '"replaced_by": "gpt-image-2" }',
        '"replaced_by": "dall-e-3" }',
        "models.dall-e-2.replaced_by: dall-e-3 is itself retired on 2026-05-12",
    ),
    (
        "a replacement of a model that stays",
        FLARE,
        f'{FLARE}, "replaced_by": "gpt-image-2"',
        "models.gpt-image-2.6-flare.replaced_by: is set for a model without a retirement. Accepted: null, ",
    ),
    (
        "a quality without an estimate",
        '"high": 96, "auto": 96',
        '"high": 96',
        "families.gpt-image-2.output_tokens: has no figure for auto. Accepted: a figure for each ",
    ),
    (
        "a size without an estimate",
        '"512x512": { "standard": "0.018" },\n',
        "",
        "families.dall-e-2.usd_per_picture: has no figure for 512x512 standard",
    ),
    (
        "a table for a rule's sizes",
        f"{FLARE} }}",
        f'{FLARE}, "output_tokens": {{"by_size": {{}}}} }}',
        "models.gpt-image-2.6-flare.output_tokens: has no figure for most of the sizes",
    ),
    (
        "a default that is not taken",
        '"default_size": "1024x1024"',
        '"default_size": "640x640"',
        "families.dall-e-2.default_size: 640x640 is not one of its sizes",
    ),
    (
        "a source that is not told",
        '"sources": ["moderation"]',
        '"sources": ["hearsay"]',
        "moderation_models.omni-moderation-latest.sources[0]: hearsay is not a source. Accepted: sdk, deprecations, ",
    ),
    ("an unknown table", '"families": {', '"tables": {},\n  "families": {', "tables: is not a field"),
    (
        "a chat model's price",
        '"tokens_out": "4.5"',
        '"token_out": "4.5"',
        "chat_models.gpt-5.4-mini.usd_per_million.token_out: is not a field",
    ),
    (
        "a price that is left out",
        '"usd_per_million": null, "retires_on": null, "sources": ["chat-dates"]',
        '"retires_on": null, "sources": ["chat-dates"]',
        "chat_models.gpt-6.1-terra.usd_per_million: is missing",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "problem"), [mistake[1:] for mistake in MISTAKES], ids=[name for name, *_ in MISTAKES]
)
def test_a_mistake_names_its_entry_its_field_and_what_would_be_accepted(old: str, new: str, problem: str) -> None:
    message = refusal(changed(old, new))
    assert message.startswith(f"models.json: {problem}")
    assert ". Accepted: " in message


def test_the_error_names_a_duplicate_model() -> None:
    twice = f'{FLARE} }},\n    "gpt-image-2.6-flare": {{ "family": "gpt-image-2" }}'
    assert refusal(changed(f"{FLARE} }}", twice)) == (
        "models.json: models.gpt-image-2.6-flare: is there twice. Accepted: each field once."
    )


def test_the_error_names_an_unused_family() -> None:
    text = TEXT.replace('{ "family": "dall-e-3"', '{ "family": "dall-e-2"')
    assert refusal(text) == (
        "models.json: families.dall-e-3: is no model's family. Accepted: families that a model names."
    )


def test_what_is_no_json_is_refused_with_its_line() -> None:
    text = changed('"gpt-image-2": { "family": "gpt-image-2" },', '"gpt-image-2": { "family": "gpt-image-2" }')
    assert refusal(text).startswith("models.json: is not JSON: expected `,` or `}` at line ")
    with pytest.raises(ImageValidationError, match="is not UTF-8: byte 20 is 0xff"):
        parse_catalogue(b'{\n"sources": {"a": "\xff"}}')


def with_entry(**entry: Any) -> bytes:
    document = json.loads(TEXT)
    document["models"]["gpt-image-3"] = entry
    return json.dumps(document).encode()


def test_a_new_model_is_one_entry_and_no_code() -> None:
    raw = with_entry(
        family="gpt-image-2",
        qualities=["draft", "final"],
        output_tokens={"patches_on_longer_side": {"draft": 8, "final": 200}, "base_pixels": 0, "pixels_per_token": 100},
        most_references=2,
        usd_per_million={"text_in": "1", "image_in": "2", "image_out": "3"},
    )
    chosen = parse_catalogue(raw).choose("gpt-image-3", today=date(2026, 11, 25), replace_within=date.resolution)
    chosen.spec.check(size="1024x1024", quality="draft", output_format="webp")
    assert chosen.spec.most_references == 2
    worst = chosen.spec.max_cost(size="1024x1024", quality="draft", prompt_bytes=0, references=0)
    # 8 x 8 patches of 1,048,576 / 100 tokens at US$3 per million
    assert worst == Decimal("2.0133")


def test_a_field_of_an_entry_overrides_its_family() -> None:
    catalogue = parse_catalogue(with_entry(family="gpt-image-2", most_references=1, retires_on="2027-01-01"))
    assert catalogue.specs["gpt-image-3"].most_references == 1
    assert catalogue.specs["gpt-image-2"].most_references == 16


def test_an_unknown_price_is_null() -> None:
    catalogue = parse_catalogue(with_entry(family="gpt-image-2", usd_per_million=None))
    spec = catalogue.specs["gpt-image-3"]
    assert spec.max_cost(size="1024x1024", quality="low", prompt_bytes=1, references=0) is None
    terra = load_catalogue().chat("gpt-6.1-terra")
    assert terra is not None
    assert terra.cost(ChatUsage(tokens_in=1)) is None


def test_every_family_and_every_chat_model_has_sources() -> None:
    document = json.loads(TEXT)
    tables = ("families", "chat_models", "moderation_models")
    assert all(entry["sources"] for table in tables for entry in document[table].values())
    used = {
        source
        for table in (*tables, "models")
        for entry in document[table].values()
        for source in entry.get("sources", ())
    }
    assert used == set(document["sources"])
