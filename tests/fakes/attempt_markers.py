"""Start marks that outlive a process, as those in DynamoDB do: one file per mark."""

from __future__ import annotations

from pathlib import Path


class AttemptMarkersInFiles:
    """An AttemptMarkers below a folder, for tests that kill processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def mark(self, message_id: str, *, receive: int) -> int:
        of_message = self._folder / message_id
        of_message.mkdir(parents=True, exist_ok=True)
        (of_message / str(receive)).touch()
        return len(list(of_message.iterdir()))

    async def unmark(self, message_id: str, *, receive: int) -> None:
        (self._folder / message_id / str(receive)).unlink(missing_ok=True)
