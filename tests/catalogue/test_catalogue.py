"""The models on sale, as data."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from local.cli.stack_template import default_parameters
from picturebook.catalogue import Catalogue, ModelSpec, load_catalogue
from picturebook.errors import InputRefusedError
from picturebook.image_generation.prompt_enhancement import DEFAULT_CHAT_MODEL
from picturebook.models.pictures import ChatUsage, Costs, Usage

NOVEMBER = date(2026, 11, 25)
MONTH = timedelta(days=30)
AT_ONCE = timedelta(0)
RETIRING = ["gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest"]
GONE = ["dall-e-2", "dall-e-3", "gpt-image-1"]


def spec(name: str) -> ModelSpec:
    return load_catalogue().specs[name]


def test_the_default_model_is_not_retired_next_year() -> None:
    model = default_parameters()["DefaultModel"]
    chosen = load_catalogue().choose(model, today=date(2027, 12, 31), replace_within=MONTH)
    assert (chosen.spec.name, chosen.retirement) == (model, None)


def test_the_default_chat_model_has_prices_and_no_retirement() -> None:
    chat = load_catalogue().chat(DEFAULT_CHAT_MODEL)
    assert chat is not None
    assert chat.prices is not None
    assert chat.retires_on is None


@pytest.mark.parametrize("name", [*GONE, *RETIRING])
def test_a_retired_model_has_a_replacement_without_retirement(name: str) -> None:
    catalogue = load_catalogue()
    assert catalogue.replacement(name) in catalogue.names
    assert catalogue.spec(name).name == catalogue.replacement(name)


def test_a_model_is_retired_on_its_date_and_not_before() -> None:
    assert not spec("gpt-image-1.5").is_gone(date(2026, 11, 30))
    assert spec("gpt-image-1.5").is_gone(date(2026, 12, 1))
    assert not spec("gpt-image-2").is_gone(date.max)


def test_an_unknown_model_is_refused_with_those_that_exist() -> None:
    catalogue = load_catalogue()
    for ask in (catalogue.spec, lambda name: catalogue.choose(name, today=NOVEMBER, replace_within=MONTH)):
        with pytest.raises(InputRefusedError) as refused:
            ask("gpt-image-9")
        assert refused.value.field == "model"
        assert "gpt-image-2.6-sunburst" in refused.value.accepted


@pytest.mark.parametrize("name", GONE)
def test_a_retired_model_is_replaced_in_every_configuration(name: str) -> None:
    chosen = load_catalogue().choose(name, today=NOVEMBER, replace_within=AT_ONCE)
    assert (chosen.requested, chosen.spec.name) == (name, "gpt-image-2")
    assert chosen.retirement is not None
    assert (chosen.retirement.is_gone, chosen.retirement.is_replaced) == (True, True)


@pytest.mark.parametrize(
    ("days_before", "replace_within", "drawn", "is_replaced"),
    [
        (91, MONTH, "gpt-image-1.5", None),
        (90, MONTH, "gpt-image-1.5", False),
        (31, MONTH, "gpt-image-1.5", False),
        (30, MONTH, "gpt-image-2", True),
        (1, AT_ONCE, "gpt-image-1.5", False),
        (0, AT_ONCE, "gpt-image-2", True),
        (200, timedelta(days=365), "gpt-image-2", None),
    ],
)
def test_a_model_that_retires_soon_is_reported_and_replaced_as_configured(
    days_before: int, replace_within: timedelta, drawn: str, is_replaced: bool | None
) -> None:
    today = date(2026, 12, 1) - timedelta(days=days_before)
    chosen = load_catalogue().choose("gpt-image-1.5", today=today, replace_within=replace_within)
    assert chosen.spec.name == drawn
    assert (chosen.retirement and chosen.retirement.is_replaced) == is_replaced
    if chosen.retirement:
        assert (chosen.retirement.retires_on, chosen.retirement.replaced_by) == (date(2026, 12, 1), "gpt-image-2")


def retiring(name: str, on: str | None, replaced_by: str | None) -> ModelSpec:
    day = date.fromisoformat(on) if on else None
    return spec("gpt-image-2").model_copy(update={"name": name, "retires_on": day, "replaced_by": replaced_by})


def test_replacements_are_followed_to_a_model_that_is_not_retired_on_the_day() -> None:
    catalogue = Catalogue(
        {"a": retiring("a", "2026-05-01", "b"), "b": retiring("b", "2027-05-01", "c"), "c": retiring("c", None, None)}
    )
    assert catalogue.choose("a", today=NOVEMBER, replace_within=MONTH).spec.name == "b"
    assert catalogue.choose("a", today=date(2027, 4, 15), replace_within=MONTH).spec.name == "c"
    assert catalogue.replacement("a") == "c"


def test_a_model_without_a_replacement_draws_until_it_is_retired_and_is_refused_then() -> None:
    catalogue = Catalogue({"a": retiring("a", "2026-12-01", None)})
    chosen = catalogue.choose("a", today=NOVEMBER, replace_within=MONTH)
    assert chosen.spec.name == "a"
    assert chosen.retirement is not None
    assert (chosen.retirement.replaced_by, chosen.retirement.is_replaced) == (None, False)
    with pytest.raises(InputRefusedError) as refused:
        catalogue.choose("a", today=date(2026, 12, 1), replace_within=MONTH)
    assert refused.value.field == "model"
    assert "2026-12-01" in refused.value.message


@pytest.mark.parametrize("size", ["1024x1024", "3840x2160", "1536x528", "1024x640"])
def test_sizes_that_the_provider_accepts_are_accepted(size: str) -> None:
    spec("gpt-image-2").check(size=size, quality="low")


@pytest.mark.parametrize("size", ["1000x1000", "3856x2160", "3840x2176", "2048x512", "640x640"])
def test_sizes_that_the_provider_refuses_are_refused(size: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        spec("gpt-image-2").check(size=size, quality="low")
    assert refused.value.field == "size"


def test_only_the_newer_families_accept_the_highest_qualities() -> None:
    spec("gpt-image-2.5-flare").check(size="1024x1024", quality="max")
    with pytest.raises(InputRefusedError):
        spec("gpt-image-2").check(size="1024x1024", quality="max")


@pytest.mark.parametrize(
    ("name", "given", "field", "accepted"),
    [
        ("gpt-image-2", {"background": "green"}, "background", "auto, opaque, transparent"),
        ("gpt-image-2", {"output_format": "gif"}, "output_format", "png, jpeg, webp"),
        ("gpt-image-2", {"moderation": "off"}, "moderation", "auto, low"),
        ("gpt-image-2", {"input_fidelity": "high"}, "input_fidelity", "nothing: leave it out"),
        ("gpt-image-1-mini", {"input_fidelity": "high"}, "input_fidelity", "low"),
        (
            "gpt-image-2",
            {"background": "transparent", "output_format": "jpeg"},
            "background",
            "auto, opaque, or another output_format",
        ),
        ("dall-e-3", {"quality": "standard", "moderation": "low"}, "moderation", "nothing: leave it out"),
        ("dall-e-3", {"quality": "standard", "size": "1536x1024"}, "size", "1024x1024, 1792x1024, 1024x1792"),
    ],
)
def test_each_parameter_is_refused_by_its_name(name: str, given: dict[str, str], field: str, accepted: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        spec(name).check(**{"size": "1024x1024", "quality": "low", **given})
    assert (refused.value.field, refused.value.accepted) == (field, accepted)
    assert refused.value.reason == f"unsupported_{field}"


def test_accepted_parameters_pass() -> None:
    spec("gpt-image-1.5").check(
        size="1024x1536",
        quality="high",
        background="transparent",
        output_format="webp",
        moderation="low",
        input_fidelity="high",
    )


def test_the_best_input_fidelity_is_high_where_a_model_has_it() -> None:
    assert spec("gpt-image-1.5").best_input_fidelity == "high"
    assert spec("gpt-image-1-mini").best_input_fidelity is None
    assert spec("gpt-image-2").best_input_fidelity is None


def test_costs_come_from_usage_exactly_and_by_kind() -> None:
    usage = Usage(text_in=1000, image_in=500, image_out=2000)
    # 1,000 x US$5, 500 x US$8 and 2,000 x US$30 per million
    assert spec("gpt-image-2").costs(usage) == Costs.of(
        text_in=Decimal("0.005"), image_in=Decimal("0.004"), image_out=Decimal("0.06")
    )
    assert spec("gpt-image-2").cost(usage) == Decimal("0.069")


def test_unknown_prices_make_every_kind_unknown_and_never_nothing() -> None:
    unpriced = spec("gpt-image-2").model_copy(update={"prices": None})
    assert unpriced.costs(Usage(image_out=1)) == Costs(chat=Decimal(0))
    assert unpriced.cost(Usage(image_out=1)) is None
    assert unpriced.max_cost(size="1024x1024", quality="low", prompt_bytes=1, references=0) is None


# The provider's own price list (model page of gpt-image-2 in 2026, pricing page of the others), for the picture alone.
PUBLISHED = [
    ("gpt-image-2", "1024x1024", "low", "0.006"),
    ("gpt-image-2", "1024x1024", "medium", "0.053"),
    ("gpt-image-2", "1024x1024", "high", "0.211"),
    ("gpt-image-2", "1536x1024", "low", "0.005"),
    ("gpt-image-2", "1024x1536", "medium", "0.041"),
    ("gpt-image-2", "1024x1536", "high", "0.165"),
    ("gpt-image-1.5", "1024x1024", "low", "0.009"),
    ("gpt-image-1.5", "1024x1024", "high", "0.133"),
    ("gpt-image-1.5", "1024x1536", "medium", "0.051"),
    ("gpt-image-1", "1024x1024", "medium", "0.042"),
    ("gpt-image-1", "1024x1536", "high", "0.250"),
    ("gpt-image-1-mini", "1024x1024", "high", "0.036"),
    ("dall-e-3", "1792x1024", "hd", "0.120"),
    ("dall-e-2", "512x512", "standard", "0.018"),
]


@pytest.mark.parametrize(("name", "size", "quality", "usd"), PUBLISHED)
def test_estimates_are_the_providers_published_prices(name: str, size: str, quality: str, usd: str) -> None:
    worst = spec(name).max_cost(size=size, quality=quality, prompt_bytes=0, references=0)
    assert worst is not None
    assert worst.quantize(Decimal("0.001")) == Decimal(usd)


@pytest.mark.parametrize(
    ("size", "tokens"), [("1024x1024", 7024), ("1536x1024", 5488), ("1792x1024", 5063), ("3584x2048", 12329)]
)
def test_tokens_of_free_sizes_are_those_of_the_providers_calculator(size: str, tokens: int) -> None:
    """The figures that users of the calculator reported for high quality."""
    worst = spec("gpt-image-2").max_cost(size=size, quality="high", prompt_bytes=0, references=0)
    assert worst is not None
    assert abs(worst - Decimal(30 * tokens) / 1_000_000) < Decimal("0.0001")


def test_the_worst_case_covers_a_long_prompt_and_every_reference() -> None:
    words_alone = spec("gpt-image-2").max_cost(size="1024x1024", quality="low", prompt_bytes=0, references=0)
    worst = spec("gpt-image-2").max_cost(size="1024x1024", quality="low", prompt_bytes=2000, references=3)
    assert words_alone is not None
    assert worst is not None
    # 2,000 tokens of text at the most, 1,536 of each reference
    assert worst - words_alone >= Decimal("0.01") + 3 * 1536 * Decimal("0.000008") - Decimal("0.0001")


def test_a_chat_is_priced_from_its_usage_and_at_the_most() -> None:
    chat = load_catalogue().chat("gpt-5.4-mini")
    assert chat is not None
    assert chat.cost(ChatUsage(tokens_in=1000, tokens_out=200)) == Decimal("0.00165")
    assert chat.max_cost(prompt_bytes=1000, most_tokens_out=201) == Decimal("0.001655")


def test_an_unknown_chat_model_has_an_unknown_price() -> None:
    catalogue = load_catalogue()
    assert catalogue.chat("llama-5") is None
    unknown = catalogue.chat_or_unknown("llama-5")
    assert unknown.name == "llama-5"
    assert unknown.cost(ChatUsage(tokens_in=1)) is None
    assert unknown.max_cost(prompt_bytes=1, most_tokens_out=1) is None
    assert catalogue.chat_or_unknown("gpt-5.4-mini") == catalogue.chat("gpt-5.4-mini")


def test_moderation_is_free() -> None:
    (moderation,) = load_catalogue().moderations
    assert moderation.name == "omni-moderation-latest"
    assert Decimal(moderation.usd_per_request) == 0
