"""Which models a client's endpoint serves. Asks the endpoint once per client, and only if the answer is unknown."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from picturebook.adapters.openai_model_list import OpenAIModelList
from picturebook.errors import PicturebookError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_LOGGER = logging.getLogger(__name__)
_OFFICIAL_HOST = "api.openai.com"
_served: WeakKeyDictionary[AsyncOpenAI, frozenset[str]] = WeakKeyDictionary()


async def serves_model(client: AsyncOpenAI, model: str, *, today: date) -> bool:
    """Say whether the endpoint serves a model that our catalogue lists as retired, or does not list.

    OpenAI itself is not asked: the catalogue lists its models. Any other endpoint is asked for its list of models,
    which is free. If that fails, the error is logged and the answer is False.
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
    served = await OpenAIModelList(client).served()
    return frozenset(name for name, shutdown in served.items() if shutdown is None or shutdown > today)
