"""Decides whether a picture may cost more than its first call."""

from __future__ import annotations

from typing import Protocol


class SpendingPolicy(Protocol):
    """Is asked before every retry, and before a lost call is paid for again.

    Both methods may cost a request, so they are not called for a first call. Both raise StoreUnavailableError.
    """

    async def still_wanted(self) -> bool:
        """Say whether the picture is still wanted."""
        ...

    async def allows_repay(self, number: int) -> bool:
        """Say whether the picture's lost call may be paid for again; `number` counts its re-payments from 1.

        Repeating a number spends no further money.
        """
        ...


class _Unlimited:
    """The policy of a request without a story, which has no maximum cost and cannot be cancelled."""

    async def still_wanted(self) -> bool:
        return True

    async def allows_repay(self, number: int) -> bool:  # noqa: ARG002 - the port's argument
        return True


UNLIMITED: SpendingPolicy = _Unlimited()
