"""A meter in this process's memory."""

from __future__ import annotations

from picturebook.models.pictures import Costs


class RecordingMeter:
    """A Meter; `counted` holds the counted costs in order."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, Costs]] = []

    def paid(self, costs: Costs, *, model: str) -> None:
        """Record the costs of one picture."""
        self.counted.append((model, costs))
