"""Answers what is known of a model: whether it exists, whether it stays, and what draws in its place."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from importlib.resources import files

from picturebook.catalogue.catalogue_file import read_catalogue_file
from picturebook.catalogue.chat_spec import ChatSpec, ModerationSpec
from picturebook.catalogue.model_spec import ModelSpec
from picturebook.catalogue.retirement import NOTICE, ModelChoice
from picturebook.errors import InputRefusedError
from picturebook.models.retirement import Retirement


class Catalogue:
    """All models. Made once, by `load_catalogue`."""

    def __init__(
        self,
        specs: Mapping[str, ModelSpec],
        chats: Mapping[str, ChatSpec] | None = None,
        moderations: Sequence[ModerationSpec] = (),
    ) -> None:
        self.specs = specs
        self.chats = chats or {}
        self.moderations = moderations

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the models that stay."""
        return tuple(name for name, spec in self.specs.items() if spec.retires_on is None)

    def replacement(self, model: str) -> str | None:
        """Return the model that takes the place of a retired or retiring one for good, None for all others."""
        spec = self.specs.get(model)
        if spec is None:
            return None
        stays = self._stand_in(spec, on=date.max).name
        return None if stays == model else stays

    def spec(self, model: str) -> ModelSpec:
        """Return what is known of `model` (of its replacement, if it is retired or will be).

        Raises InputRefusedError that names the models we know.
        """
        return self._stand_in(self._known(model), on=date.max)

    def choose(self, model: str, *, today: date, replace_within: timedelta) -> ModelChoice:
        """Return what draws for `model`: its replacement, if it is gone or goes within `replace_within`.

        A model without a replacement draws until it is gone. Raises InputRefusedError when it is, and for a model
        that we do not know.
        """
        wished = self._known(model)
        spec = self._stand_in(wished, on=today + replace_within)
        if spec.is_gone(today):
            raise self._refused(f"{model} is retired since {spec.retires_on}, and nothing replaces it")
        return ModelChoice(spec, model, self._retirement(wished, today=today, is_replaced=spec is not wished))

    def _retirement(self, wished: ModelSpec, *, today: date, is_replaced: bool) -> Retirement | None:
        if wished.retires_on is None or wished.retires_on > today + NOTICE:
            return None
        return Retirement(
            model=wished.name,
            retires_on=wished.retires_on,
            replaced_by=self.replacement(wished.name),
            is_gone=wished.is_gone(today),
            is_replaced=is_replaced,
        )

    def chat(self, name: str) -> ChatSpec | None:
        """Return what is known of a chat model, None for one that we do not know."""
        return self.chats.get(name)

    def chat_or_unknown(self, name: str) -> ChatSpec:
        """Return what is known of a chat model; of one that we do not know, that its price is unknown."""
        return self.chat(name) or ChatSpec(name=name, prices=None)

    def _stand_in(self, spec: ModelSpec, *, on: date) -> ModelSpec:
        """Follow the replacements to a model that is there on that day; the file holds that each outlives the last."""
        while spec.is_gone(on) and spec.replaced_by is not None:
            spec = self.specs[spec.replaced_by]
        return spec

    def _known(self, model: str) -> ModelSpec:
        spec = self.specs.get(model)
        if spec is None:
            raise self._refused(f"{model!r} is not a model that we know")
        return spec

    def _refused(self, problem: str) -> InputRefusedError:
        return InputRefusedError(problem, field="model", accepted=", ".join(self.names), reason="unsupported_model")


@functools.cache
def load_catalogue() -> Catalogue:
    """Read models.json from the package; raises ImageValidationError that names entry and field."""
    return parse_catalogue(files("picturebook.catalogue").joinpath("models.json").read_bytes())


def parse_catalogue(raw: bytes) -> Catalogue:
    """Parse a catalogue file; raises ImageValidationError that names entry and field."""
    read = read_catalogue_file(raw)
    return Catalogue(read.models, read.chats, read.moderations)
