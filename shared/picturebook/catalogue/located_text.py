"""The catalogue's text, in which every mistake is told with its line.

pydantic knows where in a document a mistake is, `json_places` where that is in the text. Knows nothing of models.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError

from picturebook.catalogue.json_places import Path, Place, places
from picturebook.errors import ImageValidationError
from picturebook.models.json_text import path_of
from picturebook.models.strict_model import StrictModel

Read = TypeVar("Read", bound=StrictModel)

_PROBLEMS = {"extra_forbidden": "is not a field that is known here", "missing": "is missing"}


class LocatedText:
    """A JSON text that was read, and the line of everything in it.

    `forms` are the names of models of which a value may be one or the other. Raises ImageValidationError for what is
    no JSON, and for an object that says one thing twice.
    """

    def __init__(self, raw: bytes, *, forms: frozenset[str]) -> None:
        try:
            text = raw.decode("utf-8")
            self.content = json.loads(text)
        except json.JSONDecodeError as error:
            raise _error(error.lineno, (), f"is not JSON: {error.msg}") from error
        except UnicodeDecodeError as error:
            raise _error(raw.count(b"\n", 0, error.start) + 1, (), "is not UTF-8") from error
        self._forms = forms
        self._lines: dict[Path, int] = {(): 1}
        for place in places(text):
            self._keep(place)

    def _keep(self, place: Place) -> None:
        if place.path in self._lines:
            raise _error(place.line, place.path, f"is there twice, first in line {self._lines[place.path]}")
        self._lines[place.path] = place.line

    def wrong(self, path: Path, problem: str) -> ImageValidationError:
        """Return the error for what stands at a place; of what is missing there, the line of what it is missing in."""
        known = path
        while known not in self._lines:
            known = known[:-1]
        return _error(self._lines[known], path, problem)

    def valid(self, kind: type[Read], content: object, place_of: Callable[[Path], Path]) -> Read:
        """Return a part of the text as `kind`, strictly; `place_of` says where a place within it is in the text."""
        try:
            return kind.model_validate_json(json.dumps(content))
        except ValidationError as error:
            path, problem = self._what_is_wrong(error)
            raise self.wrong(place_of(path), problem) from error

    def _what_is_wrong(self, error: ValidationError) -> tuple[Path, str]:
        """Return the place and the problem that help most.

        Of the forms that a value may have, the one that fits best is what was meant: there the mistake lies deepest, or
        there are fewest. A misspelt field says more than the one that is missing for it.
        """
        forms: dict[str, list[tuple[Path, str, str]]] = {}
        for told in error.errors(include_url=False):
            form = next((str(part) for part in told["loc"] if self._is_a_form(part)), "")
            path = tuple(part for part in told["loc"] if not self._is_a_form(part))
            forms.setdefault(form, []).append((path, told["type"], told["msg"]))
        meant = max(forms.values(), key=lambda mistakes: (max(len(path) for path, _, _ in mistakes), -len(mistakes)))
        path, kind, said = max(meant, key=lambda mistake: mistake[1] == "extra_forbidden")
        return path, _PROBLEMS.get(kind, said)

    def _is_a_form(self, part: int | str) -> bool:
        """Say whether a part of a place is pydantic's name of a form, and stands nowhere in the text."""
        return isinstance(part, str) and (part in self._forms or part.startswith("tuple["))


def _error(line: int, path: Path, problem: str) -> ImageValidationError:
    place = path_of(path)
    return ImageValidationError(
        ": ".join(filter(None, ("models.json", f"line {line}", place, problem))), "catalogue", place or "models.json"
    )
