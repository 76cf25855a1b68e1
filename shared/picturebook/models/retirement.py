"""A model that is gone, or soon will be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Retirement:
    """A model that goes on the day `retires_on` (None: it went without an announcement).

    `replaced_by` is the model that replaces it, None where none does; `is_replaced` says that the other one draws
    already.
    """

    model: str
    retires_on: date | None
    replaced_by: str | None
    is_gone: bool
    is_replaced: bool
