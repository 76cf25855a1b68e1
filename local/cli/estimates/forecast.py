"""An estimate as `picturebook estimate` shows it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from picturebook.catalogue import Retirement
from picturebook.planning import Estimate


@dataclass(frozen=True, slots=True)
class Forecast:
    """An estimate, and those of the story's models that are retired or retire soon.

    `is_first` if no deployment was looked at.
    """

    estimate: Estimate
    retiring: Sequence[Retirement]
    is_first: bool
