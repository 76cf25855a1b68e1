"""Reads models.json: every mistake in it is told with its line, and none waits for the first story.

What models share stands in their family; whatever an entry says itself holds for it alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from picturebook.catalogue.amounts import Amount
from picturebook.catalogue.chat_spec import ChatPrices, ChatSpec, ModerationSpec
from picturebook.catalogue.json_places import Path, Place, places
from picturebook.catalogue.model_spec import ModelSpec, Prices
from picturebook.catalogue.output_tokens import OutputTokens, TokensByPatches, TokensBySize, qualities_of
from picturebook.catalogue.sizes import Sizes, takes_size
from picturebook.errors import ImageValidationError
from picturebook.models.json_text import path_of
from picturebook.models.story import Size
from picturebook.models.strict_model import StrictModel

Read = TypeVar("Read", bound=StrictModel)
_Raw = Mapping[str, Any]
_FORMS = frozenset({"SizeRule", "TokensBySize", "TokensByPatches"})
_PROBLEMS = {"extra_forbidden": "is not a field that is known here", "missing": "is missing"}


class _Document(StrictModel):
    """The file's tables. Entries are looked at one by one, so that each mistake is said where it is."""

    sources: Mapping[str, str]
    families: Mapping[str, Mapping[str, Any]]
    models: Mapping[str, Mapping[str, Any]]
    chat_models: Mapping[str, Mapping[str, Any]]
    moderation_models: Mapping[str, Mapping[str, Any]]


class _Entry(StrictModel):
    """Everything that is said of an image model, by itself or by its family. What is unknown is null, never left out.

    `sources` name where its figures come from, by entries of the file's own table.
    """

    sizes: Sizes
    default_size: Size
    qualities: tuple[str, ...]
    output_tokens: TokensBySize | TokensByPatches | None
    most_prompt_characters: int
    most_references: int
    reference_tokens: int
    input_fidelities: tuple[str, ...]
    moderations: tuple[str, ...]
    backgrounds: tuple[str, ...]
    output_formats: tuple[str, ...]
    styles: tuple[str, ...]
    usd_per_million: Prices | None
    usd_per_picture: Mapping[str, Mapping[str, Amount]] | None
    retires_on: date | None
    replaced_by: str | None
    sources: tuple[str, ...]


class _ChatEntry(StrictModel):
    usd_per_million: ChatPrices | None
    retires_on: date | None
    sources: tuple[str, ...]


class _ModerationEntry(StrictModel):
    usd_per_request: Amount
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """What stands in the file, checked."""

    models: Mapping[str, ModelSpec]
    chats: Mapping[str, ChatSpec]
    moderations: tuple[ModerationSpec, ...]


def read_catalogue_file(raw: bytes) -> CatalogueFile:
    """Read a catalogue file; raises ImageValidationError `models.json: line N: entry.field: what is wrong`."""
    reader = _Reader(raw)
    document = reader.document
    models = {name: reader.model(name) for name in document.models}
    for family in set(document.families) - {entry["family"] for entry in document.models.values()}:
        raise reader.wrong(("families", family), "is no model's family")
    for name, spec in models.items():
        _check_replacement(name, spec, models, reader.wrong)
    chats = {
        name: ChatSpec(name=name, prices=entry.usd_per_million, retires_on=entry.retires_on)
        for name in document.chat_models
        for entry in [reader.entry(_ChatEntry, ("chat_models", name))]
    }
    moderations = tuple(
        ModerationSpec(name=name, usd_per_request=entry.usd_per_request)
        for name in document.moderation_models
        for entry in [reader.entry(_ModerationEntry, ("moderation_models", name))]
    )
    return CatalogueFile(models, chats, moderations)


