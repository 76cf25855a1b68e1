"""Event source mappings in this process's memory."""

from __future__ import annotations

from collections.abc import Mapping

from picturebook.errors import StoreUnavailableError
from picturebook.ports.mappings import MappingSetting, MappingStatus


class InMemoryMappings:
    """A Mappings; `changes` lists all updates in order. An update takes effect at once."""

    def __init__(self, kept: Mapping[str, MappingStatus]) -> None:
        self.kept = dict(kept)
        self.changes: list[tuple[str, MappingSetting]] = []

    async def read(self, mapping_id: str) -> MappingStatus:
        """Return the mapping's status."""
        if mapping_id not in self.kept:
            raise StoreUnavailableError(f"There is no mapping {mapping_id}.")
        return self.kept[mapping_id]

    async def change(self, mapping_id: str, setting: MappingSetting) -> bool:
        """Update the mapping, unless it is changing."""
        if (await self.read(mapping_id)).is_changing:
            return False
        self.kept[mapping_id] = MappingStatus(setting)
        self.changes.append((mapping_id, setting))
        return True
