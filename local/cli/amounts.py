"""How amounts of money are written at the command line: US$ to a hundredth of a cent, the unknown as unknown. Pure."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

from picturebook.book.pages.production_costs import usd
from picturebook.models.pictures import Costs

UNKNOWN = "unknown"
_HUNDREDTH_OF_A_CENT = Decimal("0.0001")
_KINDS = {"text_in": "text in", "image_in": "image in", "image_out": "image out", "chat": "chat"}


def paid(amount: Decimal | None) -> str:
    """Return what was paid: `$0.0312`; what is merely small is not shown as nothing."""
    return UNKNOWN if amount is None else usd(amount)


def most(amount: Decimal | None) -> str:
    """Return what may be paid at the most, rounded up: `$0.0313`."""
    if not amount:
        return paid(amount)
    return usd(amount.quantize(_HUNDREDTH_OF_A_CENT, ROUND_UP))


def by_kind(costs: Costs) -> str:
    """Return what was paid for what, in one line."""
    return ", ".join(f"{name} {paid(getattr(costs, kind))}" for kind, name in _KINDS.items())


def exact(amount: Decimal | None) -> str:
    """Return an amount for scripts, with all its digits."""
    return UNKNOWN if amount is None else str(amount)


def exact_costs(costs: Costs | None) -> dict[str, str]:
    """Return what was paid by kind, for scripts."""
    return {kind: exact(getattr(costs, kind) if costs else None) for kind in _KINDS}
