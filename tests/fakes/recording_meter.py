"""A meter in this process's memory."""

from __future__ import annotations

from picturebook.models.pictures import Costs


class RecordingMeter:
    """A Meter; `counted` holds what was paid, in order."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, Costs]] = []

    def paid(self, costs: Costs, *, model: str) -> None:
        """Count one picture."""
        self.counted.append((model, costs))
