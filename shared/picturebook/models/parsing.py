"""Parses received bytes into a model, or refuses them with the field and the accepted values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from picturebook.errors import InputRefusedError
from picturebook.models.accepted_text import WRITTEN_LIKE
from picturebook.models.json_text import check_json, path_of

Parsed = TypeVar("Parsed", bound=BaseModel)

MOST_BYTES = 1024 * 1024
ACCEPTED_BYTES = f"at most {MOST_BYTES} bytes (1 MiB)"

# The accepted values, by pydantic's error type; `{…}` is filled from the error's context.
_ACCEPTED = {
    "missing": "this field, which is required",
    "extra_forbidden": "only the fields of the schema (is the name misspelt?)",
    "string_type": "a string",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "decimal_type": "a number",
    "date_parsing": "a date such as 2026-12-01",
    "date_from_datetime_parsing": "a date such as 2026-12-01",
    "dict_type": "an object",
    "finite_number": "a finite number",
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
}

# The problem, by pydantic's error type: its own messages mention Python types, or repeat the accepted values.
_PROBLEMS = {
    "missing": "is missing",
    "extra_forbidden": "is not a field that we know",
    "tuple_type": "is not a list",
    "list_type": "is not a list",
    "date_parsing": "is not a date",
    "date_from_datetime_parsing": "is not a date",
    "dict_type": "is not an object",
    "model_type": "is not an object",
    "model_attributes_type": "is not an object",
    "too_short": "has too few items",
    "too_long": "has too many items",
    "string_type": "is not a string",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
    "int_type": "is not a whole number",
    "int_from_float": "is not a whole number",
    "finite_number": "is not a finite number",
    "decimal_max_places": "has too many decimals",
    "decimal_max_digits": "has too many digits",
    "greater_than": "is too small",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "literal_error": "is none of the accepted values",
    "string_pattern_mismatch": "is not written as it must be",
}


def parse_json(model: type[Parsed], raw: bytes, *, what: str) -> Parsed:
    """Parse and validate `raw` as one `model`; `what` names it in messages ("the story").

    Raises InputRefusedError with the first invalid field.
    """
    if len(raw) > MOST_BYTES:
        raise InputRefusedError("has more than 1 MiB", field=what, accepted=ACCEPTED_BYTES, reason="too_large")
    check_json(raw, what=what)
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise refusal_of(error.errors(include_url=False)[0], what=what) from error


def refusal_of(error: ErrorDetails, *, what: str) -> InputRefusedError:
    """Return one of pydantic's mistakes as a refusal of its field; `what` is named where the whole input is wrong."""
    context: Mapping[str, object] = error.get("ctx", {})
    kind = _kind(error)
    field = str(context["field"]) if "field" in context else path_of(error["loc"]) or what
    accepted = str(context["accepted"]) if "accepted" in context else _accepted(kind, context)
    # Our own validators put their problem into the message.
    problem = _PROBLEMS.get(kind) or error["msg"][:200]
    return InputRefusedError(problem, field=field, accepted=accepted, reason=kind)


def _kind(error: ErrorDetails) -> str:
    """Return pydantic's error type; for a string it reports items if the length is checked after our validators."""
    kind = error["type"]
    return f"string_{kind}" if kind in {"too_short", "too_long"} and isinstance(error["input"], str) else kind


def _accepted(kind: str, context: Mapping[str, object]) -> str:
    written = WRITTEN_LIKE.get(str(context.get("pattern")))
    template = _ACCEPTED.get(kind)
    return written or (template.format_map(context) if template else "what `picturebook schemas` prints")
