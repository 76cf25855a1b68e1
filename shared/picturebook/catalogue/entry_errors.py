"""Turns a mistake in models.json into one error that names the entry and the field. Knows nothing of models."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import ValidationError

from picturebook.errors import ImageValidationError
from picturebook.models.json_text import path_of
from picturebook.models.strict_model import StrictModel

# The keys and indexes that lead from the top of the file to a value.
Path = tuple[str | int, ...]
Read = TypeVar("Read", bound=StrictModel)

_PROBLEMS = {"extra_forbidden": "is not a field that is known here", "missing": "is missing"}


def read_json(raw: bytes) -> Any:
    """Read the file; raises ImageValidationError if it is no JSON, or has a key twice in one object."""
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        raise catalogue_error((), f"is not JSON: {error}") from error
    except UnicodeDecodeError as error:
        raise catalogue_error((), f"is not UTF-8: {error.reason} at byte {error.start}") from error


def catalogue_error(path: Path, problem: str) -> ImageValidationError:
    """Return the error of a mistake: `models.json: entry.field: problem`."""
    place = path_of(path)
    message = ": ".join(filter(None, ("models.json", place, problem)))
    return ImageValidationError(message, "catalogue", place or "models.json")


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
        path, problem = _most_helpful(error, alternatives)
        raise catalogue_error(path_in_file(path), problem) from error


def _most_helpful(error: ValidationError, alternatives: frozenset[str]) -> tuple[Path, str]:
    """Return the path and the problem of the most helpful mistake.

    In a union, the author meant the alternative that fits best: the one whose mistake is deepest, or with the fewest
    mistakes. An unknown, perhaps misspelt field is more helpful than the field that is missing because of it.
    """

    def is_alternative(part: int | str) -> bool:
        return isinstance(part, str) and (part in alternatives or part.startswith("tuple["))

    by_alternative: dict[str, list[tuple[Path, str, str]]] = {}
    for found in error.errors(include_url=False):
        name = next((str(part) for part in found["loc"] if is_alternative(part)), "")
        path = tuple(part for part in found["loc"] if not is_alternative(part))
        by_alternative.setdefault(name, []).append((path, found["type"], found["msg"]))

    def fit(mistakes: list[tuple[Path, str, str]]) -> tuple[int, int]:
        return max(len(path) for path, _, _ in mistakes), -len(mistakes)

    meant = max(by_alternative.values(), key=fit)
    path, kind, message = max(meant, key=lambda mistake: mistake[1] == "extra_forbidden")
    return path, _PROBLEMS.get(kind, message)


def _without_duplicates(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            raise catalogue_error((key,), "is there twice")
        content[key] = value
    return content
