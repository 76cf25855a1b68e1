"""Who pays for a picture: asked before every try but the first, and before a lost call is paid for again."""

from __future__ import annotations

from typing import Protocol


class Payer(Protocol):
    """Both questions may cost a request, so neither is asked on the healthy way. Both raise StoreUnavailableError."""

    async def still_wants(self) -> bool:
        """Say whether the picture is still wanted."""
        ...

    async def pays_again(self, number: int) -> bool:
        """Say whether the picture's lost call may be paid for again, for the time `number`, counted from 1.

        The same number is paid for once, however often it is asked for.
        """
        ...


class _PaysWhatIsAsked:
    """Whoever asks for one picture without a story: nobody set a maximum, and nobody can cancel."""

    async def still_wants(self) -> bool:
        return True

    async def pays_again(self, number: int) -> bool:  # noqa: ARG002 - the port's argument
        return True


PAYS_WHAT_IS_ASKED = _PaysWhatIsAsked()
