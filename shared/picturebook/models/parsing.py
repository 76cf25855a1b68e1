"""From bytes that somebody sent to a model, or one refusal that names the field and what would be accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from picturebook.errors import InputRefusedError

Parsed = TypeVar("Parsed", bound=BaseModel)

MOST_BYTES = 1024 * 1024
_MOST_SHOWN = 80

# What would be accepted, by pydantic's error type; `{…}` is filled from the error's own context.
_ACCEPTED = {
    "missing": "this field, which is required",
    "extra_forbidden": "only the fields of the schema (is the name misspelt?)",
    "string_type": "a string",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "decimal_max_places": "a number with at most {decimal_places} decimals",
    "decimal_max_digits": "a number with at most {max_digits} digits",
    "tuple_type": "a list",
    "list_type": "a list",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "literal_error": "{expected}",
    "string_pattern_mismatch": "a string that matches {pattern}",
    "string_too_short": "at least {min_length} character(s)",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least {min_length} item(s)",
    "too_long": "at most {max_length} items",
    "greater_than": "a number greater than {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than_equal": "a number of at most {le}",
    "json_invalid": "one JSON object, encoded in UTF-8",
    "string_unicode": "text encoded in UTF-8",
}

# What is wrong, where pydantic's own sentence speaks of Python.
_PROBLEMS = {
    "missing": "is missing",
    "extra_forbidden": "is not a field that we know",
    "tuple_type": "is not a list",
    "model_type": "is not an object",
    "model_attributes_type": "is not an object",
    "too_short": "has too few items",
    "too_long": "has too many items",
    "string_type": "is not a string",
    "int_type": "is not a whole number",
    "string_pattern_mismatch": "is not written as it must be",
}


def parse_json(model: type[Parsed], raw: bytes, *, what: str) -> Parsed:
    """Parse and validate `raw` as one `model`; `what` names it in messages ("the story").

    Raises InputRefusedError for anything else, with the first field that is wrong.
    """
    if len(raw) > MOST_BYTES:
        raise InputRefusedError(
            f"has {len(raw)} bytes", field=what, accepted=f"at most {MOST_BYTES} bytes (1 MiB)", reason="too_large"
        )
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _refusal(error.errors(include_url=False)[0], what) from error


def _refusal(error: ErrorDetails, what: str) -> InputRefusedError:
    context: Mapping[str, object] = error.get("ctx", {})
    kind = error["type"]
    field = str(context["field"]) if "field" in context else _path(error["loc"]) or what
    accepted = str(context["accepted"]) if "accepted" in context else _accepted(kind, context)
    problem = _problem(error)
    return InputRefusedError(problem, field=field, accepted=accepted, reason=kind)


def _problem(error: ErrorDetails) -> str:
    """Say what is wrong in words for people; what would be right follows from `_ACCEPTED`."""
    return _PROBLEMS.get(error["type"]) or error["msg"][:200]


def _accepted(kind: str, context: Mapping[str, object]) -> str:
    template = _ACCEPTED.get(kind)
    return template.format_map(context) if template else "what `picturebook schemas` prints"


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name[:_MOST_SHOWN])


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        # A misspelt field's name is the sender's own text: it is shown, shortened, without what would hide in it.
        path += f"[{part}]" if isinstance(part, int) else f".{_shown(part)}"
    return path.removeprefix(".")
