"""The event source mappings through which the image queues reach their functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MappingSetting:
    """Whether a mapping hands out messages, and to how many invocations at once (2 or more; None: no limit)."""

    is_enabled: bool
    concurrency: int | None


@dataclass(frozen=True, slots=True)
class MappingStatus:
    """A mapping's setting, and whether it is still on its way there: then it takes no other."""

    setting: MappingSetting
    is_changing: bool = False


class Mappings(Protocol):
    """Reads and sets mappings by their ids. All methods raise StoreUnavailableError, also for an unknown id."""

    async def read(self, mapping_id: str) -> MappingStatus:
        """Return how the mapping is set."""
        ...

    async def change(self, mapping_id: str, setting: MappingSetting) -> bool:
        """Set the mapping; `concurrency` is not None. False, and nothing changed, while an earlier change is under way.

        It may take a minute until the change has its effect.
        """
        ...
