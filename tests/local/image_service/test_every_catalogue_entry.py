"""Every model of the catalogue, drawn with through the strict service: what the entry says is what the service does.

The service has its own knowledge of the provider's models, so neither can hide the other's mistake. Its clock stands at
the day before the model retires.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openai import AsyncOpenAI
from PIL import Image

from local.image_service.api_errors import ApiError
from local.image_service.config import ServiceConfig
from local.image_service.image_request import validate_image_request
from local.image_service.server import ImageServer
from picturebook.adapters.openai_image_model import OpenAIImageModel
from picturebook.catalogue import ModelSpec, load_catalogue
from picturebook.catalogue.sizes import SizeRule
from picturebook.errors import InputRefusedError, ProviderAccountError, RequestRefusedError
from picturebook.models.pictures import ImageRequest, Reference

KEY = "sk-test-only"
SPECS = load_catalogue().specs
# Everything that any model takes, and some that none does.
CANDIDATES = {
    "size": (
        *("256x256", "512x512", "1024x1024", "1536x1024", "1024x1536", "1024x1792", "1792x1024", "1024x640"),
        # The rule's corners, and just beyond them: most pixels, longest side, steepest, fewest pixels, no multiple.
        *("3840x2160", "2160x3840", "2880x2880", "3840x2176", "3856x1600", "3840x1280", "3840x1264", "1536x512"),
        *("512x1536", "512x1552", "1024x624", "1000x1000"),
    ),
    "quality": ("standard", "hd", "low", "medium", "high", "xhigh", "max", "auto", "best"),
    "background": ("auto", "opaque", "transparent", "green"),
    "output_format": ("png", "jpeg", "webp", "gif"),
    "moderation": ("auto", "low", "off"),
    "input_fidelity": ("low", "high", "best"),
}
# Sizes by the rule that are small enough to be drawn by the dozen: the fewest pixels, and 3:1 either way.
SMALL_CORNERS = ("1024x640", "1536x512", "512x1536")
FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(buffer, "PNG")
    return buffer.getvalue()


REFERENCE = Reference(png(), "image/png")


@dataclass
class Provider:
    """The service, with the day that its clock shows, and a client for it."""

    server: ImageServer
    today: list[datetime]
    runner: asyncio.Runner
    client: AsyncOpenAI

    def draw(self, request: ImageRequest) -> None:
        """Draw, and hold the picture and its bill against the catalogue."""
        drawn = self.runner.run(OpenAIImageModel(self.client).draw(request, timeout_seconds=60))
        assert drawn.content is not None
        with Image.open(io.BytesIO(drawn.content)) as picture:
            assert "x".join(map(str, picture.size)) == request.size
            assert picture.format == FORMATS[request.output_format or "png"]
        spec = SPECS[request.model]
        record = self.server.service.ledger.records[-1]
        assert (record["model"], record["references"]) == (request.model, len(request.references))
        worst = spec.max_cost(
            size=request.size,
            quality=request.quality,
            prompt_bytes=len(request.prompt),
            references=len(request.references),
        )
        assert worst is not None
        assert Decimal(str(record["usd"])) <= worst
        if spec.prices:
            assert drawn.usage is not None
            assert float(spec.cost(drawn.usage) or 0) == pytest.approx(record["usd"])

    def says(self, request: ImageRequest, **more: object) -> str | None:
        """Return the parameter that the service refuses, None when it takes the request."""
        fields = {name: getattr(request, name) for name in ("model", "prompt", "style", *CANDIDATES)}
        try:
            validate_image_request({**fields, **more}, is_edit=bool(request.references), now=self.today[0].timestamp())
        except ApiError as refused:
            return str(refused.body["error"]["param"])
        return None


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    today = [datetime(2026, 11, 25, tzinfo=UTC)]

    def now() -> float:
        return today[0].timestamp()

    config = ServiceConfig(api_key=KEY, prerendered=True, clock=now)
    with ImageServer(config) as server, asyncio.Runner() as runner:
        client = AsyncOpenAI(api_key=KEY, base_url=server.base_url, max_retries=0)
        yield Provider(server, today, runner, client)
        runner.run(client.close())


@pytest.fixture(params=list(SPECS))
def spec(request: pytest.FixtureRequest, provider: Provider) -> ModelSpec:
    found = SPECS[request.param]
    day = found.retires_on or date(2026, 11, 26)
    provider.today[0] = datetime.combine(day, time(23, 59), UTC) - timedelta(days=1)
    return found


def sizes_of(spec: ModelSpec) -> tuple[str, ...]:
    return SMALL_CORNERS if isinstance(spec.sizes, SizeRule) else spec.sizes


def plain(spec: ModelSpec) -> ImageRequest:
    """Return the smallest request that the model takes: the catalogue's first values."""
    return ImageRequest(spec.name, "a fox", sizes_of(spec)[0], spec.qualities[0])


