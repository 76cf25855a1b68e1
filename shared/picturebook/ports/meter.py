"""Where money that was spent is counted, for dashboards; the bill itself is the ledger's."""

from __future__ import annotations

from typing import Protocol

from picturebook.models.pictures import Costs


class Meter(Protocol):
    """Counts each ending once, by whoever decided it; raises nothing."""

    def paid(self, costs: Costs, *, model: str) -> None:
        """Count what one picture cost, by kind; a kind that is unknown is counted as such."""
        ...
