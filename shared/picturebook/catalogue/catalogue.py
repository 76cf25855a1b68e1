"""Looks up models: whether one is known, whether it retires, and which one replaces it."""

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
        """The names of the models without a retirement date."""
        return tuple(name for name, spec in self.specs.items() if spec.retires_on is None)

    def replacement(self, model: str) -> str | None:
        """Return the final replacement of a retired or retiring model, None for all others."""
        spec = self.specs.get(model)
        if spec is None:
            return None
        final = self._replacement_on(spec, date.max).name
        return None if final == model else final

    def spec(self, model: str) -> ModelSpec:
        """Return the entry of `model`, or of its final replacement if it is retired or retiring.

        Raises InputRefusedError that lists the known models.
        """
        return self._replacement_on(self._known(model), date.max)

    def choose(self, model: str, *, today: date, replace_within: timedelta) -> ModelChoice:
        """Return the model that draws for `model`: its replacement, if it retires within `replace_within` of `today`.

        A model without a replacement draws until it is retired. Raises InputRefusedError for a retired model without a
        replacement, and for an unknown model.
        """
        requested = self._known(model)
        spec = self._replacement_on(requested, today + replace_within)
        if spec.is_gone(today):
            raise self._refused(f"{model} is retired since {spec.retires_on}, and nothing replaces it")
        return ModelChoice(spec, model, self._retirement(requested, today=today, is_replaced=spec is not requested))

    def _retirement(self, requested: ModelSpec, *, today: date, is_replaced: bool) -> Retirement | None:
        if requested.retires_on is None or requested.retires_on > today + NOTICE:
            return None
        return Retirement(
            model=requested.name,
            retires_on=requested.retires_on,
            replaced_by=self.replacement(requested.name),
            is_gone=requested.is_gone(today),
            is_replaced=is_replaced,
        )

    def chat(self, name: str) -> ChatSpec | None:
        """Return the entry of a chat model, None for an unknown one."""
        return self.chats.get(name)

    def chat_or_unknown(self, name: str) -> ChatSpec:
        """Return the entry of a chat model; for an unknown one, an entry without prices."""
        return self.chat(name) or ChatSpec(name=name, prices=None)

    def _replacement_on(self, spec: ModelSpec, day: date) -> ModelSpec:
        """Follow the replacements to a model that is not retired on `day`; each outlives the one it replaces."""
        while spec.is_gone(day) and spec.replaced_by is not None:
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
    """Read models.json from the package; raises ImageValidationError that names the invalid entry and field."""
    return parse_catalogue(files("picturebook.catalogue").joinpath("models.json").read_bytes())


def parse_catalogue(raw: bytes) -> Catalogue:
    """Parse a catalogue file; raises ImageValidationError that names the invalid entry and field."""
    content = read_catalogue_file(raw)
    return Catalogue(content.models, content.chats, content.moderations)
