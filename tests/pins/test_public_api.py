"""What programs import from `picturebook.image_generation`: names, parameters, defaults, errors and warnings."""

from __future__ import annotations

import inspect
import warnings

import pytest

import picturebook.image_generation as api
from tests.pins.golden_files import as_json, hold

# The errors whose constructors the project's first specification documents; those of others are no promise.
DOCUMENTED = ("ErrorContext", "ImageGenerationError", "ImageProcessingError", "ImageValidationError")


def parameters_of(called: object) -> list[str]:
    """Return each parameter's kind, name and default, in order."""
    signature = inspect.signature(called)  # type: ignore[arg-type] # what is exported is called
    return [f"{one.kind.description}: {one.name}{_default(one)}" for one in signature.parameters.values()]


def _default(parameter: inspect.Parameter) -> str:
    if parameter.default is parameter.empty:
        return ""
    # A function's own text has its address in memory.
    return f" = {getattr(parameter.default, '__name__', repr(parameter.default))}"


def bases_of(exported: type) -> list[str]:
    return [base.__name__ for base in exported.__mro__[1:]]


def test_names_parameters_and_bases() -> None:
    exported = {name: getattr(api, name) for name in sorted(api.__all__)}
    hold(
        "public_api.json",
        as_json(
            {
                "names": list(exported),
                "coroutines": [name for name, one in exported.items() if inspect.iscoroutinefunction(one)],
                "parameters": {
                    name: parameters_of(one)
                    for name, one in exported.items()
                    if name in DOCUMENTED or not inspect.isclass(one)
                },
                "bases": {name: bases_of(one) for name, one in exported.items() if inspect.isclass(one)},
                "severities": [severity.value for severity in api.ErrorSeverity],
                "fields of a page": sorted(api.PageImage.__annotations__),
            }
        ),
    )


def test_the_documented_errors_are_raised_as_they_are_documented() -> None:
    """The three examples of the project's first specification."""
    context = api.ErrorContext(source="image_generation.call_openai_image_api", severity=api.ErrorSeverity.ERROR)
    errors = [
        api.ImageGenerationError(message="m", generation_step="api_call", context=context, details={"error": "e"}),
        api.ImageProcessingError(
            message="m", operation="url_extraction", image_format="url", context=context, details={"error": "e"}
        ),
        api.ImageValidationError(
            message="m", validation_type="input", issue="character_traits", context=context, details={"provided": 1}
        ),
    ]
    attributes = [{name: str(value) for name, value in vars(error).items()} for error in errors]
    hold("documented_errors.json", as_json(attributes))


@pytest.mark.parametrize("name", ["ModelReplacedWarning", "ParameterReplacedWarning", "PromptNotEnhancedWarning"])
def test_a_warning_can_be_turned_into_an_error_by_its_category(name: str) -> None:
    category = getattr(api, name)
    with warnings.catch_warnings():
        warnings.simplefilter("error", category)
        with pytest.raises(category):
            warnings.warn("said", category, stacklevel=1)
