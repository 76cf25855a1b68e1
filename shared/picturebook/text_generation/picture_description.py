"""Writes a picture's alt text while the picture is drawn: it costs no time, and its failure stops no picture.

Writing starts with the first claim, because a picture that is not drawn needs no alt text.
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
# Drawing usually takes longer; an alt text that takes longer than this would delay a finished picture.
LONGEST = timedelta(seconds=40)


class PictureDescriber:
    """A PurchaseWatcher that starts writing the alt text, and passes every call on to `watcher`."""

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
        """Start writing on the first claim, and pass the call on."""
        if self._writing is None:
            writing = describe_picture(self._message, self._services, deadline=self._deadline, circuit=self._circuit)
            self._writing = asyncio.create_task(writing)
        await self._watcher.claimed(claim)

    async def retrying(self, attempt: int, error: BaseException, wait: float) -> None:
        """Pass the call on."""
        await self._watcher.retrying(attempt, error, wait)

    async def alt_text(self) -> WrittenAltText:
        """Return the alt text and its cost; a composed one if writing never started, or failed by a bug of ours."""
        if self._writing is None:
            return without_model(self._message)
        try:
            return await self._writing
        except Exception:
            # A paid picture must not be lost because of its alt text.
            _LOGGER.exception("an alt text could not be written")
            return without_model(self._message)


async def describe_picture(
    message: AnyDrawMessage, services: Services, *, deadline: datetime, circuit: Circuit | None = None
) -> WrittenAltText:
    """Return the alt text, written or composed, and what it cost; `deadline` is the picture's own."""
    soon = min(deadline, services.clock.now() + LONGEST)
    return await write_alt_text(message, services, deadline=soon, circuit=circuit)
