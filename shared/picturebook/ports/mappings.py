"""The event source mappings by which Lambda receives messages from the image queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MappingSetting:
    """Whether a mapping is enabled, and its maximum concurrency (2 or more; None: no limit)."""

    is_enabled: bool
    concurrency: int | None


@dataclass(frozen=True, slots=True)
class MappingStatus:
    """A mapping's setting, and whether Lambda is still applying it: until then it accepts no other."""

    setting: MappingSetting
    is_changing: bool = False


class Mappings(Protocol):
    """Reads and updates mappings by their ids. All methods raise StoreUnavailableError, also for an unknown id."""

    async def read(self, mapping_id: str) -> MappingStatus:
        """Return the mapping's status."""
        ...

    async def change(self, mapping_id: str, setting: MappingSetting) -> bool:
        """Update the mapping; `concurrency` is not None. Return False, and change nothing, during an earlier update.

        The update may take a minute to have its effect.
        """
        ...
