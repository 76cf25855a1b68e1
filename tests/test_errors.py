"""The error tree: what its constructors take, and how."""

from __future__ import annotations

import inspect

import pytest

from picturebook import errors
from picturebook.errors import (
    ErrorContext,
    ImageGenerationError,
    ImageProcessingError,
    ImageValidationError,
    PicturebookError,
)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (ErrorContext, ["source", "severity", "correlation_id"]),
        (ImageGenerationError, ["message", "generation_step", "context", "details"]),
        (ImageProcessingError, ["message", "operation", "image_format", "context", "details"]),
        (ImageValidationError, ["message", "validation_type", "issue", "context", "details"]),
    ],
)
def test_the_public_classes_take_their_arguments_by_position_too(kind: type, arguments: list[str]) -> None:
    taken = inspect.signature(kind).parameters.values()
    assert [argument.name for argument in taken] == arguments
    assert {argument.kind for argument in taken} == {inspect.Parameter.POSITIONAL_OR_KEYWORD}


@pytest.mark.parametrize("kind", [PicturebookError, errors.StoreUnavailableError, errors.WaitError])
def test_a_class_of_our_own_takes_by_keyword_what_follows_the_message(kind: type[PicturebookError]) -> None:
    first, *others = inspect.signature(kind).parameters.values()
    assert first.name == "message"
    assert {argument.kind for argument in others} == {inspect.Parameter.KEYWORD_ONLY}


def test_an_error_without_a_context_says_where_it_is_defined_and_how_bad_it_is() -> None:
    error = errors.ProviderAccountError("quota")
    assert error.context == ErrorContext("picturebook.errors", severity=errors.ErrorSeverity.CRITICAL)
    assert (error.generation_step, error.details) == ("api_call", {})
