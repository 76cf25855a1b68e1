"""The models on sale, as data."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from picturebook.catalogue import load_catalogue
from picturebook.catalogue.catalogue import parse_catalogue
from picturebook.errors import ImageValidationError, InputRefusedError
from picturebook.models.pictures import Usage


def test_the_default_model_is_alive_next_year() -> None:
    catalogue = load_catalogue()
    assert "gpt-image-2" in catalogue.names
    assert catalogue.replacement("gpt-image-2") is None


@pytest.mark.parametrize("name", ["dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1.5", "chatgpt-image-latest"])
def test_a_retired_model_has_a_replacement_that_is_on_sale(name: str) -> None:
    catalogue = load_catalogue()
    assert catalogue.replacement(name) in catalogue.names
    assert catalogue.spec(name).name == catalogue.replacement(name)


def test_a_model_is_gone_on_its_day_and_not_before() -> None:
    retired = load_catalogue().retired["gpt-image-1.5"]
    assert not retired.is_gone(date(2026, 11, 30))
    assert retired.is_gone(date(2026, 12, 1))


def test_an_unknown_model_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InputRefusedError) as refused:
        load_catalogue().spec("gpt-image-9")
    assert refused.value.field == "model"
    assert "gpt-image-2.6-sunburst" in refused.value.accepted


@pytest.mark.parametrize("size", ["1024x1024", "3840x2160", "1536x528", "1024x640"])
def test_sizes_that_the_provider_takes_are_taken(size: str) -> None:
    load_catalogue().spec("gpt-image-2").check(size=size, quality="low")


@pytest.mark.parametrize("size", ["1000x1000", "3856x2160", "3840x2176", "2048x512", "640x640"])
def test_sizes_that_it_does_not_take_are_refused(size: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        load_catalogue().spec("gpt-image-2").check(size=size, quality="low")
    assert refused.value.field == "size"


def test_only_the_newer_families_take_the_highest_qualities() -> None:
    catalogue = load_catalogue()
    catalogue.spec("gpt-image-2.5-flare").check(size="1024x1024", quality="max")
    with pytest.raises(InputRefusedError):
        catalogue.spec("gpt-image-2").check(size="1024x1024", quality="max")


def test_cost_comes_from_usage_exactly() -> None:
    spec = load_catalogue().spec("gpt-image-2")
    # 1,000 x US$5, 500 x US$8 and 2,000 x US$30 per million
    assert spec.cost(Usage(text_in=1000, image_in=500, image_out=2000)) == Decimal("0.069")


def test_the_worst_case_is_never_below_what_a_plain_picture_costs() -> None:
    spec = load_catalogue().spec("gpt-image-2")
    worst = spec.worst_cost(size="1024x1024", quality="high", prompt_bytes=2000, references=0)
    plain = spec.cost(Usage(text_in=500, image_out=4160))
    assert worst is not None
    assert plain is not None
    assert worst >= plain


def test_an_unknown_price_is_said_to_be_unknown_and_never_left_out() -> None:
    document = json.loads(files("picturebook.catalogue").joinpath("models.json").read_bytes())
    document["families"]["gpt-image-2"]["usd_per_million"] = None
    spec = parse_catalogue(json.dumps(document).encode()).spec("gpt-image-2")
    assert spec.cost(Usage(image_out=1)) is None
    assert spec.worst_cost(size="1024x1024", quality="low", prompt_bytes=1, references=0) is None
    del document["families"]["gpt-image-2"]["usd_per_million"]
    with pytest.raises(ImageValidationError) as refused:
        parse_catalogue(json.dumps(document).encode())
    assert "usd_per_million" in refused.value.message


def test_an_entry_with_a_typo_is_named() -> None:
    document = json.loads(files("picturebook.catalogue").joinpath("models.json").read_bytes())
    document["models"]["gpt-image-2"]["famly"] = document["models"]["gpt-image-2"].pop("family")
    with pytest.raises(ImageValidationError) as refused:
        parse_catalogue(json.dumps(document).encode())
    assert "models.gpt-image-2" in refused.value.message


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        (("models", "gpt-image-2", "family"), "gpt-image-7", "gpt-image-2"),
        (("retired", "dall-e-3", "replaced_by"), "x", "dall-e-3"),
    ],
)
def test_an_entry_that_points_nowhere_is_named(place: tuple[str, str, str], value: str, named: str) -> None:
    document = json.loads(files("picturebook.catalogue").joinpath("models.json").read_bytes())
    table, entry, field = place
    document[table][entry][field] = value
    with pytest.raises(ImageValidationError) as refused:
        parse_catalogue(json.dumps(document).encode())
    assert named in refused.value.message
