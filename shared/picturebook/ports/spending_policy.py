"""Whether more money may be spent on a picture than its first call costs."""

from __future__ import annotations

from typing import Protocol


class SpendingPolicy(Protocol):
    """Is asked before every try but the first, and before a lost call is paid for again.

    Both questions may cost a request, so neither is asked on the healthy path. Both raise StoreUnavailableError.
    """

    async def still_wanted(self) -> bool:
        """Say whether the picture is still wanted."""
        ...

    async def allows_repay(self, number: int) -> bool:
        """Say whether the picture's lost call may be paid for again, for the time `number`, counted from 1.

        The same number is paid for once, however often it is asked for.
        """
        ...


class _Unlimited:
    """The policy of a request without a story: it has no maximum, and cannot be cancelled."""

    async def still_wanted(self) -> bool:
        return True

    async def allows_repay(self, number: int) -> bool:  # noqa: ARG002 - the port's argument
        return True


UNLIMITED: SpendingPolicy = _Unlimited()
