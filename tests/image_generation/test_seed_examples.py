"""Each example and error pattern of the specification's document, with the missing names supplied."""

from __future__ import annotations

import inspect
import logging
from typing import Any

import pytest
from openai import AsyncOpenAI

from picturebook.errors import ProviderUnavailableError
from picturebook.image_generation import (
    ErrorContext,
    ErrorSeverity,
    ImageGenerationError,
    ImageProcessingError,
    ImageValidationError,
    call_openai_image_api,
    enhance_image_prompt,
    generate_character_images,
    generate_story_page_images,
    openai_circuit_breaker,
    with_retry,
)
from picturebook.image_generation.drawing_options import ImageCall
from tests.image_generation.scripted_openai import ScriptedOpenAI, picture_answer, refusal, url_answer

context = ErrorContext(source="image_generation.call_openai_image_api", severity=ErrorSeverity.ERROR)


def _signature(function: Any) -> list[tuple[str, Any]]:
    parameters = inspect.signature(function).parameters.values()
    return [(p.name, p.default) for p in parameters if p.kind is not inspect.Parameter.KEYWORD_ONLY]


REQUIRED = inspect.Parameter.empty
SIGNATURES = [
    (
        call_openai_image_api,
        [("client", REQUIRED), ("model", REQUIRED), ("prompt", REQUIRED), ("size", "1024x1024"),
         ("quality", "standard"), ("n", 1), ("style", None)],
    ),
    (
        generate_character_images,
        [("client", REQUIRED), ("character_name", REQUIRED), ("character_traits", REQUIRED),
         ("dalle_version", "dall-e-3"), ("progress_callback", None)],
    ),
    (
        generate_story_page_images,
        [("client", REQUIRED), ("story_content", REQUIRED), ("character_name", REQUIRED),
         ("character_traits", REQUIRED)],
    ),
    (
        enhance_image_prompt,
        [("client", REQUIRED), ("name", REQUIRED), ("traits", REQUIRED), ("base_prompt", REQUIRED)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("function", "expected"), SIGNATURES, ids=lambda value: getattr(value, "__name__", ""))
def test_signatures_are_exactly_those_of_the_document(function: Any, expected: list[tuple[str, Any]]) -> None:
    assert _signature(function) == expected
    keyword_only = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    assert all(parameter.default is not REQUIRED for parameter in keyword_only)
    assert inspect.iscoroutinefunction(function)


def test_the_call_is_retried_outside_its_circuit_with_the_documents_numbers() -> None:
    policy = inspect.getclosurevars(call_openai_image_api).nonlocals["policy"]
    guarded = call_openai_image_api.__wrapped__  # type: ignore[attr-defined] # set by functools.wraps

    assert (policy.max_attempts, policy.first_delay, policy.factor) == (3, 2.0, 2.0)
    assert "breaker" in inspect.getclosurevars(guarded).nonlocals


async def test_openai_api_integration_example_answers_a_picture() -> None:
    @with_retry(max_attempts=3, retry_delay=2.0, backoff_factor=2.0)
    @openai_circuit_breaker
    async def call(client: AsyncOpenAI, model: str, prompt: str, size: str = "1024x1024") -> str:
        return await call_openai_image_api(client, model, prompt, size)

    uri = await call(ScriptedOpenAI(picture_answer()).client, "gpt-image-2", "a fox")

    assert uri.startswith("data:image/png;base64,")


def test_image_generation_error_example() -> None:
    e = ConnectionError("no route")

    with pytest.raises(ImageGenerationError) as caught:
        raise ImageGenerationError(
            message="Failed to generate image",
            generation_step="api_call",
            context=ErrorContext(source="image_generation.call_openai_image_api", severity=ErrorSeverity.ERROR),
            details={"error": str(e)},
        )

    error = caught.value
    assert (error.message, error.generation_step) == ("Failed to generate image", "api_call")
    assert error.context.source == "image_generation.call_openai_image_api"
    assert error.context.severity is ErrorSeverity.ERROR
    assert error.details == {"error": "no route"}


def test_image_processing_error_example() -> None:
    e = KeyError("url")

    with pytest.raises(ImageProcessingError) as caught:
        raise ImageProcessingError(
            message="Failed to extract image URL from response",
            operation="url_extraction",
            image_format="url",
            context=context,
            details={"error": str(e)},
        )

    error = caught.value
    assert (error.operation, error.image_format) == ("url_extraction", "url")
    assert error.context is context
    assert error.details == {"error": "'url'"}


def test_image_validation_error_example() -> None:
    character_traits = "brave"

    with pytest.raises(ImageValidationError) as caught:
        raise ImageValidationError(
            message="Invalid character traits",
            validation_type="input",
            issue="character_traits",
            context=context,
            details={"provided": character_traits},
        )

    error = caught.value
    assert (error.validation_type, error.issue) == ("input", "character_traits")
    assert error.details == {"provided": "brave"}


@pytest.mark.parametrize("character_name", ["", None, 7, ["Mira"]])
async def test_input_validation_pattern(character_name: Any) -> None:
    scripted = ScriptedOpenAI(picture_answer())

    with pytest.raises(ImageValidationError) as caught:
        await generate_character_images(scripted.client, character_name, ["small girl"])

    error = caught.value
    assert error.message.startswith("Invalid character name")
    assert (error.validation_type, error.issue) == ("input", "character_name")
    assert error.details["provided"] == character_name
    assert error.context.source == "image_generation.generate_character_images"
    assert scripted.requests == []


async def test_api_error_handling_pattern(patient_call: ImageCall) -> None:
    with pytest.raises(ImageGenerationError) as caught:
        await patient_call(ScriptedOpenAI(refusal(500)).client, "gpt-image-2", "a fox")

    error = caught.value
    assert error.details["error"] == "ProviderUnavailableError"
    assert isinstance(error.__cause__, ProviderUnavailableError)
    assert error.__cause__.generation_step == "api_call"
    assert error.__cause__.details["error"] == "InternalServerError"


async def test_api_error_handling_pattern_as_written_is_retried_and_then_given_up(clock: Any) -> None:
    calls = []

    @with_retry(max_attempts=3, retry_delay=2.0, backoff_factor=2.0, clock=clock)
    @openai_circuit_breaker
    async def call(client: object) -> str:
        try:
            calls.append(1)
            raise ConnectionError("reset")  # noqa: TRY301 - stands for the call of the pattern
        except Exception as e:
            raise ImageGenerationError(
                message="Failed to generate image",
                generation_step="api_call",
                context=context,
                details={"error": str(e)},
            ) from e

    with pytest.raises(ImageGenerationError) as caught:
        await call(object())

    assert len(calls) == 3
    assert isinstance(caught.value.__cause__, ImageGenerationError)
    assert caught.value.__cause__.details == {"error": "reset"}


async def test_response_processing_pattern(patient_call: ImageCall) -> None:
    hollow = url_answer("")

    with pytest.raises(ImageProcessingError) as caught:
        await patient_call(ScriptedOpenAI(hollow).client, "gpt-image-2", "a fox")

    error = caught.value
    assert (error.operation, error.image_format) == ("url_extraction", "url")
    assert error.details["billed"] is True


async def test_image_generation_error_is_raised_when_the_circuit_is_open(patient_call: ImageCall) -> None:
    scripted = ScriptedOpenAI(refusal(401, "invalid_api_key"))
    with pytest.raises(ImageGenerationError):
        await patient_call(scripted.client, "gpt-image-2", "a fox")

    with pytest.raises(ImageGenerationError) as caught:
        await patient_call(scripted.client, "gpt-image-2", "a fox")

    assert caught.value.generation_step == "circuit_breaker"
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("severity", list(ErrorSeverity))
def test_errors_are_logged_at_the_level_of_their_severity(
    severity: ErrorSeverity, caplog: pytest.LogCaptureFixture
) -> None:
    error = ImageGenerationError("Failed to generate image", context=ErrorContext("here", severity=severity))

    with caplog.at_level(logging.DEBUG):
        error.log_to(logging.getLogger("test"))

    assert [record.levelname for record in caplog.records] == [severity.value]
