"""The tables that the two ports of the in-memory ledger share."""

from __future__ import annotations

from dataclasses import dataclass, field

from picturebook.errors import StoreUnavailableError
from picturebook.models.pictures import PictureRef
from picturebook.models.runs import PictureRecord, Run
from picturebook.ports.story_ledger import Head

RunKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class HeadRecord:
    """A story's head and the rank of its upload."""

    head: Head
    rank: str


@dataclass(slots=True)
class LedgerTables:
    """Runs, heads and pictures by their names."""

    runs: dict[RunKey, Run] = field(default_factory=dict)
    heads: dict[str, HeadRecord] = field(default_factory=dict)
    pictures: dict[PictureRef, PictureRecord] = field(default_factory=dict)

    def picture(self, picture: PictureRef) -> PictureRecord:
        """Return the picture's record; an untouched one if there is none."""
        return self.pictures.get(picture) or PictureRecord.untouched(picture)

    def change_picture(self, picture: PictureRef, **changes: object) -> PictureRecord:
        """Change the picture's record; return it."""
        self.pictures[picture] = self.picture(picture).model_copy(update=changes)
        return self.pictures[picture]

    def run(self, run: Run) -> Run:
        """Return the stored run; raises StoreUnavailableError if there is none."""
        recorded = self.runs.get((run.story_id, run.revision))
        if recorded is None:
            raise StoreUnavailableError(f"The ledger has no record of run {run.story_id}/{run.revision}.")
        return recorded

    def change_run(self, run: Run, **changes: object) -> Run:
        """Change the run's record; return it."""
        changed = self.run(run).model_copy(update=changes)
        self.runs[run.story_id, run.revision] = changed
        return changed
