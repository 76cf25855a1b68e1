"""Whom a purchase informs of its steps."""

from __future__ import annotations

from typing import Protocol

from picturebook.models.runs import Claim


class PurchaseWatcher(Protocol):
    """Is called on the way of a purchase; it never stops one."""

    async def claimed(self, claim: Claim) -> None:
        """A paid call is being made under `claim`."""
        ...

    async def retrying(self, attempt: int, error: BaseException, wait: float) -> None:
        """Try number `attempt` failed with `error`, and another one follows after `wait` seconds."""
        ...
