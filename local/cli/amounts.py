"""Writes amounts of money: in US$ to a hundredth of a cent, and "unknown" where no price is known. Pure."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

from picturebook.book.pages.production_costs import usd
from picturebook.models.pictures import Costs

UNKNOWN = "unknown"
_HUNDREDTH_OF_A_CENT = Decimal("0.0001")
_KINDS = {"text_in": "text in", "image_in": "image in", "image_out": "image out", "chat": "chat"}


def paid_amount(amount: Decimal | None) -> str:
    """Return an amount that was paid: `$0.0312`, or `< $0.0001` for a smaller one."""
    return UNKNOWN if amount is None else usd(amount)


def max_amount(amount: Decimal | None) -> str:
    """Return the most that may be paid, rounded up: `$0.0313`."""
    if not amount:
        return paid_amount(amount)
    return usd(amount.quantize(_HUNDREDTH_OF_A_CENT, ROUND_UP))


def by_kind(costs: Costs) -> str:
    """Return the paid amounts by kind of token, in one line."""
    return ", ".join(f"{name} {paid_amount(getattr(costs, kind))}" for kind, name in _KINDS.items())


def exact(amount: Decimal | None) -> str:
    """Return an amount with all its digits, for scripts."""
    return UNKNOWN if amount is None else str(amount)


def exact_costs(costs: Costs | None) -> dict[str, str]:
    """Return the paid amounts by kind of token, for scripts."""
    return {kind: exact(getattr(costs, kind) if costs else None) for kind in _KINDS}
