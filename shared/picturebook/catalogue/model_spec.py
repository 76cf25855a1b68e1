"""One image model: what it accepts, and what it may cost. Each run's plan stores it, so old JSON must stay readable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_UP, Decimal
from typing import Any

from pydantic import AliasChoices, ConfigDict, Field

from picturebook.catalogue.amounts import MILLION, Amount
from picturebook.catalogue.output_tokens import OutputTokens, count_output_tokens, qualities_of
from picturebook.catalogue.sizes import Sizes, accepted_sizes, in_words, takes_size
from picturebook.errors import InputRefusedError
from picturebook.models.pictures import Costs, Usage
from picturebook.models.strict_model import StrictModel

_HUNDREDTH_OF_A_CENT = Decimal("0.0001")
# The maximum by the tile rule, a base and 129 tokens per 512-pixel tile of a 3:1 picture; for plans of older versions.
_TOKENS_PER_REFERENCE = 1613


class Prices(StrictModel):
    """US$ per million tokens, by kind."""

    text_in: Amount
    image_in: Amount
    image_out: Amount

    def costs(self, usage: Usage) -> Costs:
        """Return the exact cost of `usage` in US$, by kind."""
        return Costs.of(
            text_in=Decimal(self.text_in) * usage.text_in / MILLION,
            image_in=Decimal(self.image_in) * usage.image_in / MILLION,
            image_out=Decimal(self.image_out) * usage.image_out / MILLION,
        )


def _qualities_of_old_plan(fields: Mapping[str, Any]) -> tuple[str, ...]:
    return qualities_of(fields["output_tokens"] or {})


class ModelSpec(StrictModel):
    """What a model accepts, and its prices. None means that they are unknown, never zero.

    `most_references` is 0 for a model that does not edit. A parameter without values, such as `input_fidelities`, is
    not accepted. `reference_tokens` is the maximum per reference. A model that is not priced by tokens has
    `picture_prices`, in US$ by size and quality, instead of `prices`. `replaced_by` draws after the model is retired.
    """

    model_config = ConfigDict(validate_by_name=True)

    name: str
    # Plans of older versions have `size_rule`, from before sizes could be a list, and no qualities.
    sizes: Sizes = Field(validation_alias=AliasChoices("sizes", "size_rule"))
    default_size: str
    output_tokens: OutputTokens | None = None
    qualities: tuple[str, ...] = Field(default_factory=_qualities_of_old_plan)
    most_prompt_characters: int
    most_references: int
    reference_tokens: int = _TOKENS_PER_REFERENCE
    input_fidelities: tuple[str, ...] = ()
    moderations: tuple[str, ...] = ()
    backgrounds: tuple[str, ...] = ()
    output_formats: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    prices: Prices | None = None
    picture_prices: Mapping[str, Mapping[str, str]] | None = None
    retires_on: date | None = None
    replaced_by: str | None = None

    @property
    def best_input_fidelity(self) -> str | None:
        """The value that keeps characters most alike: "high" if the model accepts it, else None."""
        return "high" if "high" in self.input_fidelities else None

    def is_gone(self, today: date) -> bool:
        """Say whether the model is retired by `today`, so that calls fail."""
        return self.retires_on is not None and self.retires_on <= today

    def check(
        self,
        *,
        size: str,
        quality: str,
        background: str | None = None,
        output_format: str | None = None,
        moderation: str | None = None,
        input_fidelity: str | None = None,
    ) -> None:
        """Raise InputRefusedError that names the parameter, if the model does not accept a value; None is not sent."""
        if not takes_size(self.sizes, size):
            raise self._refused("size", size, accepted_sizes(self.sizes))
        given = (
            ("quality", quality, self.qualities),
            ("background", background, self.backgrounds),
            ("output_format", output_format, self.output_formats),
            ("moderation", moderation, self.moderations),
            ("input_fidelity", input_fidelity, self.input_fidelities),
        )
        for field, value, accepted in given:
            if value is not None and value not in accepted:
                raise self._refused(field, value, in_words(accepted))
        if background == "transparent" and output_format == "jpeg":
            opaque = [value for value in self.backgrounds if value != "transparent"]
            raise self._refused("background", background, f"{in_words(opaque)}, or another output_format")

    def _refused(self, field: str, value: str, accepted: str) -> InputRefusedError:
        problem = f"{value} is not {'an' if field[0] in 'aeio' else 'a'} {field} of {self.name}"
        return InputRefusedError(problem, field=field, accepted=accepted, reason=f"unsupported_{field}")

    def costs(self, usage: Usage) -> Costs:
        """Return the exact cost of `usage` in US$, by kind; each is None if the prices are unknown.

        They are also unknown for a model that is priced per picture, as it counts no tokens.
        """
        return self.prices.costs(usage) if self.prices else Costs(chat=Decimal(0))

    def cost(self, usage: Usage) -> Decimal | None:
        """Return the exact cost of `usage` in US$, or None if the model's prices are unknown."""
        return self.costs(usage).total

    def max_cost(self, *, size: str, quality: str, prompt_bytes: int, references: int) -> Decimal | None:
        """Return the maximum cost of one picture in US$, rounded up to a hundredth of a cent, or None if unknown.

        A byte-level tokenizer makes at most one token per byte, in any language.
        """
        if self.picture_prices is not None:
            return Decimal(self.picture_prices[size][quality])
        if self.output_tokens is None:
            return None
        usage = Usage(
            text_in=prompt_bytes,
            image_in=references * self.reference_tokens,
            image_out=count_output_tokens(self.output_tokens, size, quality),
        )
        cost = self.cost(usage)
        return None if cost is None else cost.quantize(_HUNDREDTH_OF_A_CENT, ROUND_UP)
