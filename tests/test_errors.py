"""The error tree: what its constructors take, and how."""

from __future__ import annotations

import inspect
import logging

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
    ("kind", "by_position", "by_keyword"),
    [
        (ErrorContext, ["source", "severity", "correlation_id"], []),
        (ImageGenerationError, ["message", "generation_step", "context", "details"], ["retry_after"]),
        (ImageProcessingError, ["message", "operation", "image_format", "context", "details"], []),
        (ImageValidationError, ["message", "validation_type", "issue", "context", "details"], []),
    ],
)
def test_the_public_classes_take_the_arguments_of_their_specification_by_position_too(
    kind: type, by_position: list[str], by_keyword: list[str]
) -> None:
    taken = inspect.signature(kind).parameters.values()
    assert [argument.name for argument in taken] == [*by_position, *by_keyword]
    kinds = {argument.name: argument.kind for argument in taken}
    assert {kinds[name] for name in by_position} == {inspect.Parameter.POSITIONAL_OR_KEYWORD}
    assert all(kinds[name] is inspect.Parameter.KEYWORD_ONLY for name in by_keyword)


@pytest.mark.parametrize("kind", [PicturebookError, errors.StoreUnavailableError])
def test_a_class_of_our_own_takes_by_keyword_what_follows_the_message(kind: type[PicturebookError]) -> None:
    first, *others = inspect.signature(kind).parameters.values()
    assert first.name == "message"
    assert {argument.kind for argument in others} == {inspect.Parameter.KEYWORD_ONLY}


def test_only_the_base_the_public_classes_and_a_class_that_composes_its_message_have_a_constructor() -> None:
    kinds = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, PicturebookError)]
    assert {kind for kind in kinds if "__init__" in vars(kind)} == {
        PicturebookError,
        ImageGenerationError,
        ImageProcessingError,
        ImageValidationError,
        errors.InputRefusedError,
    }


def test_an_error_of_the_image_service_may_say_how_long_to_wait() -> None:
    """The only argument of the public classes that came later, so it is passed by keyword and has a default."""
    error = errors.ProviderUnavailableError("HTTP 503", retry_after=7.0)
    assert (error.retry_after, ImageGenerationError("no picture").retry_after) == (7.0, None)


@pytest.mark.parametrize(("correlation_id", "logged"), [("c-1", "c-1"), (None, None)])
def test_an_error_is_logged_with_its_severity_its_source_and_its_correlation_id(
    correlation_id: str | None, logged: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    context = ErrorContext("module.function", severity=errors.ErrorSeverity.INFO, correlation_id=correlation_id)
    with caplog.at_level(logging.INFO):
        PicturebookError("it failed", context=context).log_to(logging.getLogger(__name__))
    (record,) = caplog.records
    assert (record.levelno, record.message) == (logging.INFO, "it failed")
    assert (record.__dict__["source"], record.__dict__.get("correlation_id")) == ("module.function", logged)


def test_an_error_without_a_context_says_where_it_is_defined_and_how_bad_it_is() -> None:
    error = errors.ProviderAccountError("quota")
    assert error.context == ErrorContext("picturebook.errors", severity=errors.ErrorSeverity.CRITICAL)
    assert (error.generation_step, error.details) == ("api_call", {})
