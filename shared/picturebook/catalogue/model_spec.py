"""One image model: what it accepts, and what it may cost. Kept in every run's plan, so its JSON outlives versions."""

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
# The tile rule's most, a base and 129 tokens per 512-pixel tile of a 3:1 picture: what plans of before knew.
_TOKENS_PER_REFERENCE = 1613


class Prices(StrictModel):
    """US$ per million tokens, by kind."""

    text_in: Amount
    image_in: Amount
    image_out: Amount

    def costs(self, usage: Usage) -> Costs:
        """Return the US$ that `usage` costs by kind, exact."""
        return Costs.of(
            text_in=Decimal(self.text_in) * usage.text_in / MILLION,
            image_in=Decimal(self.image_in) * usage.image_in / MILLION,
            image_out=Decimal(self.image_out) * usage.image_out / MILLION,
        )


def _qualities_of_before(said: Mapping[str, Any]) -> tuple[str, ...]:
    return qualities_of(said["output_tokens"] or {})


class ModelSpec(StrictModel):
    """What a model takes, and its prices, None where they are unknown: that is never zero.

    `most_references` is 0 for a model that does not edit. Of what a model has no values, such as `input_fidelities`,
    it takes no parameter. `reference_tokens` is what one reference comes to at the most. A model of before tokens has
    `picture_prices`, in US$ by size and quality, in the place of `prices`. `replaced_by` draws when it is gone.
    """

    model_config = ConfigDict(validate_by_name=True)

    name: str
    # Plans that were kept before sizes could be a list call them by their second name, and name no qualities.
    sizes: Sizes = Field(validation_alias=AliasChoices("sizes", "size_rule"))
    default_size: str
    output_tokens: OutputTokens | None = None
    qualities: tuple[str, ...] = Field(default_factory=_qualities_of_before)
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
        """What keeps a hero most alike: "high" where the model has it, None where it takes no such parameter."""
        return "high" if "high" in self.input_fidelities else None

    def is_gone(self, today: date) -> bool:
        """Say whether calls fail by `today`."""
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
        """Raise InputRefusedError, naming the parameter, for what the model does not take; None is not sent."""
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
        """Return the US$ that `usage` costs by kind, exact; None for each of them where the prices are unknown.

        A model that is paid by the picture counts no tokens, so its usage tells no costs either.
        """
        return self.prices.costs(usage) if self.prices else Costs(chat=Decimal(0))

    def cost(self, usage: Usage) -> Decimal | None:
        """Return the US$ that `usage` costs, exact, or None where the model's prices are unknown."""
        return self.costs(usage).total

    def max_cost(self, *, size: str, quality: str, prompt_bytes: int, references: int) -> Decimal | None:
        """Return what one picture may cost at the most, in US$, rounded up to a hundredth of a cent, or None.

        A byte-level tokenizer makes at most one token of a byte, in any language.
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
