"""Reads models.json and answers three questions: does a model exist, does it take this, what may it cost."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_UP, Decimal
from importlib.resources import files

from pydantic import ValidationError

from picturebook.errors import ImageValidationError, InputRefusedError
from picturebook.models.pictures import Costs, Usage
from picturebook.models.strict_model import StrictModel

_MILLION = Decimal(1_000_000)
_SQUARE_PIXELS = 1024 * 1024
# The provider counts a base and 129 tokens per 512-pixel tile; a 3:1 picture comes to 1,613, the most of any shape.
_TOKENS_PER_REFERENCE = 1613
_HUNDREDTH_OF_A_CENT = Decimal("0.0001")


class SizeRule(StrictModel):
    """Which sizes a model takes; lengths in pixels, `most_ratio` of the longer to the shorter side."""

    multiple_of: int
    most_ratio: int
    longest: int
    least_pixels: int
    most_pixels: int

    def takes(self, size: str) -> bool:
        """Say whether `WIDTHxHEIGHT` is such a size."""
        width, height = dimensions(size)
        longer, shorter = max(width, height), min(width, height)
        return (
            width % self.multiple_of == height % self.multiple_of == 0
            and longer <= self.longest
            and longer <= shorter * self.most_ratio
            and self.least_pixels <= width * height <= self.most_pixels
        )

    def __str__(self) -> str:
        return (
            f"WIDTHxHEIGHT with both sides divisible by {self.multiple_of}, at most {self.longest} pixels long and "
            f"{self.most_ratio}:1, of {self.least_pixels} to {self.most_pixels} pixels in all"
        )


class Prices(StrictModel):
    """US$ per million tokens, by kind."""

    text_in: str
    image_in: str
    image_out: str

    def cost(self, usage: Usage) -> Decimal:
        """Return the US$ that `usage` costs, exact."""
        total = (
            Decimal(self.text_in) * usage.text_in
            + Decimal(self.image_in) * usage.image_in
            + Decimal(self.image_out) * usage.image_out
        )
        return total / _MILLION


class _Family(StrictModel):
    size_rule: SizeRule
    default_size: str
    most_prompt_characters: int
    most_references: int
    usd_per_million: Prices | None  # null where nobody knows: said in the file, never left out


class _Entry(StrictModel):
    family: str
    output_tokens: Mapping[str, int]


class Retired(StrictModel):
    """A model that is gone, or goes on a day that is known (ISO 8601)."""

    retired_on: str
    replaced_by: str

    def is_gone(self, today: date) -> bool:
        """Say whether calls fail by `today`."""
        return date.fromisoformat(self.retired_on) <= today


class _File(StrictModel):
    sources: Mapping[str, str]
    families: Mapping[str, _Family]
    models: Mapping[str, _Entry]
    retired: Mapping[str, Retired]


class ModelSpec(StrictModel):
    """One model: what it takes, and its prices, None where they are unknown: that is never zero.

    `output_tokens` per quality are those of 1024x1024.
    """

    name: str
    size_rule: SizeRule
    default_size: str
    output_tokens: Mapping[str, int]
    most_prompt_characters: int
    most_references: int
    prices: Prices | None = None

    @property
    def moderations(self) -> tuple[str, ...]:
        """How strict it can be asked to be."""
        return ("auto", "low")

    def costs(self, usage: Usage) -> Costs:
        """Return the US$ that `usage` costs, by kind."""
        if self.prices is None:
            return Costs(chat=Decimal(0))
        return Costs.of(
            text_in=Decimal(self.prices.text_in) * usage.text_in / _MILLION,
            image_in=Decimal(self.prices.image_in) * usage.image_in / _MILLION,
            image_out=Decimal(self.prices.image_out) * usage.image_out / _MILLION,
        )

    @property
    def best_input_fidelity(self) -> str | None:
        """The fidelity that keeps most of a reference; None where the model takes no such word."""
        return None

    @property
    def qualities(self) -> tuple[str, ...]:
        """The qualities that it takes."""
        return tuple(self.output_tokens)

    def check(self, *, size: str, quality: str) -> None:
        """Raise InputRefusedError, naming `size` or `quality`, for what the model does not take."""
        if not self.size_rule.takes(size):
            raise InputRefusedError(
                f"{size} is not a size of {self.name}",
                field="size",
                accepted=str(self.size_rule),
                reason="unsupported_size",
            )
        if quality not in self.output_tokens:
            raise InputRefusedError(
                f"{quality} is not a quality of {self.name}",
                field="quality",
                accepted=", ".join(self.qualities),
                reason="unsupported_quality",
            )

    def cost(self, usage: Usage) -> Decimal | None:
        """Return the US$ that `usage` costs, exact, or None where the model's prices are unknown."""
        return self.prices.cost(usage) if self.prices else None

    def worst_cost(self, *, size: str, quality: str, prompt_bytes: int, references: int) -> Decimal | None:
        """Return what one picture may cost at the most, in US$, rounded up to a hundredth of a cent, or None.

        A byte-level tokenizer makes at most one token of a byte, in any language.
        """
        width, height = dimensions(size)
        share = Decimal(max(width * height, _SQUARE_PIXELS)) / _SQUARE_PIXELS
        usage = Usage(
            text_in=prompt_bytes,
            image_in=references * _TOKENS_PER_REFERENCE,
            image_out=int(self.output_tokens[quality] * share) + 1,
        )
        cost = self.cost(usage)
        return None if cost is None else cost.quantize(_HUNDREDTH_OF_A_CENT, ROUND_UP)


