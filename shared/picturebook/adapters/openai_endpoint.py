"""What the endpoint behind a client serves. Asks once per client, and only where the answer is not known."""

from __future__ import annotations

import asyncio
import logging
from datetime import date
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from picturebook.adapters.openai_errors import translated_errors
from picturebook.errors import PicturebookError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_LOGGER = logging.getLogger(__name__)
_OFFICIAL_HOST = "api.openai.com"
# A list of names; whoever waits longer for it than for a page to load is not served.
_TIMEOUT_SECONDS = 10.0
_served: WeakKeyDictionary[AsyncOpenAI, frozenset[str]] = WeakKeyDictionary()


async def serves_model(client: AsyncOpenAI, model: str, *, today: date) -> bool:
    """Say whether the endpoint serves a model that is retired, or unknown, by our catalogue.

    OpenAI itself is not asked: the catalogue says what it serves. Any other endpoint is asked for its
    free list of models; one that cannot be read is logged, and serves nothing that we do not know.
    """
    if client.base_url.host == _OFFICIAL_HOST:
        return False
    if client not in _served:
        try:
            _served[client] = await _list_models(client, today)
        except PicturebookError as error:
            error.log_to(_LOGGER)
            return False
    return model in _served[client]


async def _list_models(client: AsyncOpenAI, today: date) -> frozenset[str]:
    with translated_errors("openai_endpoint.serves_model"):
        quick = client.with_options(max_retries=0, timeout=_TIMEOUT_SECONDS)
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            listed = getattr(await quick.models.list(), "data", None)
    models = listed if isinstance(listed, list) else []
    return frozenset(str(model.id) for model in models if hasattr(model, "id") and not _is_shut_down(model, today))


def _is_shut_down(model: object, today: date) -> bool:
    shutdown = getattr(model, "shutdown_date", None)  # an extra of OpenAI's own list; others have none
    try:
        return shutdown is not None and date.fromisoformat(str(shutdown)[:10]) <= today
    except ValueError:  # not a date: then nothing is known against the model
        return False
