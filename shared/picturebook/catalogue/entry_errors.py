"""Turns a mistake in models.json into one error that names entry, field and accepted values.

Knows nothing of models. The problems have the same wording as those of a story's fields.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from picturebook.errors import ImageValidationError, InputRefusedError
from picturebook.models.json_text import check_json, path_of
from picturebook.models.parsing import refusal_of
from picturebook.models.strict_model import StrictModel

# The keys and indexes that lead from the top of the file to a value.
Path = tuple[str | int, ...]
Read = TypeVar("Read", bound=StrictModel)

_FILE = "models.json"


def read_json(raw: bytes) -> Any:
    """Read the file; raises ImageValidationError for what is no JSON, and for an object with one key twice."""
    try:
        check_json(raw, what=_FILE)
    except InputRefusedError as refused:
        raise _error(refused.field, refused.problem, accepted=refused.accepted) from refused
    return json.loads(raw)


def catalogue_error(path: Path, problem: str, *, accepted: str | Iterable[str]) -> ImageValidationError:
    """Return the error of a mistake: `models.json: table.entry.field: problem. Accepted: the accepted values.`"""
    return _error(path_of(path), problem, accepted=accepted if isinstance(accepted, str) else ", ".join(accepted))


def validated(
    kind: type[Read], content: object, path_in_file: Callable[[Path], Path], *, alternatives: frozenset[str]
) -> Read:
    """Validate a part of the file strictly as `kind`; raises ImageValidationError for the most helpful mistake.

    `path_in_file` turns a path within the part into one within the file. `alternatives` are the names of the models of
    union fields.
    """
    try:
        return kind.model_validate_json(json.dumps(content))
    except ValidationError as error:
        mistake = _most_helpful(error, alternatives)
        refused = refusal_of(mistake, what=_FILE)
        raise catalogue_error(path_in_file(mistake["loc"]), refused.problem, accepted=refused.accepted) from error


def _error(place: str, problem: str, *, accepted: str) -> ImageValidationError:
    where = f"{_FILE}: {place}" if place and place != _FILE else _FILE
    return ImageValidationError(
        f"{where}: {problem}. Accepted: {accepted}.", validation_type="catalogue", issue=place or _FILE
    )


def _most_helpful(error: ValidationError, alternatives: frozenset[str]) -> ErrorDetails:
    """Return the most helpful mistake, its path without the names of alternatives.

    In a union, the author meant the alternative that fits best: the one whose mistake is deepest, or with the fewest
    mistakes. An unknown, perhaps misspelt field is more helpful than the field that is missing because of it.
    """

    def is_alternative(part: int | str) -> bool:
        return isinstance(part, str) and (part in alternatives or part.startswith("tuple["))

    by_alternative: dict[str, list[ErrorDetails]] = {}
    for found in error.errors(include_url=False):
        name = next((str(part) for part in found["loc"] if is_alternative(part)), "")
        found["loc"] = tuple(part for part in found["loc"] if not is_alternative(part))
        by_alternative.setdefault(name, []).append(found)

    def fit(mistakes: list[ErrorDetails]) -> tuple[int, int]:
        return max(len(mistake["loc"]) for mistake in mistakes), -len(mistakes)

    meant = max(by_alternative.values(), key=fit)
    return max(meant, key=lambda mistake: mistake["type"] == "extra_forbidden")