class Catalogue:
    """All models. Made once, by `load_catalogue`."""

    def __init__(self, specs: Mapping[str, ModelSpec], retired: Mapping[str, Retired]) -> None:
        self._specs = specs
        self.retired = retired

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the models that stay."""
        return tuple(self._specs)

    def replacement(self, model: str) -> str | None:
        """Return the model that takes the place of a retired or retiring one, None for all others."""
        entry = self.retired.get(model)
        return entry.replaced_by if entry else None

    def spec(self, model: str) -> ModelSpec:
        """Return what is known of `model` (of its replacement, if it is retired).

        Raises InputRefusedError that names the models we know.
        """
        spec = self._specs.get(self.replacement(model) or model)
        if spec is None:
            raise InputRefusedError(
                f"{model!r} is not a model that we know",
                field="model",
                accepted=", ".join(self.names),
                reason="unsupported_model",
            )
        return spec


def dimensions(size: str) -> tuple[int, int]:
    """Return width and height in pixels of `WIDTHxHEIGHT`."""
    width, _, height = size.partition("x")
    return int(width), int(height)


@functools.cache
def load_catalogue() -> Catalogue:
    """Read models.json from the package; raises ImageValidationError that names the entry that is wrong."""
    return parse_catalogue(files("picturebook.catalogue").joinpath("models.json").read_bytes())


def parse_catalogue(raw: bytes) -> Catalogue:
    """Parse a catalogue file; raises ImageValidationError that names the entry that is wrong."""
    try:
        document = _File.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ImageValidationError(f"models.json: {place}: {first['msg']}", "catalogue", place) from error
    specs = {name: _spec(name, entry, document.families) for name, entry in document.models.items()}
    for name, gone in document.retired.items():
        if gone.replaced_by not in specs:
            raise ImageValidationError(
                f"models.json: retired.{name}.replaced_by: {gone.replaced_by} is not a model", "catalogue", name
            )
    return Catalogue(specs, document.retired)


def _spec(name: str, entry: _Entry, families: Mapping[str, _Family]) -> ModelSpec:
    family = families.get(entry.family)
    if family is None:
        raise ImageValidationError(
            f"models.json: models.{name}.family: {entry.family} is not a family", "catalogue", name
        )
    return ModelSpec(
        name=name,
        size_rule=family.size_rule,
        default_size=family.default_size,
        output_tokens=entry.output_tokens,
        most_prompt_characters=family.most_prompt_characters,
        most_references=family.most_references,
        prices=family.usd_per_million,
    )