def as_it_says(spec: ModelSpec) -> Iterator[ImageRequest]:
    """Yield requests in which everything that the entry names is asked for at least once, with references and without.

    A transparent picture is never a JPEG: formats and backgrounds run against each other.
    """
    several = {
        "size": sizes_of(spec),
        "quality": spec.qualities,
        "background": spec.backgrounds,
        "output_format": tuple(reversed(spec.output_formats)),
        "moderation": spec.moderations,
        "style": spec.styles,
    }
    for turn in range(max(map(len, several.values()))):
        values: dict[str, Any] = {name: given[turn % len(given)] for name, given in several.items() if given}
        if (values.get("background"), values.get("output_format")) == ("transparent", "jpeg"):
            values["output_format"] = "webp"
        yield replace(plain(spec), **values)
    for fidelity in spec.input_fidelities or (None,):
        if spec.most_references:
            yield replace(plain(spec), references=(REFERENCE,) * 2, input_fidelity=fidelity, moderation="low")


def refused_by_us(request: ImageRequest) -> str | None:
    """Return the parameter that the catalogue refuses, None when it takes the request."""
    try:
        SPECS[request.model].check(
            size=request.size,
            quality=request.quality,
            background=request.background,
            output_format=request.output_format,
            moderation=request.moderation,
            input_fidelity=request.input_fidelity,
        )
    except InputRefusedError as refused:
        return refused.field
    return None


def test_all_that_an_entry_names_is_drawn_and_billed_within_its_worst_case(provider: Provider, spec: ModelSpec) -> None:
    for request in as_it_says(spec):
        assert refused_by_us(request) is None
        provider.draw(request)


def test_each_value_is_taken_by_both_or_refused_by_both(provider: Provider, spec: ModelSpec) -> None:
    references = (REFERENCE,) if spec.most_references else ()
    for parameter, values in CANDIDATES.items():
        for value in values:
            wish: dict[str, Any] = {parameter: value}
            request = replace(plain(spec), **wish)
            if parameter == "input_fidelity":
                request = replace(request, references=references)
            assert provider.says(request) == refused_by_us(request), (spec.name, parameter, value)
    transparent = replace(plain(spec), background="transparent", output_format="jpeg")
    assert provider.says(transparent) == refused_by_us(transparent) == "background"


def test_what_the_functions_do_not_ask_for_is_as_strict(provider: Provider, spec: ModelSpec) -> None:
    longest = replace(plain(spec), prompt="x" * spec.most_prompt_characters)
    assert provider.says(longest) is None
    assert provider.says(replace(longest, prompt=longest.prompt + "x")) == "prompt"
    for style in ("vivid", "natural", "gloomy"):
        assert provider.says(replace(plain(spec), style=style)) == (None if style in spec.styles else "style")
    assert provider.says(plain(spec), response_format="url") == "response_format"
    assert provider.says(plain(spec), n=10) == ("n" if spec.name == "dall-e-3" else None)


def test_references_are_taken_up_to_their_number_and_no_further(provider: Provider, spec: ModelSpec) -> None:
    most = (REFERENCE,) * spec.most_references
    if most:
        provider.draw(replace(plain(spec), references=most))
    with pytest.raises(RequestRefusedError) as refused:
        provider.draw(replace(plain(spec), references=(*most, REFERENCE)))
    assert refused.value.details["param"] == ("image" if most else "model")


def test_a_model_is_there_until_its_day_and_then_no_more(provider: Provider, spec: ModelSpec) -> None:
    provider.draw(plain(spec))
    if spec.retires_on:
        provider.today[0] += timedelta(days=1)
        with pytest.raises(ProviderAccountError) as gone:
            provider.draw(plain(spec))
        assert gone.value.details["code"] == "model_not_found"


def test_the_code_of_a_fidelity_that_gpt_image_2_does_not_have_is_the_providers(provider: Provider) -> None:
    request = replace(plain(SPECS["gpt-image-2"]), references=(REFERENCE,), input_fidelity="high")
    with pytest.raises(RequestRefusedError) as refused:
        provider.draw(request)
    assert refused.value.details["code"] == "invalid_input_fidelity_model"
