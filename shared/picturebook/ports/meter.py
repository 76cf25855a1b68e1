"""Counts spent money as metrics, for dashboards; the ledger has the exact costs."""

from __future__ import annotations

from typing import Protocol

from picturebook.models.pictures import Costs


class Meter(Protocol):
    """Counts each picture's costs once, when its outcome is decided; raises nothing."""

    def paid(self, costs: Costs, *, model: str) -> None:
        """Count what one picture cost, by kind; an unknown cost is counted as unknown."""
        ...
