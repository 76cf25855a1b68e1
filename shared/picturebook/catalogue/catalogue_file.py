"""Reads and checks models.json. A mistake is an error at start, which names the entry and the field.

Fields that models share are in their family; an entry's own field overrides its family's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from picturebook.catalogue.amounts import Amount
from picturebook.catalogue.chat_spec import ChatSpec, ChatTokenPrices, ModerationSpec
from picturebook.catalogue.entry_errors import Path, Read, catalogue_error, read_json, validated
from picturebook.catalogue.model_spec import ModelSpec, Prices
from picturebook.catalogue.output_tokens import OutputTokens, TokensByPatches, TokensBySize, qualities_of
from picturebook.catalogue.sizes import Sizes, accepted_sizes, takes_size
from picturebook.models.story import Size
from picturebook.models.strict_model import StrictModel

_Raw = Mapping[str, Any]
_ALTERNATIVES = frozenset({"SizeRule", "TokensBySize", "TokensByPatches"})


class _Document(StrictModel):
    """The file's tables. Entries are validated one by one, so that an error can name the entry."""

    sources: Mapping[str, str]
    families: Mapping[str, Mapping[str, Any]]
    models: Mapping[str, Mapping[str, Any]]
    chat_models: Mapping[str, Mapping[str, Any]]
    moderation_models: Mapping[str, Mapping[str, Any]]


class _Entry(StrictModel):
    """An image model's fields, its own and its family's. An unknown value is null, never left out.

    `sources` are names from the file's table of sources, from which its figures come.
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
    usd_per_million: ChatTokenPrices | None
    retires_on: date | None
    sources: tuple[str, ...]


class _ModerationEntry(StrictModel):
    usd_per_request: Amount
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """The checked content of the file."""

    models: Mapping[str, ModelSpec]
    chats: Mapping[str, ChatSpec]
    moderations: tuple[ModerationSpec, ...]


def read_catalogue_file(raw: bytes) -> CatalogueFile:
    """Read a catalogue file; raises ImageValidationError `models.json: entry.field: problem. Accepted: …`."""
    reader = _Reader(raw)
    document = reader.document
    models = {name: reader.model(name) for name in document.models}
    for family in set(document.families) - {entry["family"] for entry in document.models.values()}:
        raise catalogue_error(("families", family), "is no model's family", accepted="families that a model names")
    for name, spec in models.items():
        _check_replacement(name, spec, models)
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
    """Reads entries of the file's tables, together with their families."""

    def __init__(self, raw: bytes) -> None:
        self.document = validated(_Document, read_json(raw), lambda path: path, alternatives=_ALTERNATIVES)

    def model(self, name: str) -> ModelSpec:
        """Read an image model, together with its family's fields."""
        own = dict(self.document.models[name])
        family = own.pop("family", None)
        if not isinstance(family, str) or family not in self.document.families:
            place = ("models", name, "family")
            raise catalogue_error(place, f"{family!r} is not a family", accepted=self.document.families)
        shared = self.document.families[family]

        def path_in_file(path: Path) -> Path:
            is_shared = path[0] in shared and path[0] not in own
            return ("families", family, *path) if is_shared else ("models", name, *path)

        entry = validated(_Entry, {**shared, **own}, path_in_file, alternatives=_ALTERNATIVES)
        self._check_sources(entry.sources, path_in_file(("sources",)))
        self._check_estimates(entry, path_in_file)
        return _spec(name, entry)

    def entry(self, kind: type[Read], place: tuple[str, str]) -> Read:
        """Read an entry of another table."""
        table: Mapping[str, _Raw] = getattr(self.document, place[0])
        entry = validated(kind, table[place[1]], lambda path: (*place, *path), alternatives=_ALTERNATIVES)
        self._check_sources(table[place[1]]["sources"], (*place, "sources"))
        return entry

    def _check_sources(self, sources: tuple[str, ...], place: Path) -> None:
        for index, source in enumerate(sources):
            if source not in self.document.sources:
                raise catalogue_error((*place, index), f"{source} is not a source", accepted=self.document.sources)

    def _check_estimates(self, entry: _Entry, path_in_file: Callable[[Path], Path]) -> None:
        if not takes_size(entry.sizes, entry.default_size):
            problem = f"{entry.default_size} is not one of its sizes"
            raise catalogue_error(path_in_file(("default_size",)), problem, accepted=accepted_sizes(entry.sizes))
        for field, tokens in (("output_tokens", entry.output_tokens), ("usd_per_picture", entry.usd_per_picture)):
            if missing := _not_estimated(entry, tokens):
                accepted = "a figure for each size and quality, or null"
                raise catalogue_error(path_in_file((field,)), f"has no figure for {missing}", accepted=accepted)


def _not_estimated(entry: _Entry, estimates: OutputTokens | Mapping[str, Mapping[str, str]] | None) -> str | None:
    """Return a size or quality without an estimate, for which a story's budget would fail, or None."""
    if estimates is None:
        return None
    if isinstance(estimates, TokensByPatches):
        missing = [quality for quality in entry.qualities if quality not in qualities_of(estimates)]
        return missing[0] if missing else None
    if not isinstance(entry.sizes, tuple):
        return f"most of the sizes: {entry.sizes}"
    table: Mapping[str, Any] = estimates.by_size if isinstance(estimates, TokensBySize) else estimates
    wanted = [(size, quality) for size in entry.sizes for quality in entry.qualities]
    return next((f"{size} {quality}" for size, quality in wanted if quality not in table.get(size, {})), None)


def _check_replacement(name: str, spec: ModelSpec, models: Mapping[str, ModelSpec]) -> None:
    """Check that a replacement outlives the model that it replaces, so that a chain of replacements ends."""
    if spec.replaced_by is None:
        return
    place = ("models", name, "replaced_by")
    after = models.get(spec.replaced_by)
    if spec.retires_on is None:
        raise catalogue_error(place, "is set for a model without a retirement", accepted="null, or a day in retires_on")
    if after is None:
        raise catalogue_error(place, f"{spec.replaced_by} is not a model", accepted=models)
    if after.retires_on is not None and after.retires_on <= spec.retires_on:
        problem = f"{after.name} is itself retired on {after.retires_on}"
        raise catalogue_error(place, problem, accepted=f"a model that stays beyond {spec.retires_on}")


def _spec(name: str, entry: _Entry) -> ModelSpec:
    fields = {field: value for field, value in entry if field in ModelSpec.model_fields}
    return ModelSpec(name=name, prices=entry.usd_per_million, picture_prices=entry.usd_per_picture, **fields)
