"""A picture's alt text is written while the picture is drawn: it costs no time, and its failure no picture.

It begins with the first claim, because what is not drawn needs no description.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from picturebook.models.circuits import Circuit
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.runs import Claim
from picturebook.ports.purchase_watcher import PurchaseWatcher
from picturebook.services import Services
from picturebook.text_generation.alt_text import WrittenAltText, without_model, write_alt_text

_LOGGER = logging.getLogger(__name__)
# Drawing takes longer than that; whoever asks for words for longer makes a finished picture wait.
LONGEST = timedelta(seconds=40)


class PictureDescriber:
    """A PurchaseWatcher that passes on what it is told, and has the words written meanwhile."""

    def __init__(
        self,
        message: AnyDrawMessage,
        services: Services,
        *,
        deadline: datetime,
        watcher: PurchaseWatcher,
        circuit: Circuit | None = None,
    ) -> None:
        self._message = message
        self._circuit = circuit
        self._services = services
        self._deadline = deadline
        self._watcher = watcher
        self._writing: asyncio.Task[WrittenAltText] | None = None

    async def claimed(self, claim: Claim) -> None:
        """Begin to write, and pass it on."""
        if self._writing is None:
            writing = describe_picture(self._message, self._services, deadline=self._deadline, circuit=self._circuit)
            self._writing = asyncio.create_task(writing)
        await self._watcher.claimed(claim)

    async def retrying(self, attempt: int, error: BaseException, wait: float) -> None:
        """Pass it on."""
        await self._watcher.retrying(attempt, error, wait)

    async def alt_text(self) -> WrittenAltText:
        """Return the alt text and what it cost; composed where nobody began to write, or a mistake of ours ended it."""
        if self._writing is None:
            return without_model(self._message)
        try:
            return await self._writing
        except Exception:
            # A picture that is paid for is not lost over its description.
            _LOGGER.exception("an alt text could not be written")
            return without_model(self._message)


async def describe_picture(
    message: AnyDrawMessage, services: Services, *, deadline: datetime, circuit: Circuit | None = None
) -> WrittenAltText:
    """Return the alt text, written or composed, and what it cost; `deadline` is the picture's own."""
    soon = min(deadline, services.clock.now() + LONGEST)
    return await write_alt_text(message, services, deadline=soon, circuit=circuit)
