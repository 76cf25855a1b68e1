"""The provider's bill: one record per billed picture, held in memory and appended to a file."""

import hashlib
import json
from pathlib import Path
from typing import Any

from local.image_service.image_request import ImageRequest


class BillingLedger:
    """Append-only. A record is written before the answer is sent, so a dropped answer is billed too."""

    def __init__(self, path: Path | None) -> None:
        """Append JSON lines to the file at `path`, when given; the records of an existing file are not read."""
        self._path = path
        self._records: list[dict[str, Any]] = []
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    @property
    def records(self) -> list[dict[str, Any]]:
        """Every record of this process, oldest first."""
        return list(self._records)

    @property
    def total_usd(self) -> float:
        """The sum of the bill in US$."""
        return float(round(sum(record["usd"] for record in self._records), 9))

    def bill(
        self,
        request: ImageRequest,
        *,
        at: float,
        request_id: str,
        path: str,
        references: int,
        usage: dict[str, Any] | None,
        usd: float,
    ) -> None:
        """Bill the request's `n` pictures in equal shares.

        `at` is in seconds since 1970, `usd` the price of all `n`, `usage` the answer's `usage` object.
        """
        for index in range(request.n):
            self._append(
                {
                    "time": at,
                    "request_id": request_id,
                    "path": path,
                    "image": index,
                    "model": request.model.name,
                    "size": request.size,
                    "quality": request.quality,
                    "prompt_sha256": hashlib.sha256(request.prompt.encode()).hexdigest(),
                    "references": references,
                    "usage": usage,
                    "usd": round(usd / request.n, 9),
                }
            )

    def _append(self, record: dict[str, Any]) -> None:
        self._records.append(record)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as ledger:
                ledger.write(json.dumps(record, sort_keys=True) + "\n")
