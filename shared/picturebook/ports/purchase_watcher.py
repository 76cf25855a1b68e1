"""Is informed of the steps of a purchase."""

from __future__ import annotations

from typing import Protocol

from picturebook.models.runs import Claim


class PurchaseWatcher(Protocol):
    """Is called during a purchase; it never stops one."""

    async def claimed(self, claim: Claim) -> None:
        """A paid call is being made under `claim`."""
        ...

    async def retrying(self, attempt: int, error: BaseException, wait: float) -> None:
        """Attempt number `attempt` failed with `error`; the next one follows after `wait` seconds."""
        ...
