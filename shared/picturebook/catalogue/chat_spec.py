"""Chat and moderation models: their prices."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_UP, Decimal

from picturebook.catalogue.amounts import MILLION, Amount
from picturebook.models.pictures import ChatUsage
from picturebook.models.strict_model import StrictModel

_MILLIONTH = Decimal("0.000001")


class ChatTokenPrices(StrictModel):
    """US$ per million tokens; hidden reasoning counts as output."""

    tokens_in: Amount
    tokens_out: Amount


class ChatSpec(StrictModel):
    """One chat model; `prices` is None if they are unknown, which never means zero."""

    name: str
    prices: ChatTokenPrices | None
    retires_on: date | None = None

    def cost(self, usage: ChatUsage) -> Decimal | None:
        """Return the exact cost of `usage` in US$, or None if the prices are unknown."""
        if self.prices is None:
            return None
        total = Decimal(self.prices.tokens_in) * usage.tokens_in + Decimal(self.prices.tokens_out) * usage.tokens_out
        return total / MILLION

    def max_cost(self, *, prompt_bytes: int, most_tokens_out: int) -> Decimal | None:
        """Return the maximum cost of one answer in US$, rounded up to a millionth, or None if prices are unknown.

        A byte-level tokenizer makes at most one token per byte, in any language.
        """
        cost = self.cost(ChatUsage(tokens_in=prompt_bytes, tokens_out=most_tokens_out))
        return None if cost is None else cost.quantize(_MILLIONTH, ROUND_UP)


class ModerationSpec(StrictModel):
    """One moderation model, and its price per request in US$."""

    name: str
    usd_per_request: Amount
