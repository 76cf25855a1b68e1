"""A picture's alt text is written while the picture is drawn: it costs no time, and its failure no picture.

It begins with the first claim, because what is not drawn needs no description.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from picturebook.models.circuits import Circuit
from picturebook.models.messages import AnyDrawMessage
from picturebook.models.pictures import Costs
from picturebook.models.runs import Claim
from picturebook.pictures.outcomes import Words
from picturebook.ports.purchase_watcher import PurchaseWatcher
from picturebook.prompts.alt_text_prompt import composed_alt_text
from picturebook.services import Services
from picturebook.text_generation.alt_text import known_alt_text, write_alt_text

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
        self._writing: asyncio.Task[Words] | None = None

    async def claimed(self, claim: Claim) -> None:
        """Begin to write, and pass it on."""
        if self._writing is None:
            writing = written_words(self._message, self._services, deadline=self._deadline, circuit=self._circuit)
            self._writing = asyncio.create_task(writing)
        await self._watcher.claimed(claim)

    async def retrying(self, attempt: int, error: BaseException, wait: float) -> None:
        """Pass it on."""
        await self._watcher.retrying(attempt, error, wait)

    async def words(self) -> Words:
        """Return the alt text and what it cost; composed where nobody began to write, or a mistake of ours ended it."""
        if self._writing is None:
            return composed_words(self._message)
        try:
            return await self._writing
        except Exception:
            # A picture that is paid for is not lost over its description.
            _LOGGER.exception("an alt text could not be written")
            return composed_words(self._message)


async def written_words(
    message: AnyDrawMessage, services: Services, *, deadline: datetime, circuit: Circuit | None = None
) -> Words:
    """Return the alt text, written or composed, and what it cost; `deadline` is the picture's own."""
    soon = min(deadline, services.clock.now() + LONGEST)
    written = await write_alt_text(message, services, deadline=soon, circuit=circuit)
    return Words(written.alt, written.costs)


async def words_so_far(message: AnyDrawMessage, services: Services) -> Words:
    """Return the alt text that was written for the picture before, and what it cost; nobody is asked for another."""
    known = await known_alt_text(message, services)
    return Words(known.alt, known.costs)


def composed_words(message: AnyDrawMessage) -> Words:
    """Return the alt text in the story's own words, which costs nothing."""
    return Words(composed_alt_text(message), Costs.of())