class _Reader:
    """Validates one text, and knows the line of everything in it."""

    def __init__(self, raw: bytes) -> None:
        try:
            text = raw.decode("utf-8")
            content = json.loads(text)
        except json.JSONDecodeError as error:
            raise _error(error.lineno, (), f"is not JSON: {error.msg}") from error
        except UnicodeDecodeError as error:
            raise _error(raw.count(b"\n", 0, error.start) + 1, (), "is not UTF-8") from error
        self._lines: dict[Path, int] = {(): 1}
        for place in places(text):
            self._keep(place)
        self.document = self._valid(_Document, content, lambda path: path)

    def _keep(self, place: Place) -> None:
        if place.path in self._lines:
            raise _error(place.line, place.path, f"is there twice, first in line {self._lines[place.path]}")
        self._lines[place.path] = place.line

    def model(self, name: str) -> ModelSpec:
        """Read an image model, together with what its family says."""
        said = dict(self.document.models[name])
        family = said.pop("family", None)
        if not isinstance(family, str) or family not in self.document.families:
            accepted = ", ".join(self.document.families)
            raise self.wrong(("models", name, "family"), f"{family!r} is not a family: {accepted}")
        shared = self.document.families[family]

        def place_of(path: Path) -> Path:
            is_shared = path[0] in shared and path[0] not in said
            return ("families", family, *path) if is_shared else ("models", name, *path)

        entry = self._valid(_Entry, {**shared, **said}, place_of)
        self._check_sources(entry.sources, place_of(("sources",)))
        self._check_estimates(entry, place_of)
        return _spec(name, entry)

    def entry(self, kind: type[Read], place: tuple[str, str]) -> Read:
        """Read an entry of another table."""
        table: Mapping[str, _Raw] = getattr(self.document, place[0])
        entry = self._valid(kind, table[place[1]], lambda path: (*place, *path))
        self._check_sources(table[place[1]]["sources"], (*place, "sources"))
        return entry

    def wrong(self, path: Path, problem: str) -> ImageValidationError:
        """Return the error for what stands at a place; of what is missing there, the line of what it is missing in."""
        known = path
        while known not in self._lines:
            known = known[:-1]
        return _error(self._lines[known], path, problem)

    def _valid(self, kind: type[Read], content: object, place_of: Callable[[Path], Path]) -> Read:
        try:
            return kind.model_validate_json(json.dumps(content))
        except ValidationError as error:
            path, problem = _what_is_wrong(error)
            raise self.wrong(place_of(path), problem) from error

    def _check_sources(self, sources: tuple[str, ...], place: Path) -> None:
        for index, source in enumerate(sources):
            if source not in self.document.sources:
                raise self.wrong((*place, index), f"{source} is not one of the file's sources")

    def _check_estimates(self, entry: _Entry, place_of: Callable[[Path], Path]) -> None:
        if not takes_size(entry.sizes, entry.default_size):
            raise self.wrong(place_of(("default_size",)), f"{entry.default_size} is not one of its sizes")
        for field, tokens in (("output_tokens", entry.output_tokens), ("usd_per_picture", entry.usd_per_picture)):
            missing = _not_estimated(entry, tokens)
            if missing:
                raise self.wrong(place_of((field,)), f"says nothing of {missing}")


def _not_estimated(entry: _Entry, told: OutputTokens | Mapping[str, Mapping[str, str]] | None) -> str | None:
    """Return a size or quality that a table of estimates leaves out: budgets would fail on it, in a story."""
    if told is None:
        return None
    if isinstance(told, TokensByPatches):
        missing = [quality for quality in entry.qualities if quality not in qualities_of(told)]
        return missing[0] if missing else None
    if not isinstance(entry.sizes, tuple):
        return f"most of the sizes: {entry.sizes}"
    table: Mapping[str, Any] = told.by_size if isinstance(told, TokensBySize) else told
    wanted = [(size, quality) for size in entry.sizes for quality in entry.qualities]
    return next((f"{size} {quality}" for size, quality in wanted if quality not in table.get(size, {})), None)


def _check_replacement(
    name: str, spec: ModelSpec, models: Mapping[str, ModelSpec], wrong: Callable[[Path, str], ImageValidationError]
) -> None:
    """Hold that whoever replaces a model is there longer, so that following replacements comes to an end."""
    if spec.replaced_by is None:
        return
    place = ("models", name, "replaced_by")
    after = models.get(spec.replaced_by)
    if spec.retires_on is None:
        raise wrong(place, "belongs to a model that retires on a day")
    if after is None:
        raise wrong(place, f"{spec.replaced_by} is not a model")
    if after.retires_on is not None and after.retires_on <= spec.retires_on:
        raise wrong(place, f"{after.name} is itself retired on {after.retires_on}")


def _spec(name: str, entry: _Entry) -> ModelSpec:
    said = {field: value for field, value in entry if field in ModelSpec.model_fields}
    return ModelSpec(name=name, prices=entry.usd_per_million, picture_prices=entry.usd_per_picture, **said)


def _what_is_wrong(error: ValidationError) -> tuple[Path, str]:
    """Return the place and the problem that help most.

    Of the forms that a value may have, the one that fits best is what was meant: there the mistake lies deepest, or
    there are fewest. A misspelt field says more than the one that is missing for it.
    """
    forms: dict[str, list[tuple[Path, str, str]]] = {}
    for told in error.errors(include_url=False):
        form = next((str(part) for part in told["loc"] if _is_a_form(part)), "")
        path = tuple(part for part in told["loc"] if not _is_a_form(part))
        forms.setdefault(form, []).append((path, told["type"], told["msg"]))
    meant = max(forms.values(), key=lambda mistakes: (max(len(path) for path, _, _ in mistakes), -len(mistakes)))
    path, kind, said = max(meant, key=lambda mistake: mistake[1] == "extra_forbidden")
    return path, _PROBLEMS.get(kind, said)


def _is_a_form(part: int | str) -> bool:
    """Say whether a part of a place is pydantic's name of a form, and stands nowhere in the text."""
    return isinstance(part, str) and (part in _FORMS or part.startswith("tuple["))


def _error(line: int, path: Path, problem: str) -> ImageValidationError:
    place = path_of(path)
    return ImageValidationError(
        ": ".join(filter(None, ("models.json", f"line {line}", place, problem))), "catalogue", place or "models.json"
    )
