"""The provider's bill for text: one record per answered chat."""

from dataclasses import dataclass, field
from typing import Any

from local.image_service.token_usage import text_usd


@dataclass
class TextBill:
    """Append-only. A record is written before the answer is sent. `moderated` counts moderated texts; they are free."""

    records: list[dict[str, Any]] = field(default_factory=list)
    moderated: int = 0

    @property
    def total_usd(self) -> float:
        """The sum of the bill in US$."""
        return float(round(sum(record["usd"] for record in self.records), 9))

    def bill(self, *, path: str, model: str, tokens_in: int, tokens_out: int) -> None:
        """Bill one answer by its tokens."""
        usd = text_usd(tokens_in, tokens_out)
        self.records.append(
            {"path": path, "model": model, "tokens_in": tokens_in, "tokens_out": tokens_out, "usd": usd}
        )
