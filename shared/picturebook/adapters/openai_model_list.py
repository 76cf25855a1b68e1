"""The list of models behind OpenAI's API, or any service that speaks it.

The caller makes and closes the client; see `openai_image_model` for why only types of `openai` are named here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from picturebook.adapters.openai_errors import translated_errors
from picturebook.errors import ErrorContext, ImageProcessingError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_SOURCE = "openai_model_list.served"
# A list of names; whoever waits longer for it than for a page to load is not served.
_TIMEOUT_SECONDS = 10.0


class OpenAIModelList:
    """Asks through a client that it does not own; implements `ports.model_list.ModelList`."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def served(self) -> Mapping[str, date | None]:
        """Ask once, within ten seconds; see the port."""
        with translated_errors(_SOURCE):
            quick = self._client.with_options(max_retries=0, timeout=_TIMEOUT_SECONDS)
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                listed = getattr(await quick.models.list(), "data", None)
            if not isinstance(listed, list):
                raise _no_list()
            return {str(model.id): _shutdown_date(model) for model in listed if hasattr(model, "id")}


def _no_list() -> ImageProcessingError:
    context = ErrorContext(_SOURCE, ImageProcessingError.default_severity)
    return ImageProcessingError("The image service's answer is no list of models", "response_parsing", "json", context)


def _shutdown_date(model: object) -> date | None:
    shutdown = getattr(model, "shutdown_date", None)  # an extra of OpenAI's own list; others have none
    try:
        return None if shutdown is None else date.fromisoformat(str(shutdown)[:10])
    except ValueError:  # not a date: then nothing is known against the model
        return None
